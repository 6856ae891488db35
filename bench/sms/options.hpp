// What the command line says.
#pragma once

#include <cstdint>
#include <string>

namespace sms_bench {

struct Options {
  std::string scenario;
  std::string program = "build/release/wherry";
  std::string directory = "build";  // where the run's private directory is made: a real disk
  std::uint64_t messages = 5'000;
  std::uint64_t users = 10;
  std::uint64_t connections = 32;   // webhooks: posting at once
  std::uint64_t window = 256;       // sends: under way at once, over all users
  std::uint64_t phones = 32;        // sends: recipients per user; those of one recipient go one after the other
  std::uint64_t concurrency = 4;    // wherry's requests to the provider at once, as configured
  std::uint64_t strangers = 1'000;  // strangers: their connections
  bool keep = false;                // leave the private directory
};

// Throws std::invalid_argument.
Options parse_options(int argc, char** argv);
std::string usage();

}  // namespace sms_bench

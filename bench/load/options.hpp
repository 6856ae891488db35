// What the command line says.
#pragma once

#include <cstdint>
#include <string>

namespace load {

enum class Kind { wherry, biboumi };

struct Options {
  std::string scenario;
  Kind kind = Kind::wherry;
  std::string program;         // of the gateway; default by its kind
  std::string directory;       // where the run's private directory is made: for the archive, a real disk
  std::uint64_t messages = 0;  // 0: the scenario's own default; here and below
  std::uint64_t users = 0;
  std::uint64_t window = 0;
  std::uint64_t rate = 0;       // messages per second, each way
  std::uint64_t seconds = 0;    // how long a rate or idleness lasts
  std::uint64_t patience = 20;  // seconds without a sign of life after which the gateway has failed
  std::uint64_t pace = 0;       // bytes per second that the XMPP server takes; 0: as many as come
  bool archive = false;         // the gateway keeps what is said
  bool tls = false;             // between the gateway and the IRC server
  bool ordinary = false;        // our sockets as ordinary peers have them: Nagle and delayed ACK
  bool callgrind = false;       // the gateway runs under it; the figure is instructions
  bool keep = false;            // leave the private directory
  bool talkative = false;       // the gateway's log says more than what goes wrong
};

// Throws std::invalid_argument.
Options parse_options(int argc, char** argv);
std::string usage();

}  // namespace load

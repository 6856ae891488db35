// The gateway under test: its configuration, its process, its addresses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/load/options.hpp"
#include "bench/load/process.hpp"

namespace load {

// What the gateway has to know of the servers it is put between.
struct Surroundings {
  std::string directory;  // private to this run
  std::uint16_t xmpp_port = 0, irc_port = 0;
  std::string ca_file;  // trusts the IRC server's certificate
  std::uint64_t users = 0;
};

class Gateway {
 public:
  static constexpr std::string_view domain = "irc.localhost";
  static constexpr std::string_view secret = "benchmark";

  Gateway(const Options& options, Surroundings around);

  // Writes the configuration and what users have set; not part of anything measured.
  void prepare();
  void start();
  Process& process() { return process_; }
  std::string log_file() const { return around_.directory + "/gateway.log"; }
  // Where callgrind leaves its figures.
  std::string profile_file() const { return around_.directory + "/callgrind.out"; }

  // "#name%network@domain"
  std::string room(std::string_view channel) const;

 private:
  void write_wherry_config() const;
  void write_biboumi_config() const;
  void make_biboumi_tables();
  void set_biboumi_options() const;
  std::string config_file() const { return around_.directory + "/gateway.conf"; }
  std::string database_file() const { return around_.directory + "/gateway.db"; }

  const Options& options_;
  const Surroundings around_;
  Process process_;
};

// The people on the XMPP side.
std::string user_bare(std::uint64_t user);
std::string user_full(std::uint64_t user);
std::string user_nick(std::uint64_t user);
// The user whom an address belongs to; -1: none of ours.
std::int64_t user_of(std::string_view jid);

}  // namespace load

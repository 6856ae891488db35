// Messages in both directions, for the scenarios that are about them: sending, receiving, checking.
#pragma once

#include <cstdint>
#include <string>

#include "bench/load/world.hpp"

namespace load {

std::string own_channel(std::uint64_t user);     // "#c7": each user alone
std::string common_channel(std::uint64_t user);  // one for all

// From XMPP users, each in its own channel, to IRC.
class Outward {
 public:
  // Takes over the servers' hooks that it needs.
  Outward(World& world, std::uint64_t users);

  void say(std::uint64_t user);
  // So many messages, the users in turn; returns when all of them and their reflections have arrived.
  void run(std::uint64_t messages, std::uint64_t window);
  bool is_complete() const { return said_.is_complete() && reflected_.is_complete(); }
  std::vector<Account> accounts() const { return {{"messages", said_}, {"reflections", reflected_}}; }
  void forget_latencies();
  const Ledger& said() const { return said_; }
  const Ledger& reflected() const { return reflected_; }
  // A groupchat stanza that may be a reflection; false: it isn't.
  bool on_stanza(std::string_view kind, std::string_view stanza);

 private:
  World& world_;
  std::uint64_t users_, next_user_ = 0;
  Ledger said_, reflected_;
};

// From a person on IRC to the users: all of them in the common channel, or one in its own.
class Inward {
 public:
  Inward(World& world, std::uint64_t users);

  // One line; each user's resource is to get it.
  void say_to_all();
  void say_to(std::uint64_t user);
  // The same line, for who sends it himself; without its end.
  std::string next_line(std::uint64_t user);
  // So many lines to all; returns when all have arrived.
  void run(std::uint64_t lines, std::uint64_t window);
  bool is_complete() const { return heard_.is_complete(); }
  std::vector<Account> accounts() const { return {{"deliveries", heard_}}; }
  void forget_latencies() { heard_.forget_latencies(); }
  const Ledger& heard() const { return heard_; }
  bool on_stanza(std::string_view kind, std::string_view stanza);

 private:
  World& world_;
  std::uint64_t users_;
  Ledger heard_;
};

// In every populated channel.
constexpr std::string_view speaker = "peer";

}  // namespace load

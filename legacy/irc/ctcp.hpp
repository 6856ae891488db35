// CTCP inside PRIVMSG and NOTICE: recognising it, and what we answer (spec section 1.10).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/fifo.hpp"

namespace irc {

struct Ctcp {
  std::string command;  // upper case: "ACTION", "VERSION"
  std::string text;
};

// Text between \x01; the one at the end may be missing.
std::optional<Ctcp> parse_ctcp(std::string_view text);
std::string format_ctcp(std::string_view command, std::string_view text);

// The text of our NOTICE (without \x01) to a request, nullopt for one that gets no answer.
std::optional<Ctcp> ctcp_answer(const Ctcp& request, base::WallTime now);

// What somebody offers by DCC, in words: "the file a.txt (120 bytes)".
std::string describe_dcc(std::string_view offer);

// At most three answers in ten seconds, so that nobody can make us flood.
class CtcpLimit {
 public:
  bool take(base::Clock::time_point now);

 private:
  base::Fifo<base::Clock::time_point> answered_;
};

}  // namespace irc

// What was asked of the server and has no answer yet. Plain data of State.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "legacy/irc/numerics.hpp"

namespace irc {

// How we learn that the server has taken something that it doesn't answer by itself (decision D5).
enum class Confirm {
  answer,   // it does answer: an echo of the command, or a numeric
  label,    // IRCv3 labeled-response
  echo,     // echo-message: the first echo for the same target
  fence,    // the PONG to a PING sent behind it
  written,  // nothing: as soon as it has left
};

// One mode change that has to be seen before a SetStanding is done. Sign 'K' stands for the KICK that goes with a ban.
struct Want {
  char sign = '+';
  char letter = 'o';
  std::string parameter;
};

struct Pending {
  Ask ask = Ask::text;
  legacy::Ref ref = 0;  // 0: nobody waits for it but we do
  std::string target;   // channel or nick, as sent
  std::string subject;  // the nick or mask that it is about
  Confirm confirm = Confirm::answer;
  std::uint64_t serial = 0;  // in sending order; marks its last line
  std::string label;
  std::optional<base::Clock::time_point> deadline;
  std::uint64_t line = 0;   // text: the line it is a piece of
  std::vector<Want> wants;  // mode
};

// One line of a text: several messages when it is long, one reflection.
struct Said {
  legacy::Ref ref = 0;
  legacy::Chat chat;
  std::string text;
  std::size_t pieces = 0;  // still to be confirmed
  bool failed = false;
  std::string id;  // of its first piece
};

// One SendText: its Outcome comes when all its lines have been dealt with.
struct Job {
  std::size_t lines = 0;
  legacy::Errc error = legacy::Errc::none;
  std::string text;
  std::string token;  // for a Delivery
};

// A text that counted as said when it was written (Confirm::written): an error may still come.
struct Written {
  legacy::Ref ref = 0;
  std::string target;
  std::string token;
  std::size_t pieces = 0;  // each can have its own error
  bool told = false;
  base::Clock::time_point until{};
};

}  // namespace irc

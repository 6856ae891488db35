// What a server says unasked to those who come, from the opening of a connection to the end of the message of the day
// or the first room: whether the user sees it. Data of State, kept over reconnects.
#pragma once

#include "legacy/irc/message.hpp"

namespace irc {

class Greeting {
 public:
  explicit Greeting(bool is_wanted) : is_wanted_(is_wanted) {}

  void begin() noexcept { is_on_ = true; }
  void end() noexcept;
  // A part of it that the user does not want to see, or has seen on an earlier connection. Notes the end.
  bool hides(const Message& message);
  // The same for what may come at any time: notices, the own modes, host and account.
  bool hides_asides() const noexcept { return is_on_ && !is_wanted_; }

 private:
  bool is_wanted_;
  bool is_on_ = false;
  bool was_heard_ = false;
};

}  // namespace irc

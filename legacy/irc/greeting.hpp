// What a server says unasked to those who come, from the opening of a connection to the end of the message of the day,
// and in notices right after it: whether the user sees it. Data of State, kept over reconnects.
#pragma once

#include "legacy/irc/line.hpp"
#include "legacy/irc/message.hpp"

namespace irc {

class Greeting {
 public:
  explicit Greeting(bool is_wanted) : is_wanted_(is_wanted) {}

  void begin() noexcept { is_on_ = true; }
  // We are in a room: whatever the server says comes after the greeting.
  void end() noexcept;
  // A part of it that the user does not want to see, or has seen on an earlier connection. Notes the end.
  bool hides(const Message& message, Time now);
  // The same for what may come at any time: notices, the own modes, host and account.
  bool hides_asides(Time now) const noexcept { return !is_wanted_ && (is_on_ || now < asides_until_); }

 private:
  bool is_wanted_;
  bool is_on_ = false;
  bool was_heard_ = false;
  Time asides_until_{};
};

}  // namespace irc

// Scripts over the sans-I/O state: what the server says, what we send, what the mapping hears.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <source_location>
#include <string>
#include <vector>

#include "legacy/irc/state.hpp"

namespace irc_test {

using namespace std::chrono_literals;

std::string show(const legacy::Event& event);

// A connection that is registered as "me" unless it is told otherwise. Every step checks; a failure names its line.
class Script {
 public:
  using Where = std::source_location;

  explicit Script(irc::Identity identity = default_identity(), std::shared_ptr<legacy::Crowd> crowd = nullptr);
  static irc::Identity default_identity();

  // Opens the connection and answers the registration. `caps`: offered and acknowledged; `isupport`: tokens of 005.
  Script& online(const std::string& caps = {}, const std::string& isupport = {});
  // In #a as `me` with these names ("@me alice"), Joined already heard.
  Script& in_room(const std::string& names = "@me alice +bob");

  Script& open(Where where = Where::current());
  Script& open_without_tls();
  Script& recv(const std::string& line);
  Script& submit(legacy::Request request);  // its Ref is the next number, from 1
  Script& pass(base::Clock::duration time);
  Script& lose(const std::string& why = "gone");
  // The next lines to the server begin with these; with a whole line when it has no "...".
  Script& sends(const std::string& expected, Where where = Where::current());
  Script& sends_nothing(Where where = Where::current());
  // The next event, as show() puts it.
  Script& event(const std::string& expected, Where where = Where::current());
  Script& no_event(Where where = Where::current());
  // Forgets what was sent and heard so far.
  Script& skip();
  // Lets lines be written without looking at them.
  std::deque<std::string>& sent() { return sent_; }
  std::deque<std::string>& heard() { return heard_; }
  irc::State& state() { return state_; }
  const std::vector<std::string>& received() const { return received_; }

 private:
  void drain();

  irc::State state_;
  irc::Now now_;
  legacy::Ref ref_ = 0;
  std::deque<std::string> sent_;
  std::deque<std::string> heard_;
  std::vector<std::string> received_;
};

inline legacy::Chat room(const std::string& id) {
  return {legacy::ChatKind::room, id};
}
inline legacy::Chat person(const std::string& id) {
  return {legacy::ChatKind::person, id};
}
inline legacy::Chat network() {
  return {legacy::ChatKind::network, "net"};
}

}  // namespace irc_test

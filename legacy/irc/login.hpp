// How far we have come with telling the services who we are. Plain data of State.
#pragma once

#include <set>
#include <string>

#include "base/clock.hpp"

namespace irc {

// On this connection.
struct Login {
  std::set<std::string> tried;       // mechanisms
  std::string mechanisms;            // what the server has said in 908
  bool is_failure_expected = false;  // 908 has told already what the next 904 is about
  bool is_done = false;
  bool has_told_nickserv = false;
};

// Of one session, over its connections: what its credentials have been worth so far.
class LoginRecord {
 public:
  void note_success() {
    has_worked_ = true;
    refusals_ = 0;
  }
  // They were refused. True: they have worked before, so it may be the services that are wrong.
  bool may_be_right() { return has_worked_ && ++refusals_ <= most_refusals; }
  // Whether another login may be begun on this connection, behind the greeting: each may cost the server a tenth of a
  // second.
  bool may_begin_late(base::Clock::time_point now) {
    if (now - late_since_ > std::chrono::minutes(10)) late_ = 0;
    if (late_ == 0) late_since_ = now;
    return late_++ < 5;
  }

 private:
  static constexpr int most_refusals = 12;  // in a row; some two hours
  bool has_worked_ = false;
  int refusals_ = 0;
  int late_ = 0;
  base::Clock::time_point late_since_{};
};

}  // namespace irc

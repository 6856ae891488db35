// How fast lines may leave: `burst` at once, then one per interval, refilled while we are silent. Without a clock.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"

namespace irc {

class Throttle {
 public:
  using Time = base::Clock::time_point;
  // burst 0: no limit.
  Throttle(int burst, base::Clock::duration interval) : burst_(burst), interval_(interval) {}

  // The earliest moment at which a line may leave.
  Time ready_at(Time now) const {
    if (burst_ <= 0) return now;
    return std::max(now, full_at_ - interval_ * (burst_ - 1));
  }
  void take(Time now) { full_at_ = std::max(full_at_, now) + interval_; }

 private:
  int burst_;
  base::Clock::duration interval_;
  Time full_at_{};  // when the bucket will be full again if nothing is sent
};

}  // namespace irc

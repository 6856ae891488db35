// How fast a network hands texts over: so many segments per second, spread evenly, as providers and carriers count
// them. Sans-I/O: the owner looks at the clock and waits.
#pragma once

#include <algorithm>
#include <chrono>

#include "base/clock.hpp"

namespace sms {

class Pace {
 public:
  using Time = base::Clock::time_point;

  // 0: as fast as can be.
  explicit Pace(int rate) : interval_(rate > 0 ? Interval(std::chrono::seconds(1)) / rate : Interval::zero()) {}

  bool is_limited() const noexcept { return interval_ > Interval::zero(); }
  // When the next text may go.
  Time next() const noexcept { return next_; }
  // A text of so many segments goes now. It is let through whole; what follows waits the longer.
  void take(std::size_t segments, Time now) noexcept {
    if (is_limited()) next_ = std::max(now, next_) + interval_ * static_cast<Interval::rep>(segments);
  }

 private:
  using Interval = std::chrono::nanoseconds;
  Interval interval_;
  Time next_ = Time::min();
};

}  // namespace sms

// The clock of every timer in wherry. It is the steady clock plus an offset that only tests move, so that a scenario
// can pass thirty seconds without waiting for them. Advancing alone wakes nobody: see tests/support/loop.hpp.
#pragma once

#include <chrono>

#include "base/asio.hpp"

namespace base {

struct Clock {
  using duration = std::chrono::steady_clock::duration;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<Clock>;
  static constexpr bool is_steady = true;

  static time_point now() noexcept { return time_point{std::chrono::steady_clock::now().time_since_epoch() + offset_}; }
  // Moves every timer forward by d. For tests; loop thread only.
  static void advance(duration d) noexcept { offset_ += d; }
  static duration offset() noexcept { return offset_; }

 private:
  inline static duration offset_{};
};

using Timer = asio::basic_waitable_timer<Clock>;
// Wall-clock time of messages (milliseconds matter, monotony does not).
using WallTime = std::chrono::system_clock::time_point;

// The system's clock. It moves with Clock, so that tests which pass an hour see deadlines on the disk pass, too; and
// tests can set it, as an administrator does.
struct WallClock {
  static WallTime now() noexcept {
    const auto moved = std::chrono::round<std::chrono::milliseconds>(Clock::offset());
    return std::chrono::system_clock::now() + moved + set_by_;
  }
  // For tests; loop thread only.
  static void set(std::chrono::milliseconds by) noexcept { set_by_ += by; }

 private:
  inline static std::chrono::milliseconds set_by_{};
};

}  // namespace base

// How quickly and how loudly strangers are refused: the first ones at once and with a line in the log each, a flood of
// them slowly and by numbers. Loop thread only.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "base/clock.hpp"

namespace base {

// So many refusals at once are answered as they come, then so many per second. The others wait.
class RefusalPace {
 public:
  RefusalPace(double at_once, double per_second) : most_(at_once), rate_(per_second), left_(at_once) {}

  bool may_go(Clock::time_point now) noexcept {
    const double passed = std::chrono::duration<double>(now - last_).count();
    left_ = std::min(most_, left_ + std::max(0.0, passed) * rate_);
    last_ = now;
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

 private:
  double most_, rate_, left_;
  Clock::time_point last_ = Clock::now();
};

// Lines of one kind: the first few in a minute are written, the others counted.
class LogBound {
 public:
  explicit LogBound(std::size_t most) noexcept : most_(most) {}

  // Nothing: this one is only counted. Else how many were, since the last that was written.
  std::optional<std::size_t> pass(Clock::time_point now) noexcept {
    if (now - begun_ >= std::chrono::minutes(1)) begun_ = now, written_ = 0;
    if (written_ >= most_) {
      ++counted_;
      return std::nullopt;
    }
    ++written_;
    return std::exchange(counted_, 0);
  }

 private:
  std::size_t most_;
  std::size_t written_ = 0;
  std::size_t counted_ = 0;
  Clock::time_point begun_ = Clock::now();
};

}  // namespace base

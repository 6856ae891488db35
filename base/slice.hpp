// Work on many things takes a slice of a turn of the loop, looks after each whether that is over, and goes on in
// another turn, so that others are served in between.
#pragma once

#include <chrono>
#include <ctime>

namespace base {

class Slice {
 public:
  static constexpr std::chrono::milliseconds length{2};

  // The kernel's coarse clock moves every 1 to 10 ms and costs next to nothing: a slice may be that much longer, or end
  // early.
  bool is_over() const noexcept { return now() - began_ >= length; }

 private:
  static std::chrono::nanoseconds now() noexcept {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  }

  std::chrono::nanoseconds began_ = now();
};

}  // namespace base

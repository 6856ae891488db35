// Notices when the system's clock is set. Deadlines are kept as times of day, since they have to survive a restart;
// while we run they are moved along, so that a wrong clock that is put right neither ends nor stretches them.
#pragma once

#include <chrono>

#include "base/clock.hpp"

namespace sms {

class ClockWatch {
 public:
  using Time = base::Clock::time_point;

  ClockWatch(base::WallTime wall, Time steady) : apart_(difference(wall, steady)) {}

  // By how much it was set since the last look: forward, or back when negative. Zero also when it was only slewed.
  std::chrono::milliseconds look(base::WallTime wall, Time steady) {
    constexpr std::chrono::seconds noticeable{2};
    const auto apart = difference(wall, steady);
    const auto set_by = apart - apart_;
    apart_ = apart;
    const bool is_set = set_by >= noticeable || set_by <= -noticeable;
    return is_set ? set_by : std::chrono::milliseconds::zero();
  }

 private:
  static std::chrono::milliseconds difference(base::WallTime wall, Time steady) {
    return std::chrono::round<std::chrono::milliseconds>(wall.time_since_epoch() - steady.time_since_epoch());
  }

  std::chrono::milliseconds apart_;
};

}  // namespace sms

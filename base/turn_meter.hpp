// How long the loop's turns are. A turn is one handler: for as long as it takes, nobody else is served, so it has a
// limit, and what goes over it is a line in the log for whoever can change the code.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/asio.hpp"
#include "base/log.hpp"

namespace base {

class TurnMeter {
 public:
  using Duration = std::chrono::nanoseconds;
  static constexpr std::chrono::milliseconds limit{50};

  // As io_context::run(), with each turn measured in the thread's CPU time, which a busy machine doesn't lengthen.
  // A turn under 10 ms is not looked at.
  void run(asio::io_context& loop);

  Duration longest() const noexcept { return longest_; }
  // How many were over the limit.
  std::uint64_t long_turns() const noexcept { return long_turns_; }
  // One line with both.
  void show() const;

 private:
  using Clock = std::chrono::steady_clock;

  void look(Clock::time_point now) noexcept;
  void tell(Duration turn, Clock::time_point now) noexcept;

  Log log_{"loop"};
  Clock::time_point turn_began_, looked_, next_line_;
  Duration used_{};  // of the thread's CPU time, when that was looked at last
  Duration longest_{};
  std::uint64_t long_turns_ = 0;
};

}  // namespace base

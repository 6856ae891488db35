#include "base/turn_meter.hpp"

#include <algorithm>
#include <ctime>

namespace base {

namespace {

constexpr std::chrono::milliseconds between_looks{10};  // the thread's CPU time is a system call, the clock is none
constexpr std::chrono::seconds between_lines{10};

TurnMeter::Duration cpu_time() noexcept {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  return std::chrono::seconds(used.tv_sec) + std::chrono::nanoseconds(used.tv_nsec);
}

std::int64_t in_ms(TurnMeter::Duration time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time).count();
}

}  // namespace

void TurnMeter::run(asio::io_context& loop) {
  turn_began_ = looked_ = Clock::now();
  used_ = cpu_time();
  while (loop.run_one() > 0) {
    const auto now = Clock::now();
    if (now - looked_ >= between_looks) look(now);
    turn_began_ = now;
  }
}

// What was used since the last look may belong to several turns, and what the clock says may be waiting: the turn was
// no longer than either.
void TurnMeter::look(Clock::time_point now) noexcept {
  const Duration used = cpu_time();
  const Duration turn = std::min<Duration>(used - used_, now - turn_began_);
  looked_ = now;
  used_ = used;
  longest_ = std::max(longest_, turn);
  if (turn > limit) tell(turn, now);
}

void TurnMeter::tell(Duration turn, Clock::time_point now) noexcept {
  ++long_turns_;
  if (now < next_line_) return;
  next_line_ = now + between_lines;
  log_.notice("a turn of the loop took {} ms ({} over {} ms by now)", in_ms(turn), long_turns_, limit.count());
}

void TurnMeter::show() const {
  log_.info("the longest turn took {} ms, {} took over {} ms", in_ms(longest_), long_turns_, limit.count());
}

}  // namespace base

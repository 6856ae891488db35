// How long the loop's turns are. A turn is from one look at the sockets to the next: for as long as it takes, whatever
// has come meanwhile waits. One that goes over the limit is a line in the log for whoever can change the code.
//
// It costs nothing for each handler: a timer on the thread's CPU time interrupts it every ten milliseconds that it
// uses, and makes a descriptor readable; how much has been used when the loop notices is what the turn took. Waiting,
// and a machine that is busy with something else, don't count. Loop thread only; one in a process.
#pragma once

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <ctime>

#include "base/asio.hpp"
#include "base/log.hpp"

namespace base {

class TurnMeter {
 public:
  using Duration = std::chrono::nanoseconds;
  static constexpr std::chrono::milliseconds limit{50};

  explicit TurnMeter(asio::any_io_executor executor) : bell_(std::move(executor)) {}
  ~TurnMeter() { close(); }
  TurnMeter(const TurnMeter&) = delete;
  TurnMeter& operator=(const TurnMeter&) = delete;

  // On the thread that runs the loop. Where the system has no such timer, nothing is measured.
  void start();
  // Ends it, as it otherwise keeps the loop alive.
  void close() noexcept;

  // At most; up to ten milliseconds too much.
  Duration longest() const noexcept { return longest_; }
  // How many were over the limit.
  std::uint64_t long_turns() const noexcept { return long_turns_; }
  // One line with both.
  void show() const;

 private:
  // In the signal's handler: the thread may be anywhere.
  static void on_tick(int, siginfo_t* info, void*) noexcept;
  bool set_timer() noexcept;
  void await_bell();
  void note(Duration turn);

  Log log_{"loop"};
  asio::posix::stream_descriptor bell_;
  int bell_number_ = -1;
  timer_t timer_{};
  bool has_timer_ = false;
  std::atomic<bool> is_rung_{false};
  std::atomic<Duration::rep> rung_at_{0};  // CPU time of the thread
  Duration longest_{};
  std::uint64_t long_turns_ = 0;
  std::chrono::steady_clock::time_point next_line_;
};

}  // namespace base

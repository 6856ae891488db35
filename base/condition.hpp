// A condition for coroutines of one loop: wait until somebody notifies. It remembers nothing, so the waiter looks at
// its predicate in a loop, before each wait. (Asio's channel loses items, see the house rules on GCC 12 and
// Boost 1.81.)
#pragma once

#include "base/asio.hpp"
#include "base/clock.hpp"

namespace base {

class Condition {
 public:
  explicit Condition(const asio::any_io_executor& executor) : timer_(executor, Clock::time_point::max()) {}

  void notify() noexcept { timer_.cancel(); }
  // False when the waiting coroutine was cancelled. It does not throw then, but the caller's next co_await may.
  asio::awaitable<bool> wait() {
    co_await timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() == asio::cancellation_type::none;
  }

 private:
  Timer timer_;
};

// An event that happens once; whoever waits after it does not wait.
class Event {
 public:
  explicit Event(const asio::any_io_executor& executor) : condition_(executor) {}

  void set() noexcept {
    is_set_ = true;
    condition_.notify();
  }
  bool is_set() const noexcept { return is_set_; }
  // False when cancelled first.
  asio::awaitable<bool> wait() {
    while (!is_set_) {
      const bool notified = co_await condition_.wait();
      if (!notified) break;
    }
    co_return is_set_;
  }

 private:
  Condition condition_;
  bool is_set_ = false;
};

}  // namespace base

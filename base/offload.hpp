// Work that blocks, off the loop: name resolution, commits that must reach the disk. The only threads of wherry.
#pragma once

#include <condition_variable>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

namespace base {

class Offload {
 public:
  // wait: the destructor returns when all work has been done. abandon: it does not wait, results are dropped.
  enum class AtEnd { wait, abandon };

  // Threads are started as they are needed, at most `threads`. The executor's context outlives this.
  Offload(asio::any_io_executor executor, std::size_t threads, AtEnd at_end);
  ~Offload();
  Offload(const Offload&) = delete;
  Offload& operator=(const Offload&) = delete;

  // Runs work on a thread and then done on the loop, never before this returns.
  void post(std::function<void()> work, std::function<void()> done);

  // The result of work, which runs on a thread and may use only what it owns. When cancelled: operation_aborted at
  // once, while the thread goes on by itself. An exception of work comes out of here.
  template <class T>
  asio::awaitable<Result<T>> run(std::function<Result<T>()> work) {
    const auto answer = std::make_shared<Answer<T>>();
    const auto finished = std::make_shared<Timer>(executor_, Clock::time_point::max());
    post(
        [answer, work = std::move(work)] {
          try {
            answer->value = work();
          } catch (...) {
            answer->thrown = std::current_exception();
          }
        },
        [answer, waiting = std::weak_ptr<Timer>(finished)] {
          answer->is_there = true;
          if (const auto waiter = waiting.lock()) waiter->cancel();
        });
    co_await finished->async_wait(asio::as_tuple(asio::use_awaitable));
    if (!answer->is_there) co_return error_code(asio::error::operation_aborted);
    if (answer->thrown) std::rethrow_exception(answer->thrown);
    co_return std::move(answer->value);
  }

 private:
  // Shared with a thread, which may be the last to hold it, after the loop: so it has nothing of Asio's.
  template <class T>
  struct Answer {
    bool is_there = false;  // loop thread only
    Result<T> value{error_code(asio::error::operation_aborted)};
    std::exception_ptr thrown;
  };
  struct Shared;

  asio::any_io_executor executor_;
  AtEnd at_end_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace base

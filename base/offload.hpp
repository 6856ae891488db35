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
    auto job = std::make_shared<Job<T>>(executor_);
    post(
        [job, work = std::move(work)] {
          try {
            job->value = work();
          } catch (...) {
            job->thrown = std::current_exception();
          }
        },
        [job] {
          job->is_done = true;
          job->finished.cancel();
        });
    co_await job->finished.async_wait(asio::as_tuple(asio::use_awaitable));
    if (!job->is_done) co_return error_code(asio::error::operation_aborted);
    if (job->thrown) std::rethrow_exception(job->thrown);
    co_return std::move(job->value);
  }

 private:
  template <class T>
  struct Job {
    explicit Job(const asio::any_io_executor& executor) : finished(executor, Clock::time_point::max()) {}
    Timer finished;
    bool is_done = false;  // loop thread only
    Result<T> value{error_code(asio::error::operation_aborted)};
    std::exception_ptr thrown;
  };
  struct Shared;

  asio::any_io_executor executor_;
  AtEnd at_end_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace base

// The thread that owns the database while the store is open. Internal to mapping/store.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "mapping/store_disk.hpp"

namespace mapping {

class Writer {
 public:
  Writer(asio::any_io_executor executor, Disk disk);
  // Writes all that was pushed, once more also what failed before, then ends the thread.
  ~Writer();

  // The rows are one turn's: they are committed together. `waiting` is posted with the result of the commit that makes
  // these rows and all earlier ones durable.
  void push(Rows rows, std::vector<Store::Done> waiting);
  // Transactions committed so far.
  std::size_t commits() const noexcept { return commits_; }

 private:
  // A callback and the promise that the loop does not run out of work before it is called.
  struct Waiting {
    Store::Done done;
    asio::any_io_executor executor;
  };

  void work();
  bool take();  // false: nothing to do and told to stop
  bool attempt();
  void report(const base::Result<bool, std::string>& written);
  void answer(bool good);

  asio::any_io_executor executor_;

  std::mutex mutex_;  // guards the inbox
  std::condition_variable filled_;
  Rows inbox_;
  std::vector<Waiting> inbox_waiting_;
  bool stopping_ = false;

  // The thread's own.
  Disk disk_;
  Rows rows_;  // not yet on the disk; keeps what failed
  std::vector<Waiting> waiting_;
  bool is_failing_ = false;
  bool has_retried_ = false;  // at the end, what failed before gets one more try

  std::atomic<std::size_t> commits_{0};
  std::thread thread_;  // last: it starts when the rest is there
};

}  // namespace mapping

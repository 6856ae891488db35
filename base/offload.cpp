#include "base/offload.hpp"

#include <thread>
#include <vector>

#include "base/log.hpp"

namespace base {
namespace {

// What it throws is its own failure, and not the end of the process: its `done` finds no result.
void attempt(const std::function<void()>& work) {
  static const Log log("offload");
  try {
    work();
  } catch (const std::exception& failure) {
    log.error("work beside the loop failed: {}", failure.what());
  }
}

}  // namespace

// What the threads share with the loop; the only data in wherry under a mutex.
struct Offload::Shared {
  struct Task {
    std::function<void()> work, done;
  };
  Shared(asio::any_io_executor loop, std::size_t threads) : executor(std::move(loop)), limit(threads) {}

  asio::any_io_executor executor;
  const std::size_t limit;
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Task> tasks;
  std::size_t threads = 0, idle = 0;
  bool closed = false;     // no more tasks; threads end when there are none left
  bool abandoned = false;  // the loop may be gone: results are dropped

  void work(std::unique_lock<std::mutex> lock) {
    while (true) {
      ++idle;
      changed.wait(lock, [this] { return closed || !tasks.empty(); });
      --idle;
      if (tasks.empty() || abandoned) break;
      Task task = std::move(tasks.front());
      tasks.pop_front();
      lock.unlock();
      attempt(task.work);
      lock.lock();
      // Under the lock, so that the loop can't go away in between.
      if (!abandoned) asio::post(executor, std::move(task.done));
    }
    --threads;
    changed.notify_all();
  }
};

Offload::Offload(asio::any_io_executor executor, std::size_t threads, AtEnd at_end)
    : executor_(executor), at_end_(at_end), shared_(std::make_shared<Shared>(executor, threads)) {}

Offload::~Offload() {
  std::unique_lock lock(shared_->mutex);
  shared_->closed = true;
  shared_->abandoned = at_end_ == AtEnd::abandon;
  shared_->changed.notify_all();
  if (at_end_ == AtEnd::wait) shared_->changed.wait(lock, [this] { return shared_->threads == 0; });
}

void Offload::post(std::function<void()> work, std::function<void()> done) {
  const std::lock_guard lock(shared_->mutex);
  shared_->tasks.push_back({std::move(work), std::move(done)});
  if (shared_->idle < shared_->tasks.size() && shared_->threads < shared_->limit) {
    ++shared_->threads;
    std::thread([shared = shared_] { shared->work(std::unique_lock(shared->mutex)); }).detach();
  }
  shared_->changed.notify_one();
}

}  // namespace base

#include "mapping/store_writer.hpp"

#include "base/log.hpp"

namespace mapping {

namespace {

// Newer rows replace older ones of the same key.
void merge_over(Rows& older, Rows&& newer) {
  newer.merge(older);
  older = std::move(newer);
  newer.clear();
}

}  // namespace

Writer::Writer(asio::any_io_executor executor, Disk disk)
    : executor_(std::move(executor)), disk_(std::move(disk)), thread_([this] { work(); }) {}

Writer::~Writer() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  filled_.notify_one();
  thread_.join();
}

void Writer::push(Rows rows, std::vector<Store::Done> waiting) {
  const asio::any_io_executor tracked = asio::prefer(executor_, asio::execution::outstanding_work.tracked);
  {
    const std::lock_guard lock(mutex_);
    merge_over(inbox_, std::move(rows));
    for (Store::Done& done : waiting) inbox_waiting_.push_back({std::move(done), tracked});
  }
  filled_.notify_one();
}

void Writer::work() {
  while (take()) {
    const bool good = attempt();
    answer(good);
  }
}

bool Writer::take() {
  std::unique_lock lock(mutex_);
  filled_.wait(lock, [this] { return stopping_ || !inbox_.empty() || !inbox_waiting_.empty(); });
  const bool has_news = !inbox_.empty() || !inbox_waiting_.empty();
  if (!has_news) {
    if (rows_.empty() || has_retried_) return false;
    has_retried_ = true;
  }
  merge_over(rows_, std::exchange(inbox_, {}));
  waiting_ = std::exchange(inbox_waiting_, {});
  return true;
}

bool Writer::attempt() {
  base::Result<bool, std::string> written = true;
  try {
    // While the disk takes nothing, what waits may be much, and each turn tries.
    if (is_failing_) written = disk_.probe();
    if (written) written = disk_.write(rows_);
  } catch (const std::exception& failure) {
    written = std::string{failure.what()};
  }
  report(written);
  if (!written) return false;
  if (!rows_.empty()) ++commits_;
  rows_.clear();
  return true;
}

// The log belongs to the loop's thread. One entry per change, not one per commit.
void Writer::report(const base::Result<bool, std::string>& written) {
  if (written.has_value() == !is_failing_) return;
  is_failing_ = !written.has_value();
  asio::post(executor_, [problem = written ? std::string{} : written.error()] {
    const base::Log log("store");
    if (problem.empty()) {
      log.notice("writing again");
    } else {
      log.error("nothing can be written: {}", problem);
    }
  });
}

void Writer::answer(bool good) {
  for (Waiting& waiting : waiting_) {
    asio::post(waiting.executor, [done = std::move(waiting.done), good] { done(good); });
  }
  waiting_.clear();
}

}  // namespace mapping

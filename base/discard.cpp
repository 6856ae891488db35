#include "base/discard.hpp"

namespace base {

void Discards::add(const asio::any_io_executor& executor, Free free) {
  waiting_.push_back(std::move(free));
  if (waiting_.size() == 1) go_on(executor);
}

void Discards::go_on(const asio::any_io_executor& executor) {
  asio::post(executor, [this, executor] {
    const Slice slice;
    while (!waiting_.empty() && waiting_.front()(slice)) waiting_.pop_front();
    if (!waiting_.empty()) go_on(executor);
  });
}

}  // namespace base

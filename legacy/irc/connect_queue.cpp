#include "legacy/irc/connect_queue.hpp"

#include <utility>

namespace irc {

void ConnectQueue::grant() noexcept {
  while (!is_full() && !waiting_.empty()) {
    ConnectTurn& next = *waiting_.front();
    waiting_.pop_front();
    ++busy_;
    next.place_ = ConnectTurn::Place::inside;
    next.news_->notify();
  }
}

asio::awaitable<bool> ConnectTurn::begin() {
  end();
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  base::Condition news(executor);
  news_ = &news;
  queue_.waiting_.push_back(this);
  place_ = Place::waiting;
  queue_.grant();
  while (place_ == Place::waiting) {
    const bool notified = co_await news.wait();
    if (!notified && place_ == Place::waiting) end();
  }
  co_return place_ == Place::inside;
}

void ConnectTurn::end() noexcept {
  const Place was = std::exchange(place_, Place::outside);
  if (was == Place::waiting) {
    queue_.waiting_.remove(this);
    news_->notify();
  }
  if (was != Place::inside) return;
  --queue_.busy_;
  queue_.grant();
}

}  // namespace irc

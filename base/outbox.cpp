#include "base/outbox.hpp"

#include <algorithm>

namespace base {

bool Outbox::push(std::string bytes, Class cls) {
  if (bytes.size() > limits_.bytes) return false;
  while (!fits(bytes.size(), cls)) {
    if (cls == Class::droppable) {
      ++dropped_;
      return false;
    }
    if (!drop_one()) return false;
  }
  ++count_;
  bytes_ += bytes.size();
  queue_.push_back({std::move(bytes), cls});
  return true;
}

bool Outbox::fits(std::size_t size, Class cls) const noexcept {
  const bool all = cls == Class::reserved;
  const std::size_t items = limits_.items - (all ? 0 : limits_.reserved_items);
  const std::size_t bytes = limits_.bytes - (all ? 0 : limits_.reserved_bytes);
  return count_ < items && bytes_ + size <= bytes;
}

bool Outbox::drop_one() {
  search_ = std::max(search_, gone_ + in_batch_);
  for (; search_ < pushed(); ++search_) {
    Item& item = queue_[static_cast<std::size_t>(search_ - gone_)];
    if (item.cls != Class::droppable || item.dropped) continue;
    bytes_ -= item.bytes.size();
    item.bytes = {};
    item.dropped = true;
    --count_;
    ++dropped_;
    return true;
  }
  return false;
}

std::string Outbox::begin_batch() {
  std::string batch;
  in_batch_ = 0;
  for (const Item& item : queue_) {
    if (!batch.empty() && batch.size() + item.bytes.size() > limits_.batch_bytes) break;
    batch += item.bytes;
    ++in_batch_;
  }
  return batch;
}

void Outbox::commit_batch() {
  for (; in_batch_ > 0; --in_batch_, ++gone_) {
    const Item& item = queue_.front();
    if (!item.dropped) --count_;
    bytes_ -= item.bytes.size();
    queue_.pop_front();
  }
}

}  // namespace base

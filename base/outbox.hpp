// A bounded queue of what is to be written to one stream. The writer takes a batch, writes it and says so; an item
// leaves the queue only then, so that what a broken connection swallowed is written again on the next one.
// No I/O in here. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace base {

struct OutboxLimits {
  std::size_t items = 1'000'000;
  std::size_t bytes = 64 * 1024 * 1024;
  std::size_t batch_bytes = 64 * 1024;  // a batch is at most this, or one item
  std::size_t reserved_items = 0;       // of the above, for items of class reserved only
  std::size_t reserved_bytes = 0;
};

class Outbox {
 public:
  enum class Class { normal, droppable, reserved };

  explicit Outbox(OutboxLimits limits = {}) : limits_(limits) {}

  // False: full. For an item that isn't droppable the oldest droppable ones that are not being written make room first.
  bool push(std::string bytes, Class cls = Class::normal);

  // The front of the queue joined, at least one item; it stays queued. Empty when there is nothing.
  std::string begin_batch();
  // The batch is on its way: its items leave.
  void commit_batch();
  // It failed: its items are written again.
  void abort_batch() noexcept { in_batch_ = 0; }

  bool empty() const noexcept { return count_ == 0; }
  std::size_t items() const noexcept { return count_; }
  std::size_t bytes() const noexcept { return bytes_; }
  // Sequence numbers: items that were ever pushed, and how many of them have left (dropped ones in between included).
  std::uint64_t pushed() const noexcept { return gone_ + queue_.size(); }
  std::uint64_t written() const noexcept { return gone_; }
  // Droppable items that were lost: they made room, or there was none for them.
  std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  struct Item {
    std::string bytes;
    Class cls;
    bool dropped = false;
  };
  bool fits(std::size_t size, Class cls) const noexcept;
  bool drop_one();

  OutboxLimits limits_;
  std::deque<Item> queue_;
  std::size_t count_ = 0;  // items that are not dropped
  std::size_t bytes_ = 0;
  std::size_t in_batch_ = 0;  // items of queue_ that are being written
  std::uint64_t gone_ = 0;    // items before queue_.front()
  std::uint64_t search_ = 0;  // no droppable item has a sequence number below it
  std::uint64_t dropped_ = 0;
};

}  // namespace base

// A bounded queue of what is to be written to one stream, fair to those whom it is for. Each has a lane that keeps its
// order; the lanes take turns (deficit round robin, Shreedhar and Varghese 1995), so that a flood for one delays the
// others by some KiB and not by all of it. Above a mark a lane asks who fills it to wait. No I/O in here. Loop thread
// only; callbacks only queue.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace base {

// In bytes; of an item count those of its text and `item_cost`.
struct OutboxLimits {
  std::size_t bytes = std::size_t{64} << 20;  // of all lanes
  std::size_t share = std::size_t{32} << 20;  // of one
  std::size_t reserved = 0;                   // of each of the above: for items of class reserved only
  std::size_t mark = std::size_t{256} << 10;  // with so much in his lane, who fills it is to wait
};

class Outbox {
 public:
  // What may be lost first, what may not, and what may use the reserve.
  enum class Class : std::uint8_t { droppable, normal, reserved };

  struct Item {
    std::string bytes;
    Class cls = Class::normal;
    std::function<void(bool)> confirmed = {};  // may be empty
    Clock::time_point sent = {};               // when it was written first
    bool is_stand_in = false;                  // for one that the peer does not take
  };
  using Items = std::list<Item>;

  static constexpr std::size_t item_cost = 160;

  explicit Outbox(OutboxLimits limits = {}) : limits_(limits) {}

  // False: that lane, or the whole, is full.
  bool push(std::string_view lane, Item&& item);
  // The next ones in turn: at most so many bytes of text, or one item.
  Items take(std::size_t bytes);

  // False: who has more for that lane should wait...
  bool has_room(std::string_view lane) const;
  // ...until this is called, once. Only while there is no room.
  void when_room(std::string_view lane, std::function<void()> resume);
  // False: nobody waits, there is always room. True, as at the beginning: who fills a lane does.
  void set_patient(bool patient);

  bool empty() const noexcept { return bytes_ == 0; }
  std::size_t bytes() const noexcept { return bytes_; }
  std::size_t lanes() const noexcept { return lanes_.size(); }
  // Items for which there was no room, by what that means.
  std::uint64_t dropped() const noexcept { return dropped_; }
  std::uint64_t refused() const noexcept { return refused_; }

 private:
  struct Lane;
  using Entry = std::pair<const std::string, Lane>;
  struct Lane {
    Items items;
    std::size_t bytes = 0;
    std::size_t credit = 0;  // bytes that it may still send in its turn
    Entry* next = nullptr;   // whose turn comes after it
    std::vector<std::function<void()>> waiting;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
  };
  using Lanes = std::unordered_map<std::string, Lane, Hash, std::equal_to<>>;

  bool fits(const Lane& lane, std::size_t size, Class cls) const noexcept;
  std::size_t mark() const noexcept;
  void line_up(Entry& entry);
  Entry& call_front();
  std::size_t move_one(Entry& from, Items& to);
  static void release(Lane& lane);

  const OutboxLimits limits_;
  Lanes lanes_;
  Entry* front_ = nullptr;  // of the lanes that hold something, in the order of their turns
  Entry* back_ = nullptr;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0, refused_ = 0;
  bool is_patient_ = true;
};

}  // namespace base

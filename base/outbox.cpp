#include "base/outbox.hpp"

#include <algorithm>
#include <limits>

namespace base {
namespace {

constexpr std::size_t quantum = 4 * 1024;       // bytes of a lane in its turn
constexpr std::size_t crowded_mark = 8 * 1024;  // when all lanes together fill half of the whole
constexpr std::size_t most_idle_lanes = 1024;

std::size_t cost(const Outbox::Item& item) noexcept {
  return item.bytes.size() + Outbox::item_cost;
}

}  // namespace

bool Outbox::push(std::string_view lane, Item&& item) {
  auto found = lanes_.find(lane);
  if (found == lanes_.end()) found = lanes_.try_emplace(std::string(lane)).first;
  const std::size_t size = cost(item);
  if (!fits(found->second, size, item.cls)) {
    ++(item.cls == Class::droppable ? dropped_ : refused_);
    return false;
  }
  if (found->second.items.empty()) {
    found->second.credit = quantum;
    line_up(*found);
  }
  found->second.items.push_back(std::move(item));
  found->second.bytes += size;
  bytes_ += size;
  return true;
}

// A quarter of the room is closed to what may be lost. No lane takes more than it leaves to the others (dynamic
// thresholds, Choudhury and Hahne 1998), so that however many are flooded, there is room for who gets little.
bool Outbox::fits(const Lane& lane, std::size_t size, Class cls) const noexcept {
  const std::size_t reserve = cls == Class::reserved ? 0 : limits_.reserved;
  const auto usable = [&](std::size_t limit) { return cls == Class::droppable ? limit / 4 * 3 : limit; };
  return bytes_ + size + reserve <= usable(limits_.bytes) && lane.bytes + size + reserve <= usable(limits_.share) &&
         lane.bytes + size <= limits_.bytes - bytes_ + (limits_.reserved - reserve);
}

Outbox::Items Outbox::take(std::size_t bytes) {
  Items items;
  std::size_t taken = 0;
  while (front_ != nullptr) {
    Entry& entry = *front_;
    const std::size_t size = entry.second.items.front().bytes.size();
    if (!items.empty() && taken + size > bytes) break;
    if (entry.second.credit < size) {
      entry.second.credit += quantum;
      line_up(call_front());
    } else {
      taken += move_one(entry, items);
    }
  }
  return items;
}

std::size_t Outbox::move_one(Entry& from, Items& to) {
  Lane& lane = from.second;
  const std::size_t size = lane.items.front().bytes.size();
  const std::size_t all = cost(lane.items.front());
  to.splice(to.end(), lane.items, lane.items.begin());
  lane.credit -= size;
  lane.bytes -= all;
  bytes_ -= all;
  if (!lane.waiting.empty() && lane.bytes <= mark() / 4) release(lane);
  if (!lane.items.empty()) return size;
  call_front();
  if (lanes_.size() > most_idle_lanes) lanes_.erase(lanes_.find(from.first));
  return size;
}

void Outbox::line_up(Entry& entry) {
  (front_ == nullptr ? front_ : back_->second.next) = &entry;
  back_ = &entry;
}

Outbox::Entry& Outbox::call_front() {
  Entry& entry = *front_;
  front_ = std::exchange(entry.second.next, nullptr);
  return entry;
}

std::size_t Outbox::mark() const noexcept {
  if (!is_patient_) return std::numeric_limits<std::size_t>::max();
  return bytes_ < limits_.bytes / 2 ? limits_.mark : std::min(limits_.mark, crowded_mark);
}

bool Outbox::has_room(std::string_view lane) const {
  const auto found = lanes_.find(lane);
  return found == lanes_.end() || found->second.bytes < mark();
}

void Outbox::when_room(std::string_view lane, std::function<void()> resume) {
  lanes_.find(lane)->second.waiting.push_back(std::move(resume));
}

void Outbox::release(Lane& lane) {
  for (const auto& resume : std::exchange(lane.waiting, {})) resume();
}

void Outbox::set_patient(bool patient) {
  is_patient_ = patient;
  if (patient) return;
  for (auto& [name, lane] : lanes_) release(lane);
}

}  // namespace base

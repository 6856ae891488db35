#include "legacy/irc/pending.hpp"

#include <algorithm>

namespace irc {

using Time = base::Clock::time_point;

Pending& PendingList::add(Pending pending) {
  if (pending.confirm == Confirm::fence) ++fenced_;
  const auto at = list_.insert(list_.end(), std::move(pending));
  by_serial_[at->serial] = at;
  if (at->deadline) limit(*at, *at->deadline);
  return *at;
}

Pending* PendingList::find(std::uint64_t serial) {
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? nullptr : &*found->second;
}

Pending PendingList::take(std::uint64_t serial) {
  const auto node = by_serial_.extract(serial);
  Pending taken = std::move(*node.mapped());
  list_.erase(node.mapped());
  if (taken.confirm == Confirm::fence) --fenced_;
  return taken;
}

void PendingList::limit(Pending& pending, Time deadline) {
  pending.deadline = deadline;
  earliest_ = earliest_ ? std::min(*earliest_, deadline) : deadline;
}

std::vector<std::uint64_t> PendingList::expired(Time now) {
  std::vector<std::uint64_t> late;
  if (!earliest_ || now < *earliest_) return late;
  earliest_.reset();
  for (auto& pending : list_) {
    if (!pending.deadline) continue;
    if (*pending.deadline <= now) {
      late.push_back(pending.serial);
    } else {
      limit(pending, *pending.deadline);
    }
  }
  return late;
}

}  // namespace irc

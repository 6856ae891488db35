#include "legacy/irc/pending.hpp"

#include <algorithm>

namespace irc {

using Time = base::Clock::time_point;

Pending& PendingList::add(Pending&& pending) {
  if (pending.confirm == Confirm::fence) ++fenced_;
  const std::uint64_t serial = pending.serial;
  Pending& added = by_serial_.emplace_hint(by_serial_.end(), serial, std::move(pending))->second;
  if (added.deadline) limit(added, *added.deadline);
  return added;
}

Pending* PendingList::find(std::uint64_t serial) {
  const auto found = by_serial_.find(serial);
  return found == by_serial_.end() ? nullptr : &found->second;
}

Pending PendingList::take(std::uint64_t serial) {
  const auto node = by_serial_.extract(serial);
  if (node.mapped().confirm == Confirm::fence) --fenced_;
  return std::move(node.mapped());
}

void PendingList::limit(Pending& pending, Time deadline) {
  pending.deadline = deadline;
  earliest_ = earliest_ ? std::min(*earliest_, deadline) : deadline;
}

void PendingList::postpone(base::Clock::duration by) {
  for (auto& [serial, pending] : by_serial_)
    if (pending.deadline) *pending.deadline += by;
  if (earliest_) *earliest_ += by;
}

void PendingList::note_typed(legacy::Ref ref, Time until) {
  typed_ = ref;
  typed_until_ = until;
}

std::vector<std::uint64_t> PendingList::expired(Time now) {
  std::vector<std::uint64_t> late;
  if (!earliest_ || now < *earliest_) return late;
  earliest_.reset();
  for (auto& [serial, pending] : by_serial_) {
    if (!pending.deadline) continue;
    if (*pending.deadline <= now) {
      late.push_back(serial);
    } else {
      limit(pending, *pending.deadline);
    }
  }
  return late;
}

}  // namespace irc

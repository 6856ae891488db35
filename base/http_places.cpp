#include "base/http_places.hpp"

namespace base {

void HttpPlaces::enter(Id id, const std::string& address, Time now) {
  Seat& seat = seats_[id];
  seat.address = address;
  seat.since = now;
  stand(id, seat);
}

void HttpPlaces::leave(Id id) {
  const auto found = seats_.find(id);
  if (found == seats_.end()) return;
  rise(id, found->second);
  seats_.erase(found);
}

void HttpPlaces::begin(Id id) {
  if (const auto found = seats_.find(id); found != seats_.end()) rise(id, found->second);
}

void HttpPlaces::wait(Id id, bool is_proven, Time now) {
  const auto found = seats_.find(id);
  if (found == seats_.end()) return;
  Seat& seat = found->second;
  rise(id, seat);
  seat.is_idle = true;
  seat.is_proven = is_proven;
  seat.since = now;
  stand(id, seat);
}

void HttpPlaces::stand(Id id, Seat& seat) {
  seat.waits = true;
  ++waiting_;
  if (seat.is_idle) {
    Queue& queue = seat.is_proven ? proven_ : idle_;
    seat.place = queue.insert(queue.end(), id);
    return;
  }
  Queue& queue = strangers_[seat.address];
  by_number_.erase({queue.size(), seat.address});
  seat.place = queue.insert(queue.end(), id);
  by_number_.emplace(queue.size(), seat.address);
}

void HttpPlaces::rise(Id, Seat& seat) {
  if (!seat.waits) return;
  seat.waits = false;
  --waiting_;
  if (seat.is_idle) {
    (seat.is_proven ? proven_ : idle_).erase(seat.place);
    return;
  }
  const auto found = strangers_.find(seat.address);
  by_number_.erase({found->second.size(), seat.address});
  found->second.erase(seat.place);
  if (found->second.empty()) {
    strangers_.erase(found);
  } else {
    by_number_.emplace(found->second.size(), seat.address);
  }
}

// Who is between two requests has the least to lose, a stranger nothing; only then who has proved something goes.
HttpPlaces::Id HttpPlaces::to_leave(Time now) const {
  if (!idle_.empty()) return idle_.front();
  if (!by_number_.empty()) {
    const Id oldest = strangers_.at(by_number_.rbegin()->second).front();
    if (now - seats_.at(oldest).since >= grace_) return oldest;
  }
  return proven_.empty() ? nullptr : proven_.front();
}

}  // namespace base

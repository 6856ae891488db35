// A room as the network tells it at the beginning, and those who come into it: in slices, since one room may have tens
// of thousands of people.
#include <algorithm>

#include "mapping/room.hpp"

namespace mapping {

using component::Outlet;
namespace muc = component::muc;

void Room::take(Outlet& out, legacy::Joined state) {
  begin(std::move(state));
  while (!seat_members(out)) {
  }
}

void Room::begin(legacy::Joined state) {
  is_suspended_ = false;
  chat_ = state.room;
  traits_ = state.traits;
  if (joined_) return begin_to_catch_up(std::move(state));
  joined_ = true;
  nick_ = std::move(state.nick);
  subject_ = std::move(state.subject);
  occupants_.clear();
  arrival().members = std::move(state.members);
  arrival().seated = 0;
}

bool Room::seat_members(Outlet& out) {
  if (!arrival_) return true;
  const base::Slice slice;
  if (arrival_->news) {
    if (!catch_up(out, *arrival_->news, slice)) return false;
  } else {
    while (arrival_->seated < arrival_->members.size()) {
      if (slice.is_over()) return false;
      seat(std::move(arrival_->members[arrival_->seated++]));
    }
  }
  arrival_->news.reset();
  arrival_->members = {};
  arrival_->seated = 0;
  end_arrival();
  return true;
}

void Room::admit(Outlet& out) {
  for (auto& [full_jid, wish] : take_waiting()) enter(out, full_jid, std::move(wish));
  note_vacated();
}

// Whoever comes in twice before it is their turn is shown everything once.
void Room::enter(Outlet& out, const std::string& full_jid, Wish wish) {
  if (const auto lost = lost_.extract(full_jid)) wish.lost_since = lost.mapped();
  const std::uint64_t known = wish.lost_since.value_or(vacated_.value_or(remembered_));
  const auto missed = static_cast<std::size_t>(remembered_ - known);
  if (wish.is_usual) wish.history.max_stanzas = std::max(wish.history.max_stanzas, missed);
  resources_.insert(full_jid);
  vacated_.reset();
  const bool is_first = !is_busy();
  if (Newcomer* const again = find_newcomer(full_jid)) {
    again->wish = std::move(wish);
  } else {
    arrival().newcomers.push_back({full_jid, std::move(wish)});
  }
  if (is_first) show_to_newcomers(out);
}

// One to whom nothing was shown yet.
Room::Newcomer* Room::find_newcomer(const std::string& full_jid) {
  if (!arrival_) return nullptr;
  auto& all = arrival_->newcomers;
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Newcomer& each) { return each.full_jid == full_jid && each.next.empty(); });
  return found == all.end() ? nullptr : &*found;
}

bool Room::show_to_newcomers(Outlet& out) {
  base::Slice slice;
  while (arrival_ && arrival_->members.empty() && !arrival_->newcomers.empty()) {
    Newcomer& newcomer = arrival_->newcomers.front();
    if (has(newcomer.full_jid)) {
      if (!show_occupants(out, newcomer, slice)) return false;
      welcome(out, newcomer);
    }
    arrival_->newcomers.pop_front();
  }
  end_arrival();
  return !arrival_;
}

bool Room::show_occupants(Outlet& out, Newcomer& to, base::Slice& slice) const {
  for (auto at = occupants_.lower_bound(to.next); at != occupants_.end(); ++at) {
    if (slice.is_over()) {
      to.next = at->first;
      return false;
    }
    if (at->first != nick_) out.send(presence(at->second), to.full_jid);
  }
  return true;
}

// The user's own presence ends the list; then history and subject (XEP-0045 section 7.2.2).
void Room::welcome(Outlet& out, const Newcomer& newcomer) const {
  const bool is_renamed = !newcomer.wish.nick.empty() && newcomer.wish.nick != nick_;
  out.send(presence(occupant_or_nobody(nick_), {muc::status_non_anonymous, muc::status_self,
                                                is_renamed ? muc::status_nick_assigned : muc::no_status}),
           newcomer.full_jid);
  send_history(out, newcomer.full_jid, newcomer.wish.history);
  out.send(subject_message(), newcomer.full_jid);
}

Room::Arrival& Room::arrival() {
  if (!arrival_) arrival_ = std::make_unique<Arrival>();
  return *arrival_;
}

void Room::end_arrival() {
  if (arrival_ && arrival_->members.empty() && arrival_->newcomers.empty()) arrival_.reset();
}

}  // namespace mapping

// A room after an outage: those who stayed in it are shown what has changed, and nothing else.
#include "mapping/room.hpp"

namespace mapping {

using component::Outlet;
namespace muc = component::muc;

namespace {

// A list of members may tell less than was known: what it leaves open is taken to be as it was.
void fill_in(legacy::Member& now, const legacy::Member& before) {
  if (now.address.empty()) now.address = before.address;
  if (now.account.empty()) now.account = before.account;
  now.is_bot = now.is_bot || before.is_bot;
  now.is_operator = now.is_operator || before.is_operator;
}

}  // namespace

void Room::suspend(Outlet& out, std::string words, bool may_speak) {
  if (!joined_) return;
  is_suspended_ = true;
  legacy::Member self = occupant_or_nobody(nick_).member;
  if (!may_speak) self.role = legacy::Role::visitor;
  self.show = legacy::Show::away;
  self.status = words;
  show_self(out, std::move(self), words);
}

void Room::show_self(Outlet& out, legacy::Member self, std::string_view reason) {
  broadcast_self(out, seat(std::move(self))->second, {muc::status_self}, reason);
}

void Room::resync(Outlet& out, const std::string& full_jid) {
  if (!joined_ || is_resumed_ || is_coming(full_jid)) return;
  const bool is_first = !is_busy();
  arrival().newcomers.push_back({full_jid, {}, {}, true});
  if (is_first) show_to_newcomers(out);
}

// Without the codes of a join, which clients show.
void Room::refresh(Outlet& out, const std::string& full_jid) const {
  out.send(presence(occupant_or_nobody(nick_), {muc::status_self}, {}, full_jid), full_jid);
  out.send(subject_message(), full_jid);
}

bool Room::show(Outlet& out, const std::string& full_jid, const std::string& nick) const {
  const Occupant* const occupant = find_occupant(nick);
  if (!occupant) return false;
  const bool is_self = occupant->member.nick == nick_;
  out.send(is_self ? presence(*occupant, {muc::status_self}, {}, full_jid) : presence(*occupant), full_jid);
  return true;
}

void Room::resume(std::set<std::string> clients, const std::string& wish, std::string nick, Sketch sketch) {
  joined_ = is_suspended_ = is_resumed_ = true;
  for (const std::string& full_jid : clients) wishes_[full_jid] = {wish};
  resources_ = std::move(clients);
  vacated_.reset();
  nick_ = std::move(nick);
  is_sketched_ = !sketch.people.empty();
  subject_.text = std::move(sketch.subject);
  for (Sketch::Person& each : sketch.people) {
    legacy::Member member;
    member.nick = std::move(each.nick);
    seat(std::move(member))->second.id = std::move(each.id);
  }
}

void Room::begin_catching_up(legacy::Joined state) {
  arrival().comeback = std::make_unique<Comeback>();
  arrival().comeback->state = std::move(state);
}

bool Room::catch_up(Outlet& out) {
  base::Slice slice;
  Comeback& comeback = *arrival_->comeback;
  legacy::Joined& state = comeback.state;
  if (!comeback.is_compared) {
    if (!list_present(comeback, slice) || !drop_absent(out, comeback, slice)) return false;
    comeback.is_compared = true;
    if (state.nick != nick_) renamed(out, {nick_, state.nick, true, false});
  }
  if (!show_present(out, comeback, slice)) return false;
  if (comeback.self) show_self(out, std::move(*comeback.self), network_ + " is back.");
  const bool is_new_subject = (is_resumed_ && !is_sketched_) || state.subject.text != subject_.text;
  is_resumed_ = false;
  subject_ = std::move(state.subject);
  if (is_new_subject) broadcast(out, subject_message());
  arrival_->comeback.reset();
  return true;
}

bool Room::list_present(Comeback& comeback, base::Slice& slice) const {
  const auto& members = comeback.state.members;
  comeback.present.reserve(members.size());
  while (comeback.listed < members.size()) {
    if (slice.is_over()) return false;
    comeback.present.insert(members[comeback.listed++].nick);
  }
  return true;
}

// Those who are not here any more; and whoever had the name that is ours now.
bool Room::drop_absent(Outlet& out, Comeback& comeback, base::Slice& slice) {
  const bool is_renamed = comeback.state.nick != nick_;
  auto at = comeback.checked ? occupants_.upper_bound(*comeback.checked) : occupants_.begin();
  while (at != occupants_.end()) {
    const std::string nick = (at++)->first;
    const bool is_present = comeback.present.contains(nick) && !(is_renamed && nick == comeback.state.nick);
    if (nick != nick_ && !is_present) occupant_left(out, {chat_, nick, legacy::Exit::left, {}, {}});
    if (!slice.is_over()) continue;
    comeback.checked = nick;
    return false;
  }
  return true;
}

// But the user's own occupant, who comes last, as in a join (XEP-0045 section 7.2.2).
bool Room::show_present(Outlet& out, Comeback& comeback, base::Slice& slice) {
  auto& members = comeback.state.members;
  while (comeback.shown < members.size()) {
    if (slice.is_over()) return false;
    legacy::Member& member = members[comeback.shown++];
    const auto known = occupants_.find(member.nick);
    if (known != occupants_.end()) fill_in(member, known->second.member);
    const bool is_news = is_resumed_ || known == occupants_.end() || known->second.member != member;
    if (!is_news) continue;
    if (member.nick == nick_) {
      comeback.self = std::move(member);
    } else {
      broadcast(out, presence(seat(std::move(member))->second));
    }
  }
  return true;
}

}  // namespace mapping

// A room after an outage: those who stayed in it are shown what has changed, and nothing else.
#include <string_view>
#include <unordered_set>

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

// Without the codes of a join, which clients show.
void Room::resync(Outlet& out, const std::string& full_jid) const {
  if (!joined_ || is_resumed_) return;
  for (const auto& [nick, occupant] : occupants_)
    if (nick != nick_) out.send(presence(occupant), full_jid);
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
  subject_.text = std::move(sketch.subject);
  for (Sketch::Person& each : sketch.people) {
    legacy::Member member;
    member.nick = std::move(each.nick);
    seat(std::move(member))->second.id = std::move(each.id);
  }
}

void Room::catch_up(Outlet& out, legacy::Joined state) {
  drop_absent(out, state);
  if (state.nick != nick_) renamed(out, {nick_, state.nick, true, false});
  show_present(out, state.members);
  const bool is_new_subject = is_resumed_ || state.subject.text != subject_.text;
  is_resumed_ = false;
  subject_ = std::move(state.subject);
  if (is_new_subject) broadcast(out, subject_message());
}

// The user's own occupant comes last, as in a join (XEP-0045 section 7.2.2).
void Room::show_present(Outlet& out, std::vector<legacy::Member>& members) {
  std::optional<legacy::Member> self;
  for (legacy::Member& member : members) {
    const auto known = occupants_.find(member.nick);
    if (known != occupants_.end()) fill_in(member, known->second.member);
    const bool is_news = is_resumed_ || known == occupants_.end() || known->second.member != member;
    if (!is_news) continue;
    if (member.nick == nick_) {
      self = std::move(member);
    } else {
      broadcast(out, presence(seat(std::move(member))->second));
    }
  }
  if (self) show_self(out, std::move(*self), network_ + " is back.");
}

// Those who are not here any more; and whoever had the name that is ours now.
void Room::drop_absent(Outlet& out, const legacy::Joined& state) {
  std::unordered_set<std::string_view> present;
  for (const legacy::Member& member : state.members) present.insert(member.nick);
  if (state.nick != nick_) present.erase(state.nick);
  std::vector<std::string> absent;
  for (const auto& [nick, occupant] : occupants_)
    if (nick != nick_ && !present.contains(nick)) absent.push_back(nick);
  for (std::string& nick : absent) occupant_left(out, {chat_, std::move(nick), legacy::Exit::left, {}, {}});
}

}  // namespace mapping

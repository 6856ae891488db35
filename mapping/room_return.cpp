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
  broadcast(out, presence(seat(std::move(self))->second, {muc::status_self}, reason));
}

// Without the codes of a join, which clients show.
void Room::resync(Outlet& out, const std::string& full_jid) const {
  if (!joined_ || is_resumed_) return;
  for (const auto& [nick, occupant] : occupants_)
    if (nick != nick_) out.send(presence(occupant), full_jid);
  out.send(presence(occupant_or_nobody(nick_), {muc::status_self}), full_jid);
  out.send(subject_message(), full_jid);
}

void Room::resume(std::set<std::string> clients, std::string nick, Sketch sketch) {
  joined_ = is_suspended_ = is_resumed_ = true;
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

void Room::begin_to_catch_up(legacy::Joined state) {
  Arrival& arriving = arrival();
  arriving.members = std::move(state.members);
  arriving.seated = 0;
  arriving.news = std::make_unique<News>(News{std::move(state.nick), std::move(state.subject)});
}

// The user's own occupant comes last, as in a join (XEP-0045 section 7.2.2).
bool Room::catch_up(Outlet& out, News& news, const base::Slice& slice) {
  if (!note_present(news, slice) || !drop_absent(out, news, slice) || !show_present(out, news, slice)) return false;
  if (news.self) show_self(out, std::move(*news.self), network_ + " is back.");
  const bool is_new_subject = is_resumed_ || news.subject.text != subject_.text;
  is_resumed_ = false;
  subject_ = std::move(news.subject);
  if (is_new_subject) broadcast(out, subject_message());
  return true;
}

// Whoever had the name that is ours now is not here.
bool Room::note_present(News& news, const base::Slice& slice) const {
  const std::vector<legacy::Member>& members = arrival_->members;
  for (; news.noted < members.size(); ++news.noted) {
    if (slice.is_over()) return false;
    const std::string& nick = members[news.noted].nick;
    if (nick != news.nick || nick == nick_) news.present.insert(nick);
  }
  return true;
}

// Those who are not here any more, and then we have the name that the network knows us by.
bool Room::drop_absent(Outlet& out, News& news, const base::Slice& slice) {
  if (news.is_absent_gone) return true;
  for (auto at = occupants_.lower_bound(news.next); at != occupants_.end();) {
    if (slice.is_over()) {
      news.next = at->first;
      return false;
    }
    const auto here = at++;
    const bool is_absent = here->first != nick_ && !news.present.contains(here->first);
    if (is_absent) occupant_left(out, {chat_, here->first, legacy::Exit::left, {}, {}});
  }
  news.is_absent_gone = true;
  if (news.nick != nick_) renamed(out, {nick_, news.nick, true, false});
  return true;
}

bool Room::show_present(Outlet& out, News& news, const base::Slice& slice) {
  Arrival& arriving = *arrival_;
  while (arriving.seated < arriving.members.size()) {
    if (slice.is_over()) return false;
    legacy::Member& member = arriving.members[arriving.seated++];
    const auto known = occupants_.find(member.nick);
    if (known != occupants_.end()) fill_in(member, known->second.member);
    const bool is_news = is_resumed_ || known == occupants_.end() || known->second.member != member;
    if (!is_news) continue;
    if (member.nick == nick_) {
      news.self = std::move(member);
    } else {
      broadcast(out, presence(seat(std::move(member))->second));
    }
  }
  return true;
}

}  // namespace mapping

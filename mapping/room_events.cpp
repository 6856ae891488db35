// What happens in a room, shown to the resources that are in it.
#include "base/crypto.hpp"
#include "component/xeps/delay.hpp"
#include "mapping/room.hpp"

namespace mapping {

using component::Outlet;
using component::xml::Element;
namespace muc = component::muc;

namespace {

int status_of(legacy::Exit exit) {
  switch (exit) {
    case legacy::Exit::kicked: return muc::status_kicked;
    case legacy::Exit::banned: return muc::status_banned;
    case legacy::Exit::netsplit: return muc::status_connection_lost;
    default: return 0;
  }
}

int status_of(legacy::Left::Why why) {
  switch (why) {
    case legacy::Left::Why::kicked:
    case legacy::Left::Why::forced: return muc::status_kicked;
    case legacy::Left::Why::banned: return muc::status_banned;
    case legacy::Left::Why::connection_lost: return muc::status_connection_lost;
    case legacy::Left::Why::asked: return 0;
  }
  return 0;
}

// Kept across nick changes; first sight decides (spec: account, else nick!user@host).
std::string compute_id(const std::string& secret, const std::string& network, const std::string& room,
                       const legacy::Member& member) {
  std::string text = network + '\0' + room + '\0';
  text += member.account.empty() ? "h:" + member.nick + '!' + member.address : "a:" + member.account;
  return base::to_hex(base::hmac_sha256(secret, text));
}

}  // namespace

void Room::joined(Outlet& out, legacy::Joined state) {
  joined_ = true;
  chat_ = state.room;
  nick_ = std::move(state.nick);
  traits_ = state.traits;
  subject_ = std::move(state.subject);
  members_.clear();
  occupant_ids_.clear();
  for (legacy::Member& member : state.members) {
    occupant_ids_.emplace(member.nick, compute_id(occupant_secret_, network_, chat_.id, member));
    std::string nick = member.nick;
    members_.insert_or_assign(std::move(nick), std::move(member));
  }
  std::map<std::string, Wish> entering = take_waiting();
  Wish resync;
  resync.history.max_stanzas = 0;
  for (const std::string& full_jid : resources_) entering.try_emplace(full_jid, resync);
  for (const std::string& full_jid : lost_) entering.try_emplace(full_jid, resync);
  lost_.clear();
  for (const auto& [full_jid, wish] : entering) enter(out, full_jid, wish);
}

void Room::occupant(Outlet& out, const legacy::Occupant& event) {
  if (!joined_) return;
  const std::string& nick = event.member.nick;
  if (!members_.contains(nick)) {
    occupant_ids_.insert_or_assign(nick, compute_id(occupant_secret_, network_, chat_.id, event.member));
  }
  members_.insert_or_assign(nick, event.member);
  Element shown = presence(event.member);
  if (nick == nick_) muc::add_statuses(shown, {muc::status_self});
  broadcast(out, shown);
}

void Room::occupant_left(Outlet& out, const legacy::OccupantLeft& event) {
  const auto found = members_.find(event.nick);
  if (found == members_.end()) return;
  muc::Item item;
  const std::string address = address_of(found->second);
  item.jid = address;
  if (event.exit == legacy::Exit::banned) item.affiliation = "outcast";
  if (event.exit == legacy::Exit::kicked || event.exit == legacy::Exit::banned) {
    item.actor = event.actor;
    item.reason = event.reason;
  }
  Element gone = unavailable(found->second, item, event.reason);
  if (const int code = status_of(event.exit)) muc::add_statuses(gone, {code});
  members_.erase(found);
  broadcast(out, gone);
  occupant_ids_.erase(event.nick);
}

void Room::renamed(Outlet& out, const legacy::Renamed& event) {
  const auto found = members_.find(event.from);
  if (event.own) nick_ = event.to;
  if (found == members_.end()) return;
  const bool self = event.own;
  legacy::Member member = found->second;
  const std::string address = address_of(member);
  muc::Item item = item_of(member, address);
  item.nick = event.to;
  Element before = unavailable(member, item, {});
  muc::add_statuses(before, {muc::status_nick_changed});
  if (self) muc::add_statuses(before, {muc::status_self});
  broadcast(out, before);

  members_.erase(found);
  std::string id = occupant_id(event.from);
  occupant_ids_.erase(event.from);
  occupant_ids_.insert_or_assign(event.to, std::move(id));
  member.nick = event.to;
  members_.insert_or_assign(event.to, member);
  Element after = presence(member);
  if (self) muc::add_statuses(after, {muc::status_self});
  if (self && !event.asked) muc::add_statuses(after, {muc::status_nick_assigned});
  broadcast(out, after);
}

void Room::send_goodbye(Outlet& out, const std::string& full_jid, std::initializer_list<int> statuses,
                        std::string_view reason) {
  legacy::Member self;
  self.nick = nick_;
  const auto found = members_.find(nick_);
  if (found != members_.end()) self = found->second;
  muc::Item item;
  const std::string address = address_of(self);
  item.jid = address;
  Element gone = unavailable(self, item, reason);
  muc::add_statuses(gone, statuses);
  muc::add_statuses(gone, {muc::status_self});
  out.send(std::move(gone.set("to", full_jid)));
}

void Room::left(Outlet& out, const legacy::Left& event) {
  const bool was_lost = event.why == legacy::Left::Why::connection_lost;
  legacy::Member self;
  self.nick = nick_;
  muc::Item item;
  const bool removed = event.why != legacy::Left::Why::asked && !was_lost;
  if (event.why == legacy::Left::Why::banned) item.affiliation = "outcast";
  if (removed) {
    item.actor = event.actor;
    item.reason = event.reason;
  }
  Element gone = unavailable(self, item, event.reason);
  if (const int code = status_of(event.why)) muc::add_statuses(gone, {code});
  muc::add_statuses(gone, {muc::status_self});
  if (joined_) broadcast(out, gone);
  joined_ = false;
  members_.clear();
  if (was_lost) {
    lost_.insert(resources_.begin(), resources_.end());
  } else {
    lost_.clear();
  }
  resources_.clear();
}

void Room::subject_changed(Outlet& out, legacy::SubjectText subject) {
  subject_ = std::move(subject);
  Element shown = subject_message();
  shown.set("id", component::make_id());
  broadcast(out, shown);
}

void Room::message(Outlet& out, Element message, base::WallTime when) {
  broadcast(out, message);
  remember(std::move(message), when);
}

void Room::remember(Element message, base::WallTime when) {
  constexpr std::size_t longest_kept = 16 * 1024;
  const auto* const body = message.child("body", {});
  if (!body || message.to_string().size() > longest_kept) return;
  history_.push_back({when, std::move(message)});
  if (history_.size() > history_limit) history_.pop_front();
}

}  // namespace mapping

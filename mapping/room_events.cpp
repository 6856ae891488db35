// What happens in a room, shown to the resources that are in it.
#include <algorithm>

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

}  // namespace

void Room::joined(Outlet& out, legacy::Joined state) {
  joined_ = true;
  chat_ = state.room;
  nick_ = std::move(state.nick);
  traits_ = state.traits;
  subject_ = std::move(state.subject);
  occupants_.clear();
  for (legacy::Member& member : state.members) seat(std::move(member));
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
  Element shown = presence(seat(event.member)->second);
  if (event.member.nick == nick_) muc::add_statuses(shown, {muc::status_self});
  broadcast(out, shown);
}

void Room::occupant_left(Outlet& out, const legacy::OccupantLeft& event) {
  const auto found = occupants_.find(event.nick);
  if (found == occupants_.end()) return;
  muc::Item item;
  const std::string address = address_of(found->second.member);
  item.jid = address;
  if (event.exit == legacy::Exit::banned) item.affiliation = "outcast";
  if (event.exit == legacy::Exit::kicked || event.exit == legacy::Exit::banned) {
    item.actor = event.actor;
    item.reason = event.reason;
  }
  Element gone = unavailable(found->second, item, event.reason);
  if (const int code = status_of(event.exit)) muc::add_statuses(gone, {code});
  occupants_.erase(found);
  broadcast(out, gone);
}

void Room::renamed(Outlet& out, const legacy::Renamed& event) {
  const auto found = occupants_.find(event.from);
  if (event.own) nick_ = event.to;
  if (found == occupants_.end()) return;
  const bool self = event.own;
  Occupant occupant = std::move(found->second);
  occupants_.erase(found);
  const std::string address = address_of(occupant.member);
  muc::Item item = item_of(occupant.member, address);
  item.nick = event.to;
  Element before = unavailable(occupant, item, {});
  muc::add_statuses(before, {muc::status_nick_changed});
  if (self) muc::add_statuses(before, {muc::status_self});
  broadcast(out, before);

  occupant.member.nick = event.to;
  occupant.jid = jid_.with_resource(event.to).str();
  Element after = presence(occupant);
  occupants_.insert_or_assign(event.to, std::move(occupant));
  if (self) muc::add_statuses(after, {muc::status_self});
  if (self && !event.asked) muc::add_statuses(after, {muc::status_nick_assigned});
  broadcast(out, after);
}

void Room::send_goodbye(Outlet& out, const std::string& full_jid, std::initializer_list<int> statuses,
                        std::string_view reason) {
  const Occupant self = occupant_or_nobody(nick_);
  muc::Item item;
  const std::string address = address_of(self.member);
  item.jid = address;
  Element gone = unavailable(self, item, reason);
  muc::add_statuses(gone, statuses);
  muc::add_statuses(gone, {muc::status_self});
  out.send(gone.set("to", full_jid));
}

void Room::left(Outlet& out, const legacy::Left& event) {
  const bool was_lost = event.why == legacy::Left::Why::connection_lost;
  const Occupant self = occupant_or_nobody(nick_);
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
  occupants_.clear();
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

bool Room::has_said(std::string_view stanza_id) const {
  return std::any_of(history_.begin(), history_.end(), [&](const Said& said) {
    const Element* const id = said.message.child("stanza-id", muc::ns_stanza_id);
    return id && id->attr("id") == stanza_id;
  });
}

void Room::remember(Element message, base::WallTime when) {
  if (!message.child("body", {}) || message.weight() > longest_kept) return;
  history_.push_back({when, std::move(message)});
  if (history_.size() > history_limit) history_.pop_front();
}

}  // namespace mapping

// Rooms: stanzas to them, and what the network says of them.
#include <algorithm>
#include <ctime>

#include "base/discard.hpp"
#include "base/log.hpp"
#include "component/error.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

// A playback may reach further back than the room's memory: what comes before something known is known.
void drop_known(std::vector<legacy::Received>& history, const Room& room) {
  const auto known = std::find_if(history.rbegin(), history.rend(), [&](const legacy::Received& each) {
    return !each.id.empty() && room.has_said(each.id);
  });
  history.erase(history.begin(), known.base());
}

legacy::Errc reason_of(const legacy::Left& event) {
  return event.error == legacy::Errc::none ? legacy::Errc::not_in_room : event.error;
}

constexpr std::size_t most_always_there = 200;            // rooms of one user
constexpr auto time_to_follow = std::chrono::minutes(5);  // into the room that has taken another's place

}  // namespace

void Line::join(Stanza presence, const Address& to) {
  // Where no server says when there are enough.
  const bool is_new = !find(presence.to().bare());
  if (is_new && network_.features().always_on && rooms_.size() >= most_always_there)
    return refuse(presence, {0, legacy::Errc::too_many_rooms, {}}, true);
  Room& room = room_for(presence.to(), to.chat);
  const std::string full_jid = presence.from().str();
  const Element* const x = presence.xml().child("x", muc::ns);
  Room::Wish wish;
  wish.nick = to.nick;
  wish.id = presence.id();
  wish.history = muc::history_request(*x, std::time(nullptr));
  wish.is_usual = !x->child("history", muc::ns);
  if (wish.is_usual) wish.history.max_stanzas = owner_.settings_of(*this, room.jid()).history;
  wish.key = x->child_text("password", muc::ns);
  if (room.is_joined() && !room.is_leaving()) {
    enter(room, full_jid, std::move(wish));
    return owner_.seats_changed(*this, room);
  }
  const bool under_way = room.is_leaving() || (!room.waiting().empty() && is_joining(room));
  room.wait(full_jid, std::move(wish));
  owner_.seats_changed(*this, room);
  if (!under_way) request_join(room, full_jid);
}

void Line::request_join(Room& room, const std::string& full_jid) {
  recall(room);
  const Room::Wish& wish = room.waiting().at(full_jid);
  if (!wish.key.empty()) room.set_key(wish.key);
  wanted_nick_ = wish.nick;
  Pending pending;
  pending.kind = Pending::Kind::join;
  pending.room = room.jid().local();
  submit(legacy::Join{room.chat(), wish.nick, wish.key}, std::move(pending));
}

bool Line::is_joining(const Room& room) const {
  return joining_.contains(room.jid().local());
}

void Line::request_leave(Room& room, std::string reason) {
  if (room.is_leaving()) return;
  room.set_leaving(true);
  Pending pending;
  pending.kind = Pending::Kind::leave;
  pending.room = room.jid().local();
  submit(legacy::Leave{room.chat(), std::move(reason)}, std::move(pending));
}

void Line::room_left(const std::string& key) {
  const auto found = rooms_.find(key);
  if (found == rooms_.end()) return;
  found->second.set_leaving(false);
  if (const auto& waiting = found->second.waiting(); !waiting.empty()) {
    const auto with_key =
        std::find_if(waiting.begin(), waiting.end(), [](const auto& entry) { return !entry.second.key.empty(); });
    return request_join(found->second, (with_key == waiting.end() ? waiting.begin() : with_key)->first);
  }
  if (found->second.is_empty()) erase_room(key);
  close_when_unused();
}

void Line::join_failed(const Pending& pending, const legacy::Outcome& outcome) {
  const auto found = rooms_.find(pending.room);
  // Left meanwhile: who waits now waits for the next join.
  if (found == rooms_.end() || found->second.is_leaving()) return;
  if (note_failed(found->second, outcome)) erase_room(pending.room);
  if (!rooms_.contains(pending.room)) return close_when_unused();
  Room& room = found->second;
  if (room.is_suspended()) {
    legacy::Left left{room.chat(), legacy::Left::Why::forced, outcome.text, {}, outcome.error, outcome.moved_to};
    return handle(left);
  }
  refuse(room, is_awaited(outcome.error) ? room.take_newcomers() : room.take_waiting(), outcome);
  owner_.seats_changed(*this, room);
  // Others may be waiting for the room to come back.
  if (room.is_empty() && !room.is_joined()) {
    expect_return(room, outcome.error);
    erase_room(pending.room);
  }
  close_unless_moved(outcome.error);
}

// Who was in the room waits on: the network is tried again, and the room joined then. When it is not tried again, the
// link says so.
bool Line::is_awaited(legacy::Errc error) const {
  using legacy::Errc;
  return error == Errc::disconnected || error == Errc::unreachable_host || error == Errc::rejected_login ||
         (error == Errc::timeout && !is_online());
}

void Line::close_unless_moved(legacy::Errc error) {
  if (error != legacy::Errc::moved) return close_when_unused();
  // The network has put us into another room; the user may follow.
  unused_.expires_after(time_to_follow);
  unused_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& error) {
    if (!error && alive.lock()) close_when_unused();
  });
}

// Joined has emptied the list of those who wait, unless the network knows the room by another name that is open
// already.
void Line::join_done(const Pending& pending) {
  const auto found = rooms_.find(pending.room);
  if (found == rooms_.end() || found->second.is_leaving() || found->second.waiting().empty()) return;
  refuse(found->second, found->second.take_waiting(),
         {0, legacy::Errc::nick_taken, "You are in this room already, under another spelling of its name."});
  owner_.seats_changed(*this, found->second);
  if (found->second.is_empty()) erase_room(pending.room);
}

void Line::refuse(const Room& room, const std::map<std::string, Room::Wish>& waiting, const legacy::Outcome& outcome) {
  component::StanzaError error = to_stanza_error(outcome.error, outcome.text);
  error.by = room.jid().str();
  if (!outcome.moved_to.empty()) {
    const Jid elsewhere = services_.identity.of(network_, {legacy::ChatKind::room, outcome.moved_to});
    error.uri = component::to_uri(elsewhere) + "?join";
  }
  for (const auto& [full_jid, wish] : waiting) {
    Element reply("presence");
    reply.set("from", room.jid().with_resource(wish.nick).str()).set("to", full_jid).set("type", "error");
    if (!wish.id.empty()) reply.set("id", wish.id);
    reply.add(Element("x", muc::ns)).add(component::to_xml(error));
    services_.out.send(reply);
  }
}

void Line::leave(const Stanza& presence) {
  const auto found = rooms_.find(presence.to().local());
  const std::string full_jid = presence.from().str();
  if (found == rooms_.end()) return;
  Room& room = found->second;
  const bool was_in = room.has(full_jid);
  if (!room.forget(full_jid)) return;
  const std::string reason = presence.xml().child_text("status", component::ns_component);
  if (was_in) room.send_goodbye(services_.out, full_jid, muc::no_status, reason);
  owner_.seats_changed(*this, room);
  if (room.is_empty()) vacate(room, reason);
}

void Line::drop_resource(const std::string& full_jid, bool is_expected) {
  announcer_.gone(full_jid);
  for (auto& [key, room] : rooms_) {
    if (is_expected) {  // and stays so, however many stanzas come back
      if (!room.has(full_jid)) continue;
      room.lose(full_jid);
      owner_.seats_changed(*this, room);
      await_clients();
      continue;
    }
    if (!room.forget(full_jid)) continue;
    owner_.seats_changed(*this, room);
    if (room.is_empty()) vacate(room, {});
  }
}

void Line::put_out(const std::string& full_jid) const {
  for (const auto& [key, room] : rooms_) room.put_out(services_.out, full_jid);
}

void Line::change_nick(Stanza presence, const Address& to) {
  Pending pending;
  pending.kind = Pending::Kind::nick;
  pending.room = presence.to().local();
  pending.stanza = std::move(presence);
  submit(legacy::ChangeNick{to.nick}, std::move(pending));
}

void Line::set_subject(Stanza message, const Address& to) {
  std::string text = message.xml().child_text("subject", component::ns_component);
  Pending pending;
  pending.kind = Pending::Kind::subject;
  pending.room = message.to().local();
  pending.stanza = std::move(message);
  submit(legacy::SetSubject{to.chat, std::move(text)}, std::move(pending));
}

void Line::invite(Stanza message, const Address& room, std::string nick, std::string reason) {
  Pending pending;
  pending.kind = Pending::Kind::message;
  pending.stanza = std::move(message);
  submit(legacy::Invite{room.chat, std::move(nick), std::move(reason)}, std::move(pending));
}

void Line::handle(legacy::Joined& event) {
  Room* const room = room_of(event.room);
  if (!room) return submit(legacy::Leave{event.room, {}});
  if (room->is_leaving()) return;  // it came before our PART; who waits joins anew
  if (services_.names) name_members(event);
  invited_.erase(event.room.id);
  Arriving arriving{true, false, std::move(event.history)};
  drop_known(arriving.texts, *room);
  room->begin(std::move(event));
  arriving_.insert_or_assign(std::string(room->jid().local()), std::move(arriving));
  go_on_arriving();
}

void Line::handle(legacy::Occupant& event) {
  if (Room* const room = room_of(event.room)) room->occupant(services_.out, event);
}

void Line::handle(legacy::OccupantLeft& event) {
  if (Room* const room = room_of(event.room)) room->occupant_left(services_.out, event);
  contact_left(event.nick);
}

void Line::handle(legacy::Renamed& event) {
  if (event.own) link_.nick = event.to;
  for (auto& [key, room] : rooms_) {
    room.renamed(services_.out, event);
    if (event.own) owner_.seats_changed(*this, room);
  }
  if (!event.own) contact_left(event.from);
}

void Line::handle(legacy::Left& event) {
  Room* const room = room_of(event.room);
  if (!room || stays_in(*room, event)) return;
  const bool is_seen = room->is_joined() && !room->resources().empty();
  base::discard(services_.executor, room->left(services_.out, event));
  hide_contacts(false);
  if (event.why == legacy::Left::Why::connection_lost) return owner_.seats_changed(*this, *room);
  note_removed(*room, event, is_seen);
  if (room->is_leaving()) return;
  // Those who came back before the network did have no request of their own that could fail.
  if (!is_joining(*room)) refuse(*room, room->take_waiting(), {0, reason_of(event), event.reason, event.moved_to});
  owner_.seats_changed(*this, *room);
  if (room->is_empty()) erase_room(std::string(room->jid().local()));
  close_unless_moved(event.error);
}

void Line::handle(legacy::Subject& event) {
  if (Room* const room = room_of(event.room)) room->subject_changed(services_.out, std::move(event.subject));
}

void Line::handle(legacy::RoomChanged& event) {
  Room* const room = room_of(event.room);
  if (!room || !room->is_joined()) return;
  std::string text = "Mode " + room->chat().id + " [" + event.what + "]";
  if (!event.actor.empty()) text += " by " + event.actor;
  const bool is_told = owner_.settings_of(*this, room->jid()).shows_modes;
  // With that status clients show the text, or a line of their own, without counting it as a message.
  if (is_told || event.is_setup)
    room->note(services_.out, is_told ? text : std::string{}, muc::status_configuration_changed);
}

void Line::handle(legacy::RoomTraits& event) {
  if (Room* const room = room_of(event.room)) room->set_traits(event.traits);
}

void Line::handle(legacy::Invited& event) {
  const Jid room = services_.identity.of(network_, event.room);
  Element invitation = component::make_message(room, user_, "normal", component::make_id());
  Element& invite = invitation.append(Element("x", muc::ns_user)).append(Element("invite"));
  if (!event.by.empty()) {
    invite.set("from", services_.identity.of(network_, {legacy::ChatKind::person, event.by}).str());
  }
  if (!event.reason.empty()) invite.add(Element("reason").text(event.reason));
  services_.out.send(invitation.add(Element("x", muc::ns_direct_invite).set("jid", room.str())));
}

}  // namespace mapping

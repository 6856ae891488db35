// What happens in a room, shown to the resources that are in it.
#include <algorithm>

#include "mapping/room.hpp"

namespace mapping {

using component::Outlet;
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

void Room::occupant(Outlet& out, const legacy::Occupant& event) {
  if (!joined_) return;
  const int status = event.member.nick == nick_ ? muc::status_self : muc::no_status;
  broadcast(out, presence(seat(event.member)->second, {status}));
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
  broadcast(out, unavailable(found->second, item, event.reason, {status_of(event.exit)}));
  occupants_.erase(found);
}

void Room::renamed(Outlet& out, const legacy::Renamed& event) {
  if (is_suspended_) return;  // its members are those of the last connection
  const auto found = occupants_.find(event.from);
  if (event.own) nick_ = event.to;
  if (found == occupants_.end()) return;
  const int self = event.own ? muc::status_self : muc::no_status;
  Occupant occupant = std::move(found->second);
  occupants_.erase(found);
  const std::string address = address_of(occupant.member);
  muc::Item item = item_of(occupant.member, address);
  item.nick = event.to;
  broadcast(out, unavailable(occupant, item, {}, {muc::status_nick_changed, self}));

  occupant.member.nick = event.to;
  occupant.jid = jid_.with_resource(event.to).str();
  const int assigned = event.own && !event.asked ? muc::status_nick_assigned : muc::no_status;
  broadcast(out, presence(occupant, {self, assigned}));
  occupants_.insert_or_assign(event.to, std::move(occupant));
}

void Room::send_goodbye(Outlet& out, const std::string& full_jid, int status, std::string_view reason) {
  const Occupant self = occupant_or_nobody(nick_);
  muc::Item item;
  const std::string address = address_of(self.member);
  item.jid = address;
  out.send(unavailable(self, item, reason, {status, muc::status_self}), full_jid);
}

void Room::put_out(Outlet& out, const std::string& full_jid) const {
  if (!resources_.contains(full_jid)) return;
  const Occupant self = occupant_or_nobody(nick_);
  const muc::Item item;
  out.send(unavailable(self, item, {}, {muc::status_self, muc::status_kicked, muc::status_connection_lost}), full_jid);
  out.send(unavailable(self, item, {}, {muc::status_self, muc::status_shutdown}), full_jid);
}

void Room::lose(const std::string& full_jid) {
  if (resources_.erase(full_jid) == 0) return;
  lost_.try_emplace(full_jid, remembered_);
  note_vacated();
}

Room::Occupants Room::left(Outlet& out, const legacy::Left& event) {
  const bool was_lost = event.why == legacy::Left::Why::connection_lost;
  const Occupant self = occupant_or_nobody(nick_);
  muc::Item item;
  const bool removed = event.why != legacy::Left::Why::asked && !was_lost;
  if (event.why == legacy::Left::Why::banned) item.affiliation = "outcast";
  if (removed) {
    item.actor = event.actor;
    item.reason = event.reason;
  }
  if (joined_) broadcast(out, unavailable(self, item, event.reason, {status_of(event.why), muc::status_self}));
  // COMPAT(Gajim 1.7): comes back by itself on this one only, as others (Conversations) do on the first only.
  if (joined_ && was_lost)
    broadcast(out, unavailable(self, item, event.reason, {muc::status_shutdown, muc::status_self}));
  joined_ = is_suspended_ = is_resumed_ = false;
  arrival_.reset();
  if (was_lost) {
    for (const std::string& full_jid : resources_) lost_.try_emplace(full_jid, remembered_);
  } else {
    lost_.clear();
  }
  if (!std::exchange(resources_, {}).empty()) note_vacated();
  return take_occupants();
}

void Room::subject_changed(Outlet& out, legacy::SubjectText subject) {
  subject_ = std::move(subject);
  broadcast(out, subject_message());
}

void Room::message(Outlet& out, Said said) {
  broadcast(out, said.message);
  remember(std::move(said));
}

void Room::note(Outlet& out, std::string_view text, int status) const {
  component::StanzaWriter line("message", jid_.str(), "groupchat");
  if (!text.empty()) line.inside().leaf("body", text);
  if (status != muc::no_status) {
    line.inside().open("x", muc::ns_user);
    line.inside().open("status").attr("code", std::to_string(status)).close();
    line.inside().close();
  }
  line.inside().open("no-store", "urn:xmpp:hints").close();
  broadcast(out, std::move(line).finish());
}

bool Room::has_said(std::string_view stanza_id) const {
  return std::any_of(history_.begin(), history_.end(), [&](const Said& said) { return said.stanza_id == stanza_id; });
}

void Room::remember(Said said) {
  if (said.message.text().size() > longest_kept) return;
  history_.push_back(std::move(said));
  ++remembered_;
  if (history_.size() > history_limit) history_.pop_front();
}

}  // namespace mapping

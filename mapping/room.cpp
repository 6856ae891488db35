#include "mapping/room.hpp"

#include <strings.h>
#include <algorithm>

#include "component/xeps/delay.hpp"
#include "mapping/identity.hpp"

namespace mapping {

using component::Outlet;
using component::xml::Element;
namespace muc = component::muc;

namespace {

std::string_view word(legacy::Affiliation affiliation) {
  switch (affiliation) {
    case legacy::Affiliation::outcast: return "outcast";
    case legacy::Affiliation::none: return "none";
    case legacy::Affiliation::member: return "member";
    case legacy::Affiliation::admin: return "admin";
    case legacy::Affiliation::owner: return "owner";
  }
  return "none";
}

std::string_view word(legacy::Role role) {
  switch (role) {
    case legacy::Role::none: return "none";
    case legacy::Role::visitor: return "visitor";
    case legacy::Role::participant: return "participant";
    case legacy::Role::moderator: return "moderator";
  }
  return "none";
}

bool same_letters(const std::string& a, const std::string& b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

Room::Room(component::Jid jid, legacy::Chat chat, std::string network, base::Hmac& id_hash)
    : jid_(std::move(jid)), chat_(std::move(chat)), network_(std::move(network)), id_hash_(id_hash) {}

std::set<std::string> Room::everybody() const {
  std::set<std::string> all = resources_;
  all.insert(lost_.begin(), lost_.end());
  for (const auto& [full_jid, wish] : waiting_) all.insert(full_jid);
  return all;
}

const legacy::Member* Room::find(const std::string& nick) const {
  if (const auto exact = occupants_.find(nick); exact != occupants_.end()) return &exact->second.member;
  const auto found = std::find_if(occupants_.begin(), occupants_.end(),
                                  [&](const auto& entry) { return same_letters(entry.first, nick); });
  return found == occupants_.end() ? nullptr : &found->second.member;
}

// Kept across nick changes; first sight decides (spec: account, else nick!user@host).
Room::Occupant Room::make_occupant(legacy::Member member) const {
  std::string seen = network_ + '\0' + chat_.id + '\0';
  seen += member.account.empty() ? "h:" + member.nick + '!' + member.address : "a:" + member.account;
  std::string jid = jid_.with_resource(member.nick).str();
  return {std::move(member), std::move(jid), base::to_hex(id_hash_(seen))};
}

Room::Occupant Room::occupant_or_nobody(const std::string& nick) const {
  if (const auto found = occupants_.find(nick); found != occupants_.end()) return found->second;
  legacy::Member nobody;
  nobody.nick = nick;
  return {std::move(nobody), jid_.with_resource(nick).str(), {}};
}

// He may be here already, and has changed.
Room::Occupants::iterator Room::seat(legacy::Member member) {
  const auto found = occupants_.find(member.nick);
  if (found == occupants_.end()) {
    std::string nick = member.nick;
    return occupants_.emplace(std::move(nick), make_occupant(std::move(member))).first;
  }
  found->second.member = std::move(member);
  return found;
}

std::string Room::address_of(const legacy::Member& member) const {
  const auto percent = jid_.local().rfind('%');
  std::string local = escape_local(member.nick);
  if (percent != std::string_view::npos) local += jid_.local().substr(percent);
  const auto jid = component::Jid::make(local, jid_.domain());
  if (!jid) return {};
  return member.address.empty() ? jid->str() : jid->with_resource(member.address).str();
}

muc::Item Room::item_of(const legacy::Member& member, const std::string& address) const {
  muc::Item item;
  item.affiliation = word(member.affiliation);
  item.role = word(member.role);
  item.jid = address;
  return item;
}

Element Room::presence(const Occupant& occupant) const {
  const legacy::Member& member = occupant.member;
  Element out("presence");
  out.set("from", occupant.jid);
  if (member.show == legacy::Show::away) out.add(Element("show").text("away"));
  if (!member.status.empty()) out.add(Element("status").text(member.status));
  out.add(muc::user(item_of(member, address_of(member))));
  if (!occupant.id.empty()) out.add(muc::occupant_id(occupant.id));
  return out;
}

Element Room::unavailable(const Occupant& occupant, const muc::Item& item, std::string_view status) const {
  Element out("presence");
  out.set("from", occupant.jid).set("type", "unavailable");
  if (!status.empty()) out.add(Element("status").text(status));
  out.add(muc::user(item));
  if (!occupant.id.empty()) out.add(muc::occupant_id(occupant.id));
  return out;
}

Element Room::said_by(const std::string& nick, std::string_view id, std::string_view text) const {
  Element message("message");
  const auto found = occupants_.find(nick);
  if (found != occupants_.end()) {
    message.set("from", found->second.jid);
  } else {
    const legacy::Member* const respelled = find(nick);
    message.set("from", nick.empty() ? jid_.str() : jid_.with_resource(respelled ? respelled->nick : nick).str());
  }
  message.set("type", "groupchat").set("id", id);
  message.add(Element("body").text(text));
  return message;
}

void Room::mark(Element& message, const std::string& nick, std::string_view stanza_id) const {
  message.add(Element("stanza-id", muc::ns_stanza_id).set("by", jid_.str()).set("id", stanza_id));
  const auto found = occupants_.find(nick);
  if (found != occupants_.end() && !found->second.id.empty()) message.add(muc::occupant_id(found->second.id));
}

void Room::broadcast(Outlet& out, Element& stanza) const {
  for (const std::string& to : resources_) out.send(stanza.set("to", to));
  stanza.unset("to");
}

void Room::enter(Outlet& out, const std::string& full_jid, const Wish& wish) {
  resources_.insert(full_jid);
  lost_.erase(full_jid);
  for (const auto& [nick, occupant] : occupants_) {
    if (nick != nick_) out.send(presence(occupant).set("to", full_jid));
  }
  Element self = presence(occupant_or_nobody(nick_));
  muc::add_statuses(self, {muc::status_non_anonymous, muc::status_self});
  if (!wish.nick.empty() && wish.nick != nick_) muc::add_statuses(self, {muc::status_nick_assigned});
  out.send(self.set("to", full_jid));
  send_history(out, full_jid, wish.history);
  out.send(subject_message().set("to", full_jid));
}

void Room::send_history(Outlet& out, const std::string& to, const muc::HistoryRequest& wish) const {
  if (wish.max_chars == 0) return;
  const std::size_t skip = history_.size() - std::min(history_.size(), wish.max_stanzas);
  for (std::size_t at = skip; at < history_.size(); ++at) {
    const Said& said = history_[at];
    if (std::chrono::system_clock::to_time_t(said.when) < wish.since) continue;
    Element copy = said.message;
    copy.set("to", to);
    if (!copy.child("delay", component::ns_delay)) copy.add(component::delay(jid_.str(), said.when));
    out.send(copy);
  }
}

Element Room::subject_message() const {
  Element out("message");
  const bool known = !subject_.nick.empty();
  out.set("type", "groupchat").set("from", (known ? jid_.with_resource(subject_.nick) : jid_).str());
  out.add(Element("subject").text(subject_.text));
  if (subject_.when) out.add(component::delay(jid_.str(), *subject_.when));
  return out;
}

bool Room::forget(const std::string& full_jid) {
  return (resources_.erase(full_jid) + lost_.erase(full_jid) + waiting_.erase(full_jid)) > 0;
}

}  // namespace mapping

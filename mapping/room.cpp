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

Room::Room(component::Jid jid, legacy::Chat chat, std::string network, const std::string& occupant_secret)
    : jid_(std::move(jid)), chat_(std::move(chat)), network_(std::move(network)), occupant_secret_(occupant_secret) {}

std::set<std::string> Room::everybody() const {
  std::set<std::string> all = resources_;
  all.insert(lost_.begin(), lost_.end());
  for (const auto& [full_jid, wish] : waiting_) all.insert(full_jid);
  return all;
}

const legacy::Member* Room::find(const std::string& nick) const {
  if (const auto exact = members_.find(nick); exact != members_.end()) return &exact->second;
  const auto found = std::find_if(members_.begin(), members_.end(),
                                  [&](const auto& entry) { return same_letters(entry.first, nick); });
  return found == members_.end() ? nullptr : &found->second;
}

std::string Room::occupant_id(const std::string& nick) const {
  const auto found = occupant_ids_.find(nick);
  return found == occupant_ids_.end() ? std::string{} : found->second;
}

std::string Room::address_of(const legacy::Member& member) const {
  const auto percent = jid_.local().rfind('%');
  std::string local = escape_local(member.nick);
  if (percent != std::string::npos) local += jid_.local().substr(percent);
  const auto jid = component::Jid::make(local, jid_.domain());
  return jid ? jid->with_resource(member.address).str() : std::string{};
}

muc::Item Room::item_of(const legacy::Member& member, const std::string& address) const {
  muc::Item item;
  item.affiliation = word(member.affiliation);
  item.role = word(member.role);
  item.jid = address;
  return item;
}

Element Room::presence(const legacy::Member& member) const {
  Element out("presence");
  out.set("from", jid_.with_resource(member.nick).str());
  if (member.show == legacy::Show::away) out.add(Element("show").text("away"));
  if (!member.status.empty()) out.add(Element("status").text(member.status));
  out.add(muc::user(item_of(member, address_of(member))));
  if (const auto id = occupant_id(member.nick); !id.empty()) out.add(muc::occupant_id(id));
  return out;
}

Element Room::unavailable(const legacy::Member& member, const muc::Item& item, std::string_view status) const {
  Element out("presence");
  out.set("from", jid_.with_resource(member.nick).str()).set("type", "unavailable");
  if (!status.empty()) out.add(Element("status").text(status));
  out.add(muc::user(item));
  if (const auto id = occupant_id(member.nick); !id.empty()) out.add(muc::occupant_id(id));
  return out;
}

void Room::broadcast(Outlet& out, const Element& stanza) const {
  for (const std::string& to : resources_) {
    Element copy = stanza;
    copy.set("to", to);
    out.send(std::move(copy));
  }
}

void Room::enter(Outlet& out, const std::string& full_jid, const Wish& wish) {
  resources_.insert(full_jid);
  lost_.erase(full_jid);
  for (const auto& [nick, member] : members_) {
    if (nick != nick_) out.send(std::move(presence(member).set("to", full_jid)));
  }
  const auto own = members_.find(nick_);
  legacy::Member member = own == members_.end() ? legacy::Member{} : own->second;
  member.nick = nick_;
  Element self = presence(member);
  muc::add_statuses(self, {muc::status_non_anonymous, muc::status_self});
  if (!wish.nick.empty() && wish.nick != nick_) muc::add_statuses(self, {muc::status_nick_assigned});
  out.send(std::move(self.set("to", full_jid)));
  send_history(out, full_jid, wish.history);
  out.send(std::move(subject_message().set("to", full_jid)));
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
    out.send(std::move(copy));
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

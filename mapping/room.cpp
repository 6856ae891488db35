#include "mapping/room.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "component/xeps/delay.hpp"
#include "component/xeps/hats.hpp"
#include "mapping/identity.hpp"

namespace mapping {

using component::Outlet;
using component::StanzaWriter;
using component::WrittenStanza;
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

bool is_about_oneself(std::initializer_list<int> statuses) {
  return std::find(statuses.begin(), statuses.end(), muc::status_self) != statuses.end();
}

std::vector<component::hats::Hat> hats_of(const legacy::Member& member) {
  std::vector<component::hats::Hat> hats;
  if (!member.account.empty()) hats.push_back({"account/" + member.account, "Account: " + member.account});
  if (member.is_operator) hats.push_back({"operator", "Network operator"});
  if (member.is_bot) hats.push_back({"bot", "Bot"});
  return hats;
}

}  // namespace

Room::Room(component::Jid jid, legacy::Chat chat, std::string network, base::Hmac& id_hash)
    : jid_(std::move(jid)), chat_(std::move(chat)), network_(std::move(network)), id_hash_(id_hash) {
  const std::string name = escape_local(chat_.id);
  if (jid_.local().starts_with(name)) tail_ = jid_.local().substr(name.size());
}

std::set<std::string> Room::everybody() const {
  std::set<std::string> all = resources_;
  for (const auto& [full_jid, since] : lost_) all.insert(full_jid);
  for (const auto& [full_jid, wish] : waiting_) all.insert(full_jid);
  return all;
}

std::string Room::wish_of(const std::string& full_jid) const {
  const auto wish = wishes_.find(full_jid);
  return has(full_jid) && wish != wishes_.end() ? wish->second.nick : std::string{};
}

bool Room::try_wish(const std::string& full_jid) {
  const auto wish = wishes_.find(full_jid);
  return wish != wishes_.end() && !std::exchange(wish->second.is_tried, true);
}

void Room::wait(const std::string& full_jid, Wish wish) {
  if (const auto lost = lost_.extract(full_jid)) {
    wish.lost_since = lost.mapped();
  } else if (const auto before = waiting_.find(full_jid); before != waiting_.end()) {
    wish.lost_since = before->second.lost_since;
  }
  waiting_.insert_or_assign(full_jid, std::move(wish));
}

std::map<std::string, Room::Wish> Room::take_newcomers() {
  std::map<std::string, Wish> newcomers = take_waiting();
  for (auto at = newcomers.begin(); at != newcomers.end();) {
    if (!at->second.lost_since) {
      ++at;
      continue;
    }
    waiting_.insert(std::move(*at));
    at = newcomers.erase(at);
  }
  return newcomers;
}

const Room::Occupant* Room::find_occupant(std::string_view nick) const {
  if (const auto exact = occupants_.find(nick); exact != occupants_.end()) return &exact->second;
  const auto found = occupants_.find(SameLetters{nick});
  return found == occupants_.end() ? nullptr : &found->second;
}

const legacy::Member* Room::find(const std::string& nick) const {
  const Occupant* const occupant = find_occupant(nick);
  return occupant == nullptr ? nullptr : &occupant->member;
}

std::string Room::nick_of(const std::string& person) const {
  const auto found = std::find_if(occupants_.begin(), occupants_.end(),
                                  [&](const auto& entry) { return entry.second.member.person == person; });
  return found == occupants_.end() ? person : found->first;
}

// Kept across nick changes; first sight decides (spec: account, else nick!user@host).
Room::Occupant Room::make_occupant(legacy::Member member) const {
  std::string seen = network_ + '\0' + chat_.id + '\0';
  if (!member.person.empty()) {
    seen += "p:" + member.person;
  } else {
    seen += member.account.empty() ? "h:" + member.nick + '!' + member.address : "a:" + member.account;
  }
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
  const std::string local = escape_local(member.person.empty() ? member.nick : member.person) + tail_;
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

void Room::write_occupant_id(component::xml::Writer& writer, const Occupant& occupant) {
  if (!occupant.id.empty()) writer.open("occupant-id", muc::ns_occupant_id).token("id", occupant.id).close();
}

WrittenStanza Room::presence(const Occupant& occupant, std::initializer_list<int> statuses, std::string_view reason,
                             std::string_view to_self) const {
  const legacy::Member& member = occupant.member;
  StanzaWriter out("presence", occupant.jid, {});
  if (member.show == legacy::Show::away) out.inside().leaf("show", "away");
  if (!member.status.empty()) out.inside().leaf("status", member.status);
  const std::string address = to_self.empty() ? address_of(member) : std::string(to_self);
  muc::Item item = item_of(member, address);
  item.reason = reason;
  // COMPAT(Converse 12): offers the room's form to owners only; who may set modes gets one.
  const bool may_set_up = member.affiliation == legacy::Affiliation::admin && member.role == legacy::Role::moderator;
  if (!to_self.empty() && may_set_up) item.affiliation = word(legacy::Affiliation::owner);
  muc::write_user(out.inside(), item, statuses);
  write_occupant_id(out.inside(), occupant);
  if (const auto hats = hats_of(member); !hats.empty()) out.inside().add(component::hats::to_xml(hats));
  return std::move(out).finish(!is_about_oneself(statuses));
}

WrittenStanza Room::unavailable(const Occupant& occupant, const muc::Item& item, std::string_view status,
                                std::initializer_list<int> statuses) const {
  StanzaWriter out("presence", occupant.jid, "unavailable");
  if (!status.empty()) out.inside().leaf("status", status);
  muc::write_user(out.inside(), item, statuses);
  write_occupant_id(out.inside(), occupant);
  return std::move(out).finish(!is_about_oneself(statuses));
}

WrittenStanza Room::write(const Remark& remark) const {
  const Occupant* const speaker = find_occupant(remark.nick);
  std::string stranger;
  if (speaker == nullptr && !remark.nick.empty()) stranger = jid_.with_resource(remark.nick).str();
  const std::string_view from = speaker != nullptr ? speaker->jid : stranger.empty() ? jid_.str() : stranger;
  StanzaWriter out("message", from, "groupchat", remark.id);
  out.inside().leaf("body", remark.text);
  for (const Element* const child : remark.additions) out.inside().add(*child);
  out.inside().open("stanza-id", muc::ns_stanza_id).attr("by", jid_.str()).attr("id", remark.stanza_id).close();
  if (speaker != nullptr) write_occupant_id(out.inside(), *speaker);
  if (remark.when) out.inside().add(component::delay(jid_.str(), *remark.when));
  return std::move(out).finish();
}

void Room::broadcast(Outlet& out, const WrittenStanza& stanza) const {
  for (const std::string& to : resources_) out.send(stanza, to);
}

void Room::broadcast_self(Outlet& out, const Occupant& self, std::initializer_list<int> statuses,
                          std::string_view reason) const {
  for (const std::string& to : resources_) out.send(presence(self, statuses, reason, to), to);
}

void Room::broadcast_self_gone(Outlet& out, const Occupant& self, muc::Item item, std::string_view status,
                               std::initializer_list<int> statuses) const {
  for (const std::string& to : resources_) {
    item.jid = to;
    out.send(unavailable(self, item, status, statuses), to);
  }
}

void Room::send_history(Outlet& out, const std::string& to, const muc::HistoryRequest& wish) const {
  const std::size_t last = history_.size() - std::min(history_.size(), wish.max_stanzas);
  std::vector<WrittenStanza> chosen;  // the latest first
  std::size_t chars = 0;
  for (std::size_t at = history_.size(); at > last; --at) {
    const Said& said = history_[at - 1];
    if (std::chrono::system_clock::to_time_t(said.when) < wish.since) continue;
    WrittenStanza shown = said.is_delayed ? said.message : said.message.with(component::delay(jid_.str(), said.when));
    if (wish.max_chars != std::string_view::npos) {
      chars += base::count_code_points(shown.text());
      if (chars > wish.max_chars) break;
    }
    chosen.push_back(std::move(shown));
  }
  for (auto each = chosen.rbegin(); each != chosen.rend(); ++each) out.send(*each, to);
}

WrittenStanza Room::subject_message() const {
  const bool known = !subject_.nick.empty();
  StanzaWriter out("message", (known ? jid_.with_resource(subject_.nick) : jid_).str(), "groupchat");
  out.inside().leaf("subject", subject_.text);
  if (subject_.when) out.inside().add(component::delay(jid_.str(), *subject_.when));
  return std::move(out).finish();
}

bool Room::forget(const std::string& full_jid) {
  const bool was_in = resources_.erase(full_jid) > 0;
  wishes_.erase(full_jid);
  if (was_in) note_vacated();
  return lost_.erase(full_jid) + waiting_.erase(full_jid) > 0 || was_in;
}

void Room::note_vacated() noexcept {
  if (resources_.empty() && !vacated_) vacated_ = remembered_;
}

}  // namespace mapping

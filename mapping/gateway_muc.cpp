// What is asked of rooms by iq (XEP-0045 sections 9 and 10).
#include <algorithm>
#include <array>

#include "component/xeps/dataform.hpp"
#include "component/xeps/delay.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::array affiliations{std::pair{std::string_view{"outcast"}, legacy::Affiliation::outcast},
                                  std::pair{std::string_view{"none"}, legacy::Affiliation::none},
                                  std::pair{std::string_view{"member"}, legacy::Affiliation::member},
                                  std::pair{std::string_view{"admin"}, legacy::Affiliation::admin},
                                  std::pair{std::string_view{"owner"}, legacy::Affiliation::owner}};
constexpr std::array roles{std::pair{std::string_view{"none"}, legacy::Role::none},
                           std::pair{std::string_view{"visitor"}, legacy::Role::visitor},
                           std::pair{std::string_view{"participant"}, legacy::Role::participant},
                           std::pair{std::string_view{"moderator"}, legacy::Role::moderator}};

template <class Table>
auto lookup(const Table& table, std::string_view word) {
  using Value = decltype(table.front().second);
  const auto found = std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.first == word; });
  return found == table.end() ? std::optional<Value>{} : std::optional<Value>{found->second};
}

template <class Table, class Value>
std::string_view word_of(const Table& table, Value value) {
  return std::find_if(table.begin(), table.end(), [&](const auto& row) { return row.second == value; })->first;
}

// One <item/> of an admin set as a request; nothing when it makes no sense.
std::optional<legacy::Request> request_of(const Element& item, const legacy::Chat& room, const std::string& nick) {
  const bool has_affiliation = item.has_attr("affiliation");
  const bool has_role = item.has_attr("role");
  if (has_affiliation == has_role || nick.empty()) return {};
  std::string reason = item.child_text("reason", muc::ns_admin);
  if (has_role && item.attr("role") == "none") return legacy::Kick{room, nick, std::move(reason)};
  legacy::SetStanding change{room, nick, {}, {}, std::move(reason)};
  if (has_affiliation) change.affiliation = lookup(affiliations, item.attr("affiliation"));
  if (has_role) change.role = lookup(roles, item.attr("role"));
  if (!change.affiliation && !change.role) return {};
  return change;
}

// No pages in this protocol: a list beyond what fits into a stanza is cut.
constexpr std::size_t longest_list = 256 * 1024;

void add_text_field(Element& form, std::string_view var, std::string_view value) {
  form.append(Element("field")).set("var", var).add(Element("value").text(value));
}

}  // namespace

void Gateway::add_muc_routes() {
  using namespace component;
  router_.add({"query", muc::ns_admin, "get set", target_room, false, {}, [this](const Responder& responder) {
                 muc_admin(responder);
               }});
  if (options_.type == "sms") return;
  router_.add({"query", muc::ns_owner, "get set", target_room, false, {}, [this](const Responder& responder) {
                 muc_owner(responder);
               }});
}

void Gateway::muc_admin(const Responder& responder) {
  const Stanza& request = responder.request();
  const auto to = identity_.resolve(request.to());
  Line* const line = find_line(request.from(), *to->network);
  const Room* const room = line ? line->find(request.to()) : nullptr;
  if (!room || !room->has(request.from().str())) return responder.error(to_stanza_error(legacy::Errc::not_in_room));
  if (request.type() == "get") {
    const Element* const asked = request.payload()->child("item", muc::ns_admin);
    const bool is_of_bans = asked && asked->attr("affiliation") == "outcast";
    if (!may_list(responder, is_of_bans ? 0 : room->occupants().size())) return;
    if (is_of_bans) return outcast_list(responder, *line, *room);
    return muc_admin_list(responder, *room);
  }
  std::vector<legacy::Request> requests;
  for (const Element* item : request.payload()->children("item", muc::ns_admin)) {
    std::string nick{item->attr("nick")};
    if (const auto jid = Jid::parse(item->attr("jid")); nick.empty() && jid) nick = name_of(*jid, *to);
    if (const legacy::Member* const member = room->find(nick)) nick = member->nick;
    auto change = request_of(*item, room->chat(), nick);
    if (!change)
      return responder.error({ErrorType::modify, Condition::bad_request, "One role or one affiliation per nick.", {}});
    requests.push_back(std::move(*change));
  }
  if (requests.empty()) return responder.error({ErrorType::modify, Condition::bad_request, "There is no item.", {}});
  line->administer(responder, std::move(requests));
}

// The nick, or the mask, that an address at the room's network stands for: "nick%net@gw", "*!*\\40host%net@gw", and
// what no local part can hold as the resource of the network's own.
std::string Gateway::name_of(const Jid& jid, const Address& room) const {
  const Jid network = identity_.of(*room.network);
  if (jid.domain() != network.domain()) return {};
  if (jid.local() == network.local()) return std::string{jid.resource()};
  return identity_.name_in(*room.network, jid.local());
}

void Gateway::outcast_list(const Responder& responder, Line& line, const Room& room) {
  const legacy::Network& network = line.network();
  line.list_bans(room, [this, responder, &network](const legacy::Bans* list, const legacy::Outcome& outcome) {
    if (outcome.error != legacy::Errc::none) return responder.error(to_stanza_error(outcome.error, outcome.text));
    std::size_t bytes = 0;
    Element query("query", muc::ns_admin);
    for (const legacy::Bans::Ban& ban : list ? list->bans : std::vector<legacy::Bans::Ban>{}) {
      Element item("item");
      item.set("affiliation", "outcast");
      item.set("jid", identity_.of(network, {legacy::ChatKind::person, ban.mask}).str());
      std::string reason = ban.by.empty() ? std::string{} : "set by " + ban.by;
      if (ban.when) reason += (reason.empty() ? "set at " : " at ") + component::format_time(*ban.when);
      if (!reason.empty()) item.add(Element("reason").text(reason));
      bytes += item.to_string().size();
      if (bytes > longest_list) break;
      query.add(std::move(item));
    }
    responder.result(std::move(query));
  });
}

// IRC's ranks last as long as a visit: the lists are of those who are here.
void Gateway::muc_admin_list(const Responder& responder, const Room& room) {
  const Element* const asked = responder.request().payload()->child("item", muc::ns_admin);
  const auto affiliation = asked ? lookup(affiliations, asked->attr("affiliation")) : std::nullopt;
  const auto role = asked ? lookup(roles, asked->attr("role")) : std::nullopt;
  if (!affiliation && !role) return responder.error({ErrorType::modify, Condition::bad_request, "Which list?", {}});
  std::size_t bytes = 0;
  Element query("query", muc::ns_admin);
  for (const auto& [nick, occupant] : room.occupants()) {
    const legacy::Member& member = occupant.member;
    if ((affiliation && member.affiliation != *affiliation) || (role && member.role != *role)) continue;
    Element item("item");
    item.set("nick", nick).set("affiliation", word_of(affiliations, member.affiliation));
    item.set("role", word_of(roles, member.role));
    if (!member.person.empty()) item.set("jid", room.address_of(member));
    bytes += item.to_string().size();
    if (bytes > longest_list) break;
    query.add(std::move(item));
  }
  responder.result(std::move(query));
}

void Gateway::describe_room(component::disco::Info& info, const Stanza& request, const Address& to) {
  const bool is_always_there = to.network->features().always_on;
  const std::string own_name = services_.names ? book_.name_of(request.from().bare(), request.to().local()) : "";
  info.identities.push_back({"conference", is_always_there ? "text" : "irc", own_name.empty() ? to.chat.id : own_name});
  for (const char* feature : {"http://jabber.org/protocol/muc", "http://jabber.org/protocol/muc#stable_id",
                              "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0", "urn:xmpp:hats:0",
                              "http://jabber.org/protocol/muc#self-ping-optimization", "muc_nonanonymous"}) {
    info.features.emplace_back(feature);
  }
  const bool stays =
      is_always_there || settings_.of_room(request.from(), *to.network, request.to().bare()).is_persistent;
  info.features.emplace_back(stays ? "muc_persistent" : "muc_temporary");
  const Line* const line = find_line(request.from(), *to.network);
  const Room* const room = line ? line->find(request.to()) : nullptr;
  legacy::Traits traits = room ? room->traits() : legacy::Traits{};
  traits.hidden = traits.hidden || is_always_there;
  info.features.emplace_back(traits.moderated ? "muc_moderated" : "muc_unmoderated");
  info.features.emplace_back(traits.members_only ? "muc_membersonly" : "muc_open");
  info.features.emplace_back(traits.password ? "muc_passwordprotected" : "muc_unsecured");
  info.features.emplace_back(traits.hidden ? "muc_hidden" : "muc_public");
  if (!room || !room->is_joined()) return;
  Element form("x", component::dataform::ns);
  form.set("type", "result");
  form.append(Element("field"))
      .set("var", "FORM_TYPE")
      .set("type", "hidden")
      .add(Element("value").text("http://jabber.org/protocol/muc#roominfo"));
  add_text_field(form, "muc#roominfo_subject", room->subject().text);
  add_text_field(form, "muc#roominfo_occupants", std::to_string(room->occupants().size()));
  info.forms.push_back(std::move(form));
}

}  // namespace mapping

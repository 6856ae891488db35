// What is asked by iq, except of rooms: one table, from which disco's features follow.
#include <array>

#include "component/xeps/dataform.hpp"
#include "component/xeps/rsm.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::Stanza;
using component::xml::Element;
namespace disco = component::disco;

namespace {

constexpr std::string_view ns_ping = "urn:xmpp:ping";         // XEP-0199 2.0.1
constexpr std::string_view ns_version = "jabber:iq:version";  // XEP-0092 1.1
constexpr std::string_view ns_vcard = "vcard-temp";           // XEP-0054 1.3
constexpr std::string_view ns_gateway = "jabber:iq:gateway";  // XEP-0100 section 6
constexpr std::string_view muc_traffic = "http://jabber.org/protocol/muc#traffic";

// What messages in a room may have besides a text, and others see or are told of.
constexpr std::array carried{"http://jabber.org/protocol/xhtml-im",
                             "jabber:x:oob",
                             "urn:xmpp:markup:0",
                             "urn:xmpp:message-correct:0",
                             "urn:xmpp:reply:0",
                             "urn:xmpp:sfs:0",
                             "urn:xmpp:sims:1",
                             "urn:xmpp:spoiler:0",
                             "urn:xmpp:styling:0"};

}  // namespace

component::Target target_of(Address::Kind kind) {
  switch (kind) {
    case Address::Kind::gateway: return component::target_gateway;
    case Address::Kind::network: return component::target_network;
    case Address::Kind::room: return component::target_room;
    case Address::Kind::occupant: return component::target_occupant;
    case Address::Kind::contact: return component::target_contact;
  }
  return component::target_gateway;
}

Address as_network(Address gateway) {
  gateway.kind = Address::Kind::network;
  return gateway;
}

void Gateway::add_routes() {
  using namespace component;
  const auto to = [this](void (Gateway::*handler)(const Responder&)) {
    return [this, handler](const Responder& responder) { (this->*handler)(responder); };
  };
  const unsigned own = target_gateway | target_network;
  router_.add({"query", disco::ns_info, "get", target_any, true, disco::ns_info, to(&Gateway::disco_info)});
  router_.add({"query", disco::ns_items, "get", target_any, true, disco::ns_items, to(&Gateway::disco_items)});
  router_.add({"ping", ns_ping, "get", own | target_room | target_occupant, true, ns_ping, to(&Gateway::ping)});
  router_.add({"query", ns_version, "get", own, true, ns_version, to(&Gateway::version)});
  router_.add({"vCard", ns_vcard, "get", own, true, ns_vcard, to(&Gateway::vcard)});
  if (options_.type == "sms")
    router_.add({"vCard", ns_vcard, "get", target_contact, false, ns_vcard, to(&Gateway::number_vcard)});
  router_.add({"query", ns_register, "get set", target_gateway, true, ns_register, to(&Gateway::register_iq)});
  router_.add({"query", ns_gateway, "get set", target_gateway, false, ns_gateway, to(&Gateway::prompt)});
}

void Gateway::handle_iq(Stanza stanza) {
  const auto to = identity_.resolve(stanza.to());
  if (!to) return refuse(stanza, to_stanza_error(to.error()));
  const bool allowed = may_use(stanza.from());
  if (allowed && is_intrusion(stanza, *to)) {
    return refuse(stanza, {ErrorType::modify, Condition::bad_request, "You are not a participant in this room.",
                           stanza.to().bare_str()});
  }
  router_.dispatch(out_, std::move(stanza), target_of(to->kind), allowed);
}

disco::Info Gateway::describe(const Stanza& request, const Address& to) {
  disco::Info info;
  info.features = router_.features(target_of(to.kind));
  switch (to.kind) {
    case Address::Kind::gateway:
      info.identities.push_back({"gateway", options_.type, title()});
      if (options_.type == "irc") info.identities.push_back({"conference", "irc", title()});
      if (options_.type == "irc") info.features.emplace_back("http://jabber.org/protocol/muc");
      if (to.network) info.features.emplace_back(component::rsm::ns);
      if (is_sms()) {
        // No identity of a conference service: clients make their own rooms at the first that they find.
        if (identity_.networks().begin()->second->features().rooms)
          info.features.emplace_back("http://jabber.org/protocol/muc");
        info.features.emplace_back("http://jabber.org/protocol/address");
      }
      info.features.emplace_back("jid\\20escaping");
      break;
    case Address::Kind::network:
      // COMPAT(Dino 0.4, Converse 12): of a conference they show its words as a room's.
      info.identities.push_back({"gateway", "irc", to.network->name()});
      info.features.emplace_back(component::rsm::ns);
      break;
    case Address::Kind::room:
      describe_room(info, request, to);
      info.features.emplace_back(component::rsm::ns);
      break;
    case Address::Kind::occupant: info.identities.push_back({"client", "bot", to.nick}); break;
    case Address::Kind::contact:
      info.identities.push_back({"client", to.network->features().delivery_reports ? "phone" : "pc",
                                 services_.names ? title_of_contact(request.from(), to) : to.chat.id});
      if (to.network->features().delivery_reports) info.features.emplace_back("urn:xmpp:receipts");
      break;
  }
  return info;
}

void Gateway::disco_info(const Responder& responder) {
  const Stanza& request = responder.request();
  const std::string_view node = request.payload()->attr("node");
  const auto to = identity_.resolve(request.to());
  if (to->kind == Address::Kind::room && !to->network->features().rooms)
    return responder.error(to_stanza_error(legacy::Errc::unsupported));
  if (node == "x-roomuser-item" && to->kind == Address::Kind::room) {
    disco::Info info;
    const Line* const line = find_line(request.from(), *to->network);
    if (line && line->is_online()) info.identities.push_back({"conference", "text", line->nick()});
    return responder.result(disco::to_xml(info, node));
  }
  if (node == muc_traffic && to->kind == Address::Kind::room) {
    disco::Info info;
    info.features.assign(carried.begin(), carried.end());
    return responder.result(disco::to_xml(info, node));
  }
  if (!node.empty() && command_info(responder, *to, node)) return;
  if (!node.empty())
    return responder.error({ErrorType::cancel, Condition::item_not_found, "There is no such node here.", {}});
  responder.result(disco::to_xml(describe(request, *to)));
}

// To oneself in a room it is the self-ping of XEP-0410 section 3.
void Gateway::ping(const Responder& responder) {
  const Stanza& request = responder.request();
  const auto to = identity_.resolve(request.to());
  if (to->kind != Address::Kind::occupant) return responder.result();
  const Line* const line = find_line(request.from(), *to->network);
  const Room* const room = line ? line->find(request.to()) : nullptr;
  if (!room || !room->is_joined() || !room->has(request.from().str())) {
    return responder.error({ErrorType::cancel, Condition::not_acceptable, "You are not a participant in this room.",
                            request.to().bare_str()});
  }
  const legacy::Member* const member = room->find(to->nick);
  if (member && member->nick == room->nick()) return responder.result();
  ping_person(responder);
}

void Gateway::version(const Responder& responder) {
  Element query("query", ns_version);
  query.add(Element("name").text("wherry")).add(Element("version").text(WHERRY_VERSION));
  responder.result(std::move(query));
}

void Gateway::vcard(const Responder& responder) {
  const auto to = identity_.resolve(responder.request().to());
  const bool network = to->kind == Address::Kind::network;
  Element card("vCard", ns_vcard);
  card.add(Element("FN").text(network ? to->network->name() : title()));
  card.add(Element("DESC").text(network ? "A network behind the gateway " + domain() : "Gateway to " + options_.type));
  responder.result(std::move(card));
}

std::string Gateway::title() const {
  if (!options_.title.empty()) return options_.title;
  return options_.type == "sms" ? "SMS" : "IRC";
}

std::string Gateway::title_of_contact(const Jid& user, const Address& to) const {
  return book_.title_of(user.bare(), identity_.of(*to.network, to.chat).local());
}

// Of a telephone number, what the user calls it.
void Gateway::number_vcard(const Responder& responder) {
  const auto to = identity_.resolve(responder.request().to());
  Element card("vCard", ns_vcard);
  card.add(Element("FN").text(title_of_contact(responder.request().from(), *to)));
  Element number("TEL");
  responder.result(std::move(card.add(std::move(number.add(Element("NUMBER").text(to->chat.id))))));
}

void Gateway::prompt(const Responder& responder) {
  if (responder.request().type() == "set") return set_prompt(responder);
  Element query("query", ns_gateway);
  const auto [desc, prompt] = questions();
  query.add(Element("desc").text(desc)).add(Element("prompt").text(prompt));
  responder.result(std::move(query));
}

std::pair<const char*, const char*> Gateway::questions() const {
  if (is_sms()) return {"Enter a telephone number, for example +15551234567.", "Telephone number"};
  if (identity_.is_single()) return {"Enter a nick or a #channel.", "Nick or #channel"};
  return {"Enter nick@network or #channel@network, for example #wherry@irc.example.org.", "Nick or #channel@network"};
}

// "nick@network" and "#channel@network"; with one network only, a name as it is.
void Gateway::set_prompt(const Responder& responder) {
  const std::string text = responder.request().payload()->child_text("prompt", ns_gateway);
  const auto at = text.rfind(text.find('@') == text.npos ? '%' : '@');
  const bool named = !identity_.is_single() && at != text.npos;
  legacy::Network* network = named ? identity_.find(lower(text.substr(at + 1))) : nullptr;
  if (!named && identity_.networks().size() == 1) network = identity_.networks().begin()->second.get();
  const auto chat = network ? network->parse(named ? text.substr(0, at) : text) : legacy::Errc::not_found;
  if (!chat) return responder.error(to_stanza_error(chat.error()));
  Element query("query", ns_gateway);
  query.add(Element("jid").text(identity_.of(*network, *chat).str()));
  responder.result(std::move(query));
}

void Gateway::register_iq(const Responder& responder) {
  const Stanza& request = responder.request();
  const Jid user = request.from().bare();
  if (request.type() == "get") return responder.result(registrar_.form(user.str()));
  if (options_.access == Options::Access::allowlist && !may_use(user)) {
    return responder.error({ErrorType::auth, Condition::forbidden, "This gateway is not open to you.", {}});
  }
  if (const auto removal = registrar_.removal(request)) {
    const bool is_claim = !*removal && removal->error().condition == Condition::registration_required &&
                          claims_.pending(user.str(), base::WallClock::now()).has_value();
    if (!*removal && !is_claim) return responder.error(removal->error());
    return unregister(responder);
  }
  register_user(user, *request.payload(), [responder](const std::optional<component::StanzaError>& problem) {
    problem ? responder.error(*problem) : responder.result();
  });
}

}  // namespace mapping

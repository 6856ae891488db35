// What is asked of people by iq, and the contacts whose presence a line follows.
#include <fmt/format.h>

#include "component/xeps/delay.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::Stanza;
using component::xml::Element;
using Kind = legacy::Query::Kind;

namespace {

constexpr std::string_view ns_ping = "urn:xmpp:ping";                       // XEP-0199 2.0.1
constexpr std::string_view ns_version = "jabber:iq:version";                // XEP-0092 1.1
constexpr std::string_view ns_time = "urn:xmpp:time";                       // XEP-0202 2.0
constexpr std::string_view ns_vcard = "vcard-temp";                         // XEP-0054 1.3
constexpr std::string_view ns_vcard4 = "urn:ietf:params:xml:ns:vcard-4.0";  // XEP-0292 0.12, RFC 6351
constexpr std::string_view ns_disco = "http://jabber.org/protocol/disco#";  // info and items

std::string details_of(const legacy::Answer& answer) {
  std::string text;
  for (const std::string& detail : answer.details) text += (text.empty() ? "" : "\n") + detail;
  return text;
}

const std::string& name_of(const legacy::Answer& answer) {
  return answer.realname.empty() ? answer.nick : answer.realname;
}

std::optional<Element> version_of(const legacy::Answer& answer) {
  Element query("query", ns_version);
  return query.add(Element("name").text(answer.text)).add(Element("version").text(answer.version));
}

std::optional<Element> time_of(const legacy::Answer& answer) {
  if (!answer.when) return {};
  const auto minutes = answer.offset.count();
  const auto distance = minutes < 0 ? -minutes : minutes;
  Element time("time", ns_time);
  time.add(Element("tzo").text(fmt::format("{}{:02}:{:02}", minutes < 0 ? '-' : '+', distance / 60, distance % 60)));
  return time.add(Element("utc").text(component::format_time(*answer.when)));
}

std::optional<Element> vcard_of(const legacy::Answer& answer) {
  Element card("vCard", ns_vcard);
  card.add(Element("FN").text(name_of(answer))).add(Element("NICKNAME").text(answer.nick));
  return card.add(Element("DESC").text(details_of(answer)));
}

std::optional<Element> vcard4_of(const legacy::Answer& answer) {
  const auto property = [](auto name, std::string_view text) { return Element(name).add(Element("text").text(text)); };
  Element card("vcard", ns_vcard4);
  card.add(property("fn", name_of(answer))).add(property("nickname", answer.nick));
  return card.add(property("note", details_of(answer)));
}

std::optional<Element> nothing_of(const legacy::Answer&) {
  return {};
}

}  // namespace

void Gateway::add_people_routes() {
  if (options_.type == "sms") return;
  const unsigned people = component::target_occupant | component::target_contact;
  const auto ask = [this](Kind kind, auto render) {
    return [this, kind, render](const Responder& responder) { ask_person(responder, kind, render); };
  };
  router_.add({"query", ns_version, "get", people, false, ns_version, ask(Kind::version, version_of)});
  router_.add({"time", ns_time, "get", people, false, ns_time, ask(Kind::time, time_of)});
  router_.add({"vCard", ns_vcard, "get", people, false, ns_vcard, ask(Kind::profile, vcard_of)});
  router_.add({"vcard", ns_vcard4, "get", people, false, ns_vcard4, ask(Kind::profile, vcard4_of)});
  // To an occupant it may be the self-ping: Gateway::ping().
  router_.add({"ping", ns_ping, "get", component::target_contact, false, ns_ping, ask(Kind::ping, nothing_of)});
}

void Gateway::ping_person(const Responder& responder) {
  ask_person(responder, Kind::ping, nothing_of);
}

// What is asked of an occupant by somebody outside, but for what tells him that he is outside.
bool Gateway::is_intrusion(const Stanza& request, const Address& to) {
  if (to.kind != Address::Kind::occupant) return false;
  const std::string_view ns = request.payload()->ns();
  if (ns == ns_ping || ns.starts_with(ns_disco)) return false;
  const Line* const line = find_line(request.from(), *to.network);
  const Room* const room = line ? line->find(request.to()) : nullptr;
  return !room || !room->has(request.from().str());
}

void Gateway::ask_person(const Responder& responder, Kind kind,
                         std::function<std::optional<Element>(const legacy::Answer&)> render) {
  const Stanza& request = responder.request();
  const auto to = identity_.resolve(request.to());
  Line* const line = find_line(request.from(), *to->network);
  if (!line || !line->is_online() || !to->network->features().people) {
    return responder.error(
        {ErrorType::wait, Condition::recipient_unavailable, "Join a room of this network first.", {}});
  }
  legacy::Chat person = to->chat;
  if (to->kind == Address::Kind::occupant) {
    const Room* const room = line->find(request.to());
    const legacy::Member* const member = room ? room->find(to->nick) : nullptr;
    if (!member) return responder.error(to_stanza_error(legacy::Errc::not_found));
    person = {legacy::ChatKind::person, member->nick};
  }
  line->query({std::move(person), kind}, [responder, render](const legacy::Answer* answer, const auto& outcome) {
    if (!answer) return responder.error(to_stanza_error(outcome.error, outcome.text));
    auto payload = render(*answer);
    if (payload) return responder.result(std::move(*payload));
    responder.result();
  });
}

// The line has just been opened: it follows all whom the user's roster shows.
void Gateway::watch_contacts(Line& line) {
  if (!line.network().features().people) return;
  for (const RosterItem& item : store_.roster(domain(), line.user().str())) {
    if (!item.to || !identity_.is_on(line.network(), item.local)) continue;
    const auto whose = Jid::make(item.local, domain());
    if (!whose) continue;
    const auto to = identity_.resolve(*whose);
    if (to && to->kind == Address::Kind::contact && to->network == &line.network()) line.watch(to->chat, true);
  }
}

}  // namespace mapping

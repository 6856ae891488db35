// Who is subscribed to whom at the gateway, its networks and its people, and what they are shown (RFC 6121 sections 3
// and 4, XEP-0100 section 4).
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::xml::Element;

namespace {

constexpr std::size_t most_contacts = 5000;                     // of one user; each is a row in the database
constexpr auto greeting_pause = std::chrono::milliseconds(20);  // 50 users a second after the stream is up

bool is_room(const Address& address) {
  return address.kind == Address::Kind::room || address.kind == Address::Kind::occupant;
}

}  // namespace

bool Gateway::is_available(const Jid& user, const Address& whose) const {
  if (whose.kind == Address::Kind::gateway) return true;
  if (whose.network->features().always_on) return true;
  const auto known = users_.find(user.bare_str());
  if (known == users_.end() || whose.kind == Address::Kind::contact) return false;
  const auto line = known->second.lines.find(whose.network->name());
  return line != known->second.lines.end() && line->second->is_online();
}

void Gateway::send_presence(const Jid& from, const Jid& to, bool available) {
  component::xml::Element presence = component::make_presence(from, to, available ? "" : "unavailable");
  if (available && services_.names) services_.names->mark(presence, from, to);
  if (available && from.local().empty()) add_nick(presence, title());
  out_.send(presence);
}

void Gateway::subscription(const Stanza& stanza, const Address& to) {
  const Jid user = stanza.from().bare();
  const Jid whose = stanza.to().bare();
  RosterItem item = store_.find_roster(domain(), user.str(), std::string(whose.local()))
                        .value_or(RosterItem{user.str(), domain(), std::string(whose.local())});
  if (stanza.type() == "subscribe") return subscribe(stanza, to);
  if (stanza.type() == "subscribed") {
    // An answer to our own request, which only these two make.
    if (to.kind != Address::Kind::gateway && to.kind != Address::Kind::network) return;
    if (!has_roster_room(user, whose)) return;
    item.from = true;
    return store_.set_roster(item);
  }
  if (stanza.type() == "unsubscribed") {
    item.from = false;
    return store_.set_roster(item);
  }
  item.to = false;
  store_.set_roster(item);
  if (to.kind == Address::Kind::contact) {
    if (Line* const line = find_line(user, *to.network)) {
      line->forget_contact(whose);
      line->watch(to.chat, false);
    }
  }
  out_.send(component::make_presence(whose, user, "unsubscribed"));
  send_presence(whose, user, false);
}

void Gateway::subscribe(const Stanza& stanza, const Address& to) {
  const Jid user = stanza.from().bare();
  const Jid whose = stanza.to().bare();
  if (!may_use(user)) {
    out_.send(component::make_presence(whose, user, "unsubscribed"));
    return refuse(stanza, {ErrorType::auth, Condition::registration_required, "Register with this gateway first.", {}});
  }
  if (!has_roster_room(user, whose)) {
    out_.send(component::make_presence(whose, user, "unsubscribed"));
    return refuse(stanza, {ErrorType::wait, Condition::resource_constraint, "You have too many contacts here.", {}});
  }
  RosterItem item = store_.find_roster(domain(), user.str(), std::string(whose.local()))
                        .value_or(RosterItem{user.str(), domain(), std::string(whose.local())});
  item.to = true;
  store_.set_roster(item);
  out_.send(component::make_presence(whose, user, "subscribed"));
  if (is_available(user, to)) send_presence(whose, user, true);
  if (to.kind == Address::Kind::contact) {
    if (Line* const line = find_line(user, *to.network)) line->watch(to.chat, true);
  }
  // Ours to theirs is needed for probes of the gateway and its networks only.
  const bool wants_back = to.kind == Address::Kind::gateway || to.kind == Address::Kind::network;
  if (!wants_back || item.from) return;
  Element request = component::make_presence(whose, user, "subscribe");
  add_nick(request, to.network ? to.network->name() : title());
  out_.send(request);
}

bool Gateway::has_roster_room(const Jid& user, const Jid& whose) const {
  if (store_.find_roster(domain(), user.str(), std::string(whose.local()))) return true;
  return store_.roster_size(domain(), user.str()) < most_contacts;
}

// An account's server refuses our presence or probe for good: whoever it was, nobody is subscribed any more.
void Gateway::unreachable(const Stanza& error) {
  const auto item = store_.find_roster(domain(), error.from().bare_str(), std::string(error.to().local()));
  if (item) store_.set_roster({item->user, item->domain, item->local});
}

// XEP-0045 section 17.3: those who are in are shown who somebody is there. False: it is a server that asks.
bool Gateway::answer_occupant_probe(const Stanza& stanza, const Address& to) {
  if (stanza.from().is_bare()) return false;
  const Line* const line = find_line(stanza.from(), *to.network);
  const Room* const room = line ? line->find(stanza.to()) : nullptr;
  if (!room || !room->is_joined() || !room->has(stanza.from().str())) {
    refuse(stanza, to_stanza_error(legacy::Errc::not_in_room));
  } else if (!room->show(out_, stanza.from().str(), to.kind == Address::Kind::room ? room->nick() : to.nick)) {
    refuse(stanza, to_stanza_error(legacy::Errc::not_found));
  }
  return true;
}

void Gateway::answer_probe(const Stanza& stanza, const Address& to) {
  const Jid user = stanza.from().bare();
  const Jid whose = stanza.to().bare();
  if (is_room(to) && !to.network->features().always_on && answer_occupant_probe(stanza, to)) return;
  const auto item = store_.find_roster(domain(), user.str(), std::string(whose.local()));
  if (!item || !item->to) {
    out_.send(component::make_presence(whose, user, "unsubscribed"));
    return;
  }
  const Line* const line = to.kind == Address::Kind::contact ? find_line(user, *to.network) : nullptr;
  if (line && line->show_contact(whose, stanza.from())) return;
  send_presence(whose, stanza.from(), is_available(user, to));
}

void Gateway::on_up() {
  for (auto& [bare, user] : users_) {
    for (auto& [name, line] : user.lines) line->resend_unconfirmed();
  }
  for (std::string& user : store_.subscribers(domain())) to_greet_.insert(std::move(user));
  greet_next();
  expect_clients();
}

void Gateway::greet_next() {
  if (to_greet_.empty() || stopping_) return;
  const auto node = to_greet_.extract(to_greet_.begin());
  const auto user = Jid::parse(node.value());
  const auto item = store_.find_roster(domain(), node.value(), {});
  if (user && item && item->to) send_presence(identity_.gateway(), *user, true);
  if (user && item && item->from) out_.send(component::make_presence(identity_.gateway(), *user, "probe"));
  greet_timer_.expires_after(greeting_pause);
  greet_timer_.async_wait([this](const base::error_code& error) {
    if (!error) greet_next();
  });
}

}  // namespace mapping

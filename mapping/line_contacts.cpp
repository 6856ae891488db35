// Contacts: what the user's roster shows of people. Those whom the network follows for us are taken back by it; of
// others it shows what the network tells by itself, and no longer than it can tell when it ends.
#include <algorithm>

#include "mapping/address_book.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Jid;
using component::xml::Element;

void Line::handle(legacy::PeerShow& event) {
  const Jid whose = services_.identity.of(network_, event.person);
  if (!whose.resource().empty() || !owner_.is_subscribed(user_, whose)) return;
  const auto known = contacts_.find(whose.local());
  if (event.show == legacy::Show::unavailable) {
    if (known != contacts_.end()) hide_contact(known);
    return;
  }
  const bool from_room = is_in_a_room(event.person.id);
  contacts_.insert_or_assign(std::string(whose.local()),
                             Contact{whose, event.person.id, event.show, event.status, from_room, event.is_watched});
  show_contact(whose, user_);
}

bool Line::show_contact(const Jid& whose, const Jid& to) const {
  const auto contact = contacts_.find(whose.local());
  if (contact == contacts_.end()) return false;
  Element presence = component::make_presence(whose, to);
  if (contact->second.show == legacy::Show::away) presence.add(Element("show").text("away"));
  if (!contact->second.status.empty()) presence.add(Element("status").text(contact->second.status));
  if (!services_.names) add_nick(presence, contact->second.nick);
  services_.out.send(presence);
  return true;
}

bool Line::is_in_a_room(const std::string& nick) const {
  return std::any_of(rooms_.begin(), rooms_.end(),
                     [&](const auto& entry) { return entry.second.find(nick) != nullptr; });
}

// Out of one room, or under another name now.
void Line::contact_left(const std::string& nick) {
  if (contacts_.empty()) return;
  const auto contact = contacts_.find(services_.identity.of(network_, {legacy::ChatKind::person, nick}).local());
  if (contact == contacts_.end() || contact->second.is_watched) return;
  if (!is_in_a_room(contact->second.nick)) hide_contact(contact);
}

// A message told us that there is nobody of that name.
void Line::contact_missing(const Jid& whose) {
  const auto contact = contacts_.find(whose.local());
  if (contact != contacts_.end()) hide_contact(contact);
}

// All of them, or those that we see no longer because we left a room.
void Line::hide_contacts(bool all) {
  for (auto contact = contacts_.begin(); contact != contacts_.end();) {
    const auto here = contact++;
    const bool may_go = here->second.from_room && !here->second.is_watched;
    if (all || (may_go && !is_in_a_room(here->second.nick))) hide_contact(here);
  }
}

void Line::hide_contact(std::map<std::string, Contact, std::less<>>::iterator contact) {
  services_.out.send(component::make_presence(contact->second.whose, user_, "unavailable"));
  contacts_.erase(contact);
}

}  // namespace mapping

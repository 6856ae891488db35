// What the user says in a room, as the network has taken it: shown to all of his clients with what his message had
// besides its text.
#include "component/xeps/delay.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/formatted.hpp"
#include "mapping/line.hpp"
#include "mapping/reply.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::size_t most_doubtful = 100;
constexpr std::string_view ns_hints = "urn:xmpp:hints";

// XEP-0359 section 3.1: only the room gives ids in its name; those of others stay.
bool is_id_of(const Element& child, const Jid& room) {
  if (!child.is("stanza-id", muc::ns_stanza_id)) return false;
  const auto by = Jid::parse(child.attr("by"));
  return !by || by->bare() == room;
}

// A client's own children belong into the reflection, but not what only the room may say.
bool is_reflected(const Element& child, const Jid& room) {
  return child.name() != "body" && !is_id_of(child, room) && !child.is("occupant-id", muc::ns_occupant_id) &&
         !child.is("delay", component::ns_delay) && !child.is("x", muc::ns_user) && !is_formatting(child);
}

}  // namespace

void Line::own_text(Room& room, legacy::Received& event) {
  event.nick = room.nick();
  if (const auto late = doubtful_.extract(event.ref)) {
    return reflect(room, event, late.mapped().message, late.mapped().lead);
  }
  const auto pending = pending_.find(event.ref);
  if (pending == pending_.end() || !pending->second.stanza) return room_text(room, event);
  const std::size_t before = pending->second.reflected++;
  const Stanza& own = *pending->second.stanza;
  before == 0 ? reflect(room, event, own, pending->second.lead) : reflect_further(room, event, own, before - 1);
}

// It has an error already, and may be reflected yet.
void Line::note_doubtful(legacy::Ref ref, Pending& pending) {
  if (pending.room.empty() || pending.reflected > 0) return;
  if (doubtful_.size() >= most_doubtful) doubtful_.erase(doubtful_.begin());
  doubtful_.emplace(ref, Own{std::move(*pending.stanza), std::move(pending.lead)});
}

void Line::reflect(Room& room, legacy::Received& event, const Stanza& own, std::string_view lead) {
  const Element& message = own.xml();
  const std::string id = event.id.empty() ? component::make_id() : std::move(event.id);
  take_lead(event.text, event.spans, lead);
  const bool is_whole = event.text == message.child_text("body", component::ns_component);
  mark_notice(event);
  Room::Remark remark{event.nick, own.id(), id, event.text};
  bool is_kept = true;
  for (const Element::Node& node : message.nodes()) {
    const auto* const child = std::get_if<Element>(&node);
    if (!child || !is_reflected(*child, room.jid()) || (!is_whole && speaks_of_positions(*child))) continue;
    remark.additions.push_back(child);
    is_kept = is_kept && !child->is("no-store", ns_hints) && !child->is("no-permanent-store", ns_hints);
  }
  Element looks("message");
  add_formatting(looks, event.text, event.spans, shows_xhtml_);
  for (const Element* const child : looks.children()) {
    const bool is_there = message.child(child->name(), child->ns()) != nullptr && !is_formatting(*child);
    if (!is_there) remark.additions.push_back(child);
  }
  Room::Said said{std::chrono::system_clock::now(), id, room.write(remark)};
  if (is_kept) record(room, said, event.nick);
  room.message(services_.out, std::move(said));
}

// On IRC each line is a message. A correction's lines replace those of what it corrects, one by one.
void Line::reflect_further(Room& room, legacy::Received& event, const Stanza& own, std::size_t number) {
  const std::string place = room.jid().str() + '\n';
  const std::string message = place + std::string(own.id());
  const std::string_view corrected = corrected_id(own.xml());
  const std::string before = corrected.empty() ? std::string{} : further_.find(place + std::string(corrected), number);
  const std::string id = event.id.empty() ? component::make_id() : std::move(event.id);
  if (!own.id().empty()) further_.add(message, before.empty() ? id : before);
  if (!corrected.empty() && before.empty()) further_.add(place + std::string(corrected), id);
  mark_notice(event);
  Element looks("message");
  add_formatting(looks, event.text, event.spans, shows_xhtml_);
  if (!before.empty()) looks.add(correction_of(before));
  room.message(services_.out, remark_of(room, {event.nick, id, id, event.text, looks.children()}, event.when));
}

// The nick of whom a message in that room replies to; empty: nobody else.
std::string Line::replied_author(const Stanza& message, const Address& to) const {
  const std::string_view author = replied_to(message.xml());
  const bool is_of_room = to.kind == Address::Kind::room && !network_.features().always_on && !author.empty();
  const Room* const room = is_of_room ? find(message.to()) : nullptr;
  const auto jid = Jid::parse(author);
  if (!room || !jid || jid->is_bare() || jid->bare() != room->jid()) return {};
  const legacy::Member* const member = room->find(std::string(jid->resource()));
  const std::string nick = member ? member->nick : std::string(jid->resource());
  return nick == room->nick() ? std::string{} : nick;
}

}  // namespace mapping

// Rooms that are there without being joined (Features::always_on): what is said there is shown in the room to those who
// are in it, and otherwise as a chat with it, and is in the archive either way.
#include <algorithm>

#include "component/xeps/delay.hpp"
#include "component/xml_parser.hpp"
#include "mapping/address_book.hpp"
#include "mapping/archive.hpp"
#include "mapping/files.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Jid;
using component::xml::Element;

namespace {

constexpr std::size_t most_shown = 100;
const std::string file_mark = "-";  // between the id of an event and the number of one of its files
constexpr std::string_view ns_hints = "urn:xmpp:hints";  // XEP-0334 0.4.0

bool forbids_storage(const Element& message) {
  return message.child("no-store", ns_hints) || message.child("no-permanent-store", ns_hints);
}

// Who said it stands before the text.
void lead_with(legacy::Received& event, const std::string& who) {
  const std::string prefix = who + ": ";
  event.text.insert(0, event.text.empty() ? who + " sent this:" : prefix);
  for (legacy::Span& span : event.spans) span.start += prefix.size(), span.end += prefix.size();
}

}  // namespace

void Line::group_text(legacy::Received& event) {
  Room* const room = room_of(event.chat);
  const bool is_open = room && room->is_joined();
  if (event.own) return is_open ? own_text(*room, event) : own_unseen(event);
  if (is_open && !room->resources().empty()) return show_in_group(*room, event);
  if (is_open) {
    for (Room::Said& said : remarks_of(*room, event)) room->remember(std::move(said));
  } else {
    record_unseen(event);
  }
  show_as_chat(event);
}

// To each resource by itself, as only single stanzas are confirmed.
void Line::show_in_group(Room& room, const legacy::Received& event) {
  std::vector<Element> stanzas;
  for (Room::Said& said : remarks_of(room, event)) {
    Element stanza = *component::xml::parse_element(said.message.text());
    const bool is_undated = !stanza.child("delay", component::ns_delay);
    if (is_undated && !services_.out.is_up()) stanza.add(component::delay(room.jid().str(), said.when));
    for (const std::string& full_jid : room.resources()) {
      stanza.set("to", full_jid);
      stanzas.push_back(stanza);
    }
    room.remember(std::move(said));
  }
  show_to_others(room, event, stanzas);
  shown_.push_back(event);
  if (shown_.size() > most_shown) shown_.pop_front();
  if (!event.key.empty() && stanzas.empty()) return submit(legacy::Taken{event.key});
  if (!event.key.empty()) return send_durable(std::move(stanzas), event.key);
  for (const Element& stanza : stanzas) services_.out.send(stanza);
}

// Clients of the user that are there and not in the room read it as a chat. Each by its own address: the one in the
// room has it already.
void Line::show_to_others(const Room& room, const legacy::Received& event, std::vector<Element>& stanzas) const {
  const Jid group = services_.identity.of(network_, event.chat);
  legacy::Received told = event;
  lead_with(told, name_of(event.nick));
  for (const std::string& full_jid : owner_.viewers_of(*this)) {
    if (room.has(full_jid)) continue;
    std::vector<Element> copies{text_message(group, full_jid, told, false)};
    for (const legacy::Attachment& file : event.attachments) {
      copies.emplace_back("message");
      copies.back().set("from", group.str()).set("to", full_jid).set("type", "chat");
      add_file(copies.back(), file);
    }
    for (std::size_t i = 0; i < copies.size(); ++i) {
      copies[i].set("id", (event.id.empty() ? component::make_id() : event.id) + file_mark + "c" + std::to_string(i));
      copies[i].add(Element("private", "urn:xmpp:carbons:2")).add(Element("no-copy", ns_hints));
      stanzas.push_back(std::move(copies[i]));
    }
  }
}

// Its resource was gone already. When nobody else is in the room, the user gets it as if nobody had been.
void Line::returned(const component::Stanza& error) {
  const auto found = std::find_if(shown_.begin(), shown_.end(), [&](const legacy::Received& each) {
    return !each.id.empty() && (error.id() == each.id || error.id().starts_with(each.id + file_mark));
  });
  if (found == shown_.end()) return;
  const Room* const room = room_of(found->chat);
  if (room && room->is_joined() && !room->resources().empty()) return;
  legacy::Received event = std::move(*found);
  shown_.erase(found);
  event.key.clear();  // it has been taken
  show_as_chat(event);
}

// The text and the files behind it as they are shown in the room.
std::vector<Room::Said> Line::remarks_of(const Room& room, const legacy::Received& event) {
  legacy::Received text = event;
  text.nick = room.nick_of(event.nick);
  std::vector<Room::Said> out;
  if (!event.text.empty()) {
    if (auto said = prepare(room, text)) out.push_back(std::move(*said));
  }
  for (const legacy::Attachment& file : event.attachments) {
    const std::string suffix = out.empty() ? std::string{} : file_mark + std::to_string(out.size());
    const std::string id = event.id.empty() ? component::make_id() : event.id + suffix;
    Element looks("message");
    add_file(looks, file);
    auto additions = looks.children();
    std::erase_if(additions, [](const Element* child) { return child->name() == "body"; });
    out.push_back(remark_of(room, {text.nick, id, id, file.url, std::move(additions)}, event.when));
  }
  return out;
}

void Line::own_unseen(const legacy::Received& event) {
  const auto pending = pending_.find(event.ref);
  const bool has_stanza = pending != pending_.end() && pending->second.stanza;
  if (has_stanza && forbids_storage(pending->second.stanza->xml())) return;
  record_unseen(event);
}

// With nobody in it there is no room; its archive is there all the same.
void Line::record_unseen(const legacy::Received& event) {
  if (!services_.archive) return;
  Room room(services_.identity.of(network_, event.chat), event.chat, network_.name(), services_.occupant_ids);
  open_book(room);
  legacy::Member speaker;
  speaker.person = event.nick;
  speaker.nick = !event.own ? name_of(event.nick) : wanted_nick_.empty() ? event.nick : wanted_nick_;
  legacy::Joined seats;
  seats.room = event.chat;
  seats.members.push_back(std::move(speaker));
  room.take(services_.out, std::move(seats));
  static_cast<void>(remarks_of(room, event));
}

// Its sender stands before the text: a chat has one address only.
void Line::show_as_chat(const legacy::Received& event) {
  const Jid group = services_.identity.of(network_, event.chat);
  const std::string who = name_of(event.nick);
  if (invited_.insert(event.chat.id).second) {
    legacy::Invited invitation{event.chat, event.nick,
                               "A group text from " + who + ". Join to see who is in the group."};
    handle(invitation);
  }
  legacy::Received told = event;
  lead_with(told, who);
  if (!told.attachments.empty()) return files_from(group, told);
  text_from(group, user_.str(), told, false);
}

// What the user calls that person.
std::string Line::name_of(const std::string& person) const {
  if (!services_.names) return person;
  const Jid whose = services_.identity.of(network_, {legacy::ChatKind::person, person});
  const std::string name = services_.names->name_of(user_, whose.local());
  return name.empty() ? person : name;
}

// Members go by the names that the user has given them, as far as these tell one from another.
void Line::name_members(legacy::Joined& event) const {
  std::set<std::string> taken{lower(event.nick)};
  for (const legacy::Member& member : event.members) taken.insert(lower(member.nick));
  for (legacy::Member& member : event.members) {
    if (member.person.empty() || member.nick == event.nick) continue;
    const std::string name = name_of(member.person);
    const bool is_free = name != member.person && taken.insert(lower(name)).second;
    if (is_free) member.nick = name;
  }
}

}  // namespace mapping

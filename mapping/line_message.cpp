// Texts: from XMPP to the network, back, and what became of them.
#include "component/error.hpp"
#include "component/xeps/delay.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/address_book.hpp"
#include "mapping/errors.hpp"
#include "mapping/files.hpp"
#include "mapping/formatted.hpp"
#include "mapping/line.hpp"
#include "mapping/text.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::size_t most_via_room = 1000;
constexpr std::size_t most_doubtful = 100;
constexpr std::string_view ns_receipts = "urn:xmpp:receipts";
constexpr std::string_view ns_hints = "urn:xmpp:hints";
constexpr auto retry_pause = std::chrono::seconds(10);  // when the way to the server is full
constexpr auto old_enough_to_say = std::chrono::seconds(30);

// Copies that other resources of the user must not get by carbons: each gets its own.
void keep_from_carbons(Element& message) {
  message.add(Element("private", "urn:xmpp:carbons:2")).add(Element("no-copy", "urn:xmpp:hints"));
}

// A client's own children belong into the reflection, but not ids that only the room may give.
bool is_reflected(const Element& child) {
  return child.name() != "body" && !child.is("stanza-id", muc::ns_stanza_id) &&
         !child.is("occupant-id", muc::ns_occupant_id) && !child.is("delay", component::ns_delay) &&
         !child.is("x", muc::ns_user) && !is_formatting(child);
}

void prepend(legacy::Received& event, std::string_view text) {
  event.text.insert(0, text);
  for (legacy::Span& span : event.spans) span.start += text.size(), span.end += text.size();
}

legacy::Flavor flavor_of(const Stanza& message) {
  return message.type() == "headline" ? legacy::Flavor::notice : legacy::Flavor::normal;
}

// In a room only its text can tell a notice from a message.
// In a room every notice is seen to be one.
void mark_notice(legacy::Received& event) {
  if (event.flavor == legacy::Flavor::notice) prepend(event, "[notice] ");
}

void add_delay_when_old(Element& message, std::string_view from, const std::optional<base::WallTime>& when) {
  if (when && base::WallClock::now() - *when > old_enough_to_say) message.add(component::delay(from, *when));
}

// Of a text that is sent once more.
void mark_late(Element& message, base::WallTime since) {
  const bool is_text = message.child("body", {}) != nullptr;
  if (is_text && !message.child("delay", component::ns_delay)) add_delay_when_old(message, message.attr("from"), since);
}

}  // namespace

// What is needed to answer for a message long after it was sent. No JID holds a line break.
struct Line::Token {
  std::string sender;     // full JID
  std::string recipient;  // as addressed
  bool receipt = false;
  std::string id;

  static std::string of(const Stanza& message) {
    std::string text;
    text.reserve(message.from().str().size() + message.to().str().size() + message.id().size() + 4);
    text.append(message.from().str()).append(1, '\n').append(message.to().str());
    // In a room nobody is told that all the others have it (XEP-0184, section 5.3).
    const bool is_receipt_due = message.type() != "groupchat" && wants_receipt(message);
    return text.append(is_receipt_due ? "\n1\n" : "\n0\n").append(message.id());
  }
  static Token parse(const std::string& text) {
    Token token;
    const auto first = text.find('\n');
    const auto second = text.find('\n', first + 1);
    const auto third = text.find('\n', second + 1);
    if (third == text.npos) return token;
    token.sender = text.substr(0, first);
    token.recipient = text.substr(first + 1, second - first - 1);
    token.receipt = text.substr(second + 1, third - second - 1) == "1";
    token.id = text.substr(third + 1);
    return token;
  }
};

legacy::SendText Line::request_of(const Stanza& message, const Address& to, std::string body) const {
  Formatted said = read_formatting(message.xml(), std::move(body), converts_styling_);
  legacy::SendText request{to.chat, std::move(said.text), Token::of(message), flavor_of(message),
                           std::move(said.spans)};
  if (services_.names) request.media = linked_files(message.xml());
  return request;
}

void Line::say(Stanza&& message, const Address& to, std::string&& body) {
  if (!hold_back(message, to, body)) submit_text(std::move(message), to, std::move(body));
}

void Line::tell(Stanza&& message, const Address& to, std::string&& body) {
  if (to.kind == Address::Kind::occupant) {
    if (via_room_.size() >= most_via_room) via_room_.clear();
    const Jid contact = services_.identity.of(network_, {legacy::ChatKind::person, to.nick});
    via_room_[std::string(contact.local())] = message.to().local();
  } else if (to.kind == Address::Kind::contact) {
    via_room_.erase(std::string(message.to().local()));
  }
  if (!hold_back(message, to, body)) submit_text(std::move(message), to, std::move(body));
}

void Line::handle(legacy::Received& event) {
  if (event.chat.kind == legacy::ChatKind::network) return network_text(event);
  if (event.chat.kind == legacy::ChatKind::person) return private_text(event);
  if (network_.features().always_on) return group_text(event);
  Room* const room = room_of(event.chat);
  if (!room) return;
  if (event.own) return own_text(*room, event);
  room_text(*room, event);
}

// Nothing when a server plays back what the archive has given already.
std::optional<Room::Said> Line::prepare(const Room& room, legacy::Received& event) {
  if (event.when && !event.id.empty() && room.has_said(event.id)) return {};
  const std::string id = event.id.empty() ? component::make_id() : std::move(event.id);
  mark_notice(event);
  Element looks("message");
  add_formatting(looks, event.text, event.spans, shows_xhtml_);
  return remark_of(room, {event.nick, id, id, event.text, looks.children()}, event.when);
}

Room::Said Line::remark_of(const Room& room, Room::Remark remark, const std::optional<base::WallTime>& told) {
  const base::WallTime now = std::chrono::system_clock::now();
  const base::WallTime when = std::min(told.value_or(now), now);
  if (now - when > old_enough_to_say) remark.when = when;
  Room::Said said{when, std::string(remark.stanza_id), room.write(remark), remark.when.has_value()};
  record(room, said, std::string(remark.nick));
  return said;
}

void Line::room_text(Room& room, legacy::Received& event) {
  if (auto said = prepare(room, event)) room.message(services_.out, std::move(*said));
}

void Line::own_text(Room& room, legacy::Received& event) {
  event.nick = room.nick();
  if (const auto late = doubtful_.extract(event.ref)) return reflect(room, event, late.mapped());
  const auto pending = pending_.find(event.ref);
  if (pending == pending_.end() || !pending->second.stanza || std::exchange(pending->second.reflected, true)) {
    return room_text(room, event);
  }
  reflect(room, event, *pending->second.stanza);
}

// It has an error already, and may be reflected yet.
void Line::note_doubtful(legacy::Ref ref, Pending& pending) {
  if (pending.room.empty() || pending.reflected) return;
  if (doubtful_.size() >= most_doubtful) doubtful_.erase(doubtful_.begin());
  doubtful_.emplace(ref, std::move(*pending.stanza));
}

void Line::reflect(Room& room, legacy::Received& event, const Stanza& own) {
  const std::string id = event.id.empty() ? component::make_id() : std::move(event.id);
  mark_notice(event);
  Room::Remark remark{event.nick, own.id(), id, event.text};
  bool is_kept = true;
  for (const Element::Node& node : own.xml().nodes()) {
    const auto* const child = std::get_if<Element>(&node);
    if (!child || !is_reflected(*child)) continue;
    remark.additions.push_back(child);
    is_kept = is_kept && !child->is("no-store", ns_hints) && !child->is("no-permanent-store", ns_hints);
  }
  Element looks("message");
  add_formatting(looks, event.text, event.spans, shows_xhtml_);
  for (const Element* const child : looks.children()) {
    const bool is_there = own.xml().child(child->name(), child->ns()) != nullptr && !is_formatting(*child);
    if (!is_there) remark.additions.push_back(child);
  }
  Room::Said said{std::chrono::system_clock::now(), id, room.write(remark)};
  if (is_kept) record(room, said, event.nick);
  room.message(services_.out, std::move(said));
}

void Line::private_text(legacy::Received& event) {
  // Ours, said from another client on that network: only the text can tell.
  if (event.own) prepend(event, "[me] ");
  const Jid contact = services_.identity.of(network_, event.chat);
  const auto via = via_room_.find(contact.local());
  const auto room = via == via_room_.end() ? rooms_.end() : rooms_.find(via->second);
  if (event.flavor == legacy::Flavor::normal) note_dialogue(contact);
  const bool in_room = room != rooms_.end() && !room->second.resources().empty() && !event.own;
  if (!event.attachments.empty()) return files_from(contact, event);
  if (!in_room) return text_from(contact, user_.str(), event, false);
  const Jid occupant = room->second.jid().with_resource(event.chat.id);
  for (const std::string& full_jid : room->second.resources()) text_from(occupant, full_jid, event, true);
}

Element Line::text_message(const Jid& from, const std::string& to, const legacy::Received& event, bool in_room) const {
  Element message("message");
  // A notice belongs to a dialogue, or nobody is to answer it.
  const bool is_news = event.flavor == legacy::Flavor::notice && !in_room && !dialogues_.contains(from.str());
  message.set("from", from.str()).set("to", to).set("type", is_news ? "headline" : "chat");
  const std::string id = event.id.empty() ? component::make_id() : event.id;
  message.set("id", in_room ? std::string(private_mark) + id : id);
  message.add(Element("body").text(event.text));
  add_formatting(message, event.text, event.spans, shows_xhtml_);
  if (services_.names && !in_room) services_.names->mark(message, from, user_);
  if (in_room) {
    message.add(Element("x", muc::ns_user));
    keep_from_carbons(message);
  }
  if (services_.out.is_up()) {
    add_delay_when_old(message, from.bare_str(), event.when);
  } else {
    message.add(component::delay(from.bare_str(), event.when.value_or(base::WallClock::now())));
  }
  return message;
}

void Line::text_from(const Jid& from, const std::string& to, const legacy::Received& event, bool in_room) {
  Element message = text_message(from, to, event, in_room);
  if (event.key.empty()) {
    services_.out.send(message);
  } else {
    send_durable({std::move(message)}, event.key);
  }
}

// A message for each, which shows where it can be fetched and what it is; the text before them.
void Line::files_from(const Jid& from, const legacy::Received& event) {
  std::vector<Element> stanzas;
  if (!event.text.empty()) stanzas.push_back(text_message(from, user_.str(), event, false));
  for (const legacy::Attachment& file : event.attachments) {
    // The same again when it is repeated.
    const std::string suffix = stanzas.empty() ? std::string{} : "-" + std::to_string(stanzas.size());
    Element message("message");
    message.set("from", from.str()).set("to", user_.str()).set("type", "chat");
    message.set("id", event.id.empty() ? component::make_id() : event.id + suffix);
    add_file(message, file);
    if (services_.names) services_.names->mark(message, from, user_);
    add_delay_when_old(message, from.bare_str(), event.when);
    stanzas.push_back(std::move(message));
  }
  if (!event.key.empty()) return send_durable(std::move(stanzas), event.key);
  for (const Element& stanza : stanzas) services_.out.send(stanza);
}

void Line::network_text(const legacy::Received& event) {
  if (event.is_vital) return announcer_.must_know({}, event.text);
  const auto asked = event.ref == 0 ? pending_.end() : pending_.find(event.ref);
  if (asked != pending_.end() && asked->second.stanza) announcer_.asked(event.ref, asked->second.stanza->from().str());
  announcer_.answer(event.ref, event.text, event.flavor);
}

Element Line::report(const legacy::Delivery& event, const Token& token, const Jid& sender, const Jid& recipient) const {
  if (event.state == legacy::Delivery::State::delivered) {
    Element receipt = component::make_message(recipient.bare(), sender, "chat", component::make_id());
    receipt.add(Element("received", ns_receipts).set("id", token.id));
    return receipt.add(Element("store", "urn:xmpp:hints"));
  }
  const component::StanzaError error = to_stanza_error(event.reason, event.text);
  if (owner_.may_be_online(sender)) {
    return component::make_message(recipient, sender, "error", token.id).add(component::to_xml(error));
  }
  // An error to a resource that is gone is dropped by its server (RFC 6121 section 8.5.3.2.1); words are kept for
  // later.
  Element told = component::make_message(recipient.bare(), sender.bare(), "chat", component::make_id());
  return told.add(Element("body").text("A message of yours did not arrive: " + error.text));
}

void Line::handle(legacy::Delivery& event) {
  const Token token = Token::parse(event.token);
  const auto sender = Jid::parse(token.sender);
  const auto recipient = Jid::parse(token.recipient);
  if (!sender || !recipient || (event.state == legacy::Delivery::State::delivered && !token.receipt)) {
    if (!event.key.empty()) submit(legacy::Taken{event.key});
    return;
  }
  Element answer = report(event, token, *sender, *recipient);
  if (event.key.empty()) {
    services_.out.send(answer);
  } else {
    send_durable({std::move(answer)}, event.key);
  }
}

void Line::send_durable(std::vector<Element> stanzas, const std::string& key) {
  Unconfirmed waiting{std::move(stanzas), base::WallClock::now()};
  confirm(key, unconfirmed_.insert_or_assign(key, std::move(waiting)).first->second.stanzas);
}

// The last of them is confirmed, and with it those before it.
void Line::confirm(const std::string& key, const std::vector<Element>& stanzas) {
  bool is_queued = true;
  for (std::size_t i = 0; i + 1 < stanzas.size(); ++i) is_queued = is_queued && services_.out.send(stanzas[i]);
  is_queued =
      is_queued && services_.out.send_confirmed(stanzas.back(), [this, key, alive = std::weak_ptr(alive_)](bool taken) {
        if (!alive.lock()) return;
        const auto found = unconfirmed_.find(key);
        if (found == unconfirmed_.end()) return;
        found->second.is_lost = !taken;
        if (!taken) return;
        unconfirmed_.erase(found);
        submit(legacy::Taken{key});
      });
  if (is_queued) return;
  unconfirmed_.at(key).is_lost = true;
  retry_.expires_after(retry_pause);
  retry_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& error) {
    if (!error && alive.lock()) resend_unconfirmed();
  });
}

// What still waits in the outbox goes out with the new stream by itself; a second copy of it would be one too many.
void Line::resend_unconfirmed() {
  std::vector<std::pair<std::string, std::vector<Element>>> lost;
  for (auto& [key, waiting] : unconfirmed_) {
    if (!std::exchange(waiting.is_lost, false)) continue;
    for (Element& stanza : waiting.stanzas) mark_late(stanza, waiting.since);
    lost.emplace_back(key, waiting.stanzas);
  }
  for (const auto& [key, stanzas] : lost) confirm(key, stanzas);
}

}  // namespace mapping

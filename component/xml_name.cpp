#include "component/xml_name.hpp"

#include <algorithm>
#include <array>

namespace component::xml {
namespace {

using namespace std::literals;

// What stanzas are made of; a name that is missing here works as well, at the price of an allocation.
constexpr std::array known{
    "DESC"sv,
    "FN"sv,
    "active"sv,
    "actor"sv,
    "affiliation"sv,
    "after"sv,
    "always"sv,
    "before"sv,
    "body"sv,
    "by"sv,
    "c"sv,
    "category"sv,
    "code"sv,
    "complete"sv,
    "composing"sv,
    "count"sv,
    "default"sv,
    "delay"sv,
    "error"sv,
    "feature"sv,
    "field"sv,
    "fin"sv,
    "first"sv,
    "forwarded"sv,
    "from"sv,
    "gone"sv,
    "handshake"sv,
    "hash"sv,
    "history"sv,
    "id"sv,
    "identity"sv,
    "inactive"sv,
    "index"sv,
    "instructions"sv,
    "invite"sv,
    "iq"sv,
    "item"sv,
    "item-not-found"sv,
    "jid"sv,
    "label"sv,
    "last"sv,
    "markable"sv,
    "max"sv,
    "maxchars"sv,
    "maxstanzas"sv,
    "message"sv,
    "name"sv,
    "never"sv,
    "nick"sv,
    "no-copy"sv,
    "node"sv,
    "occupant-id"sv,
    "origin-id"sv,
    "password"sv,
    "paused"sv,
    "photo"sv,
    "ping"sv,
    "presence"sv,
    "priority"sv,
    "private"sv,
    "prompt"sv,
    "query"sv,
    "queryid"sv,
    "reason"sv,
    "received"sv,
    "registered"sv,
    "remove"sv,
    "request"sv,
    "required"sv,
    "result"sv,
    "role"sv,
    "set"sv,
    "show"sv,
    "since"sv,
    "stamp"sv,
    "stanza-id"sv,
    "status"sv,
    "store"sv,
    "subject"sv,
    "text"sv,
    "thread"sv,
    "time"sv,
    "timestamp"sv,
    "title"sv,
    "to"sv,
    "type"sv,
    "username"sv,
    "value"sv,
    "var"sv,
    "ver"sv,
    "version"sv,
    "x"sv,
    "xml:lang"sv,
    "http://etherx.jabber.org/streams"sv,
    "http://jabber.org/protocol/caps"sv,
    "http://jabber.org/protocol/chatstates"sv,
    "http://jabber.org/protocol/disco#info"sv,
    "http://jabber.org/protocol/disco#items"sv,
    "http://jabber.org/protocol/muc"sv,
    "http://jabber.org/protocol/muc#admin"sv,
    "http://jabber.org/protocol/muc#owner"sv,
    "http://jabber.org/protocol/muc#user"sv,
    "http://jabber.org/protocol/nick"sv,
    "http://jabber.org/protocol/rsm"sv,
    "http://www.w3.org/XML/1998/namespace"sv,
    "jabber:client"sv,
    "jabber:component:accept"sv,
    "jabber:iq:gateway"sv,
    "jabber:iq:register"sv,
    "jabber:iq:version"sv,
    "jabber:x:conference"sv,
    "jabber:x:data"sv,
    "urn:ietf:params:xml:ns:xmpp-stanzas"sv,
    "urn:ietf:params:xml:ns:xmpp-streams"sv,
    "urn:xmpp:carbons:2"sv,
    "urn:xmpp:chat-markers:0"sv,
    "urn:xmpp:delay"sv,
    "urn:xmpp:eme:0"sv,
    "urn:xmpp:forward:0"sv,
    "urn:xmpp:hints"sv,
    "urn:xmpp:mam:2"sv,
    "urn:xmpp:message-correct:0"sv,
    "urn:xmpp:occupant-id:0"sv,
    "urn:xmpp:ping"sv,
    "urn:xmpp:receipts"sv,
    "urn:xmpp:sid:0"sv,
    "vcard-temp"sv,
    "vcard-temp:x:update"sv,
};

constexpr std::size_t places = 512;

constexpr std::size_t place_of(std::string_view text) noexcept {
  const auto byte = [text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const std::size_t size = text.size();
  return (size * 37 + byte(0) * 131 + byte(size / 2) * 17 + byte(size - 1) * 71) % places;
}

// Each name at its place, or at the next free one.
constexpr std::array<std::string_view, places> make_table() {
  std::array<std::string_view, places> table{};
  for (const std::string_view name : known) {
    std::size_t at = place_of(name);
    while (!table[at].empty()) at = (at + 1) % places;
    table[at] = name;
  }
  return table;
}
constexpr std::array<std::string_view, places> table = make_table();

}  // namespace

Name::Name(Copy, std::string_view text) : text_(text.data()), size_(static_cast<std::uint32_t>(text.size())) {
  if (text.empty()) return;
  for (std::size_t at = place_of(text); !table[at].empty(); at = (at + 1) % places) {
    if (table[at] != text) continue;
    text_ = table[at].data();
    return;
  }
  own();
}

void Name::own() {
  is_owned_ = false;
  auto* const copy = new char[size_];
  std::copy_n(text_, size_, copy);
  text_ = copy;
  is_owned_ = true;
}

}  // namespace component::xml

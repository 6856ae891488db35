// A received stanza, checked once (RFC 6120 section 8), and what sends one.
#pragma once

#include <functional>
#include <string>

#include "base/result.hpp"
#include "component/jid.hpp"
#include "component/written.hpp"
#include "component/xml.hpp"

namespace component {

inline constexpr std::string_view ns_component = "jabber:component:accept";
inline constexpr std::string_view ns_stanza_errors = "urn:ietf:params:xml:ns:xmpp-stanzas";

enum class StanzaKind { message, presence, iq };

enum class StanzaErrc {
  not_a_stanza = 1,  // some other top-level element
  bad_from,          // missing or not a JID: nobody to answer
  bad_to,            // missing or not a JID: jid-malformed
  bad_type,          // an iq without a type RFC 6120 knows
  bad_iq,            // an iq get or set without id, or without exactly one payload: bad-request
};

// Elements in jabber:client and jabber:component:accept are both taken and renamed to jabber:component:accept, in the
// whole tree, so that handlers compare one namespace (jabberd2 sends jabber:client).
class Stanza {
 public:
  static base::Result<Stanza, StanzaErrc> parse(xml::Element element);
  // As parse(), but leaves the element as it is when it is refused, so that it can still be answered.
  static base::Result<Stanza, StanzaErrc> take(xml::Element& element);

  StanzaKind kind() const noexcept { return kind_; }
  const Jid& from() const noexcept { return from_; }
  const Jid& to() const noexcept { return to_; }
  std::string_view type() const noexcept { return xml_.attr("type"); }
  std::string_view id() const noexcept { return xml_.attr("id"); }
  const xml::Element& xml() const noexcept { return xml_; }
  // iq get/set: its payload. Elsewhere nullptr.
  const xml::Element* payload() const noexcept;
  bool is_request() const noexcept { return kind_ == StanzaKind::iq && (type() == "get" || type() == "set"); }

 private:
  Stanza(StanzaKind kind, Jid from, Jid to, xml::Element xml)
      : kind_(kind), from_(std::move(from)), to_(std::move(to)), xml_(std::move(xml)) {}

  StanzaKind kind_;
  Jid from_, to_;
  xml::Element xml_;
};

// Where outgoing stanzas go. Each needs `from` and `to`; an absent id is filled in. Queues only; the stanza stays the
// caller's, who may send it to somebody else next. When the outbox is full presence is dropped first, then send() says
// false.
struct Outlet {
  virtual ~Outlet() = default;
  virtual bool send(const xml::Element& stanza) = 0;
  // The same for what is sent to many.
  virtual bool send(const WrittenStanza& stanza, std::string_view to) = 0;
  // As send(); confirmed(true) is called once the server has answered a ping that was written after the stanza, so that
  // it is known to have taken it; confirmed(false) when no stream will come any more. Whatever is not known to have
  // been taken when a stream ends is sent again on the next one, under the same id.
  virtual bool send_confirmed(const xml::Element& stanza, std::function<void(bool)> confirmed) = 0;
  // False: what is sent waits for the server to come back.
  virtual bool is_up() const noexcept { return true; }
  // Back-pressure. False: so much waits for that user (bare JID) that who has more for him should wait until `resume`
  // is called: once, never from inside send(). It only queues.
  virtual bool has_room(std::string_view user) const {
    (void)user;
    return true;
  }
  virtual void when_room(std::string_view user, std::function<void()> resume) { (void)user, (void)resume; }
};

// The reply skeletons. `request` may be any received stanza; from and to are swapped, id kept.
xml::Element make_result(const Stanza& request);
xml::Element make_message(const Jid& from, const Jid& to, std::string_view type, std::string_view id = {});
xml::Element make_presence(const Jid& from, const Jid& to, std::string_view type = {});
// A fresh id, unguessable, 22 characters of [A-Za-z0-9_-].
std::string make_id();

}  // namespace component

// XEP-0114 1.6: the stream of one component domain as a state machine without sockets. Bytes go in, actions come out;
// the caller writes what Write says and closes the connection after Failed or Ended.
//
// A stanza over the limits, or with a namespace that base::Expat had to cut, is not built but skipped to its end and
// reported as Oversized, so that one stranger's stanza can't cut the stream for everybody. Only what can't be skipped
// without growing (one token over its limit, endless depth) ends the stream with policy-violation: more than a server
// passes on of what a client or another server may send it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/expat.hpp"
#include "component/xml.hpp"
#include "component/xml_parser.hpp"

namespace component {

inline constexpr std::string_view ns_streams = "http://etherx.jabber.org/streams";
inline constexpr std::string_view ns_stream_errors = "urn:ietf:params:xml:ns:xmpp-streams";

struct StreamLimits {
  std::size_t stanza_bytes = 512 * 1024;
  std::size_t elements = 4096;                       // of one stanza: each costs much more than its bytes
  std::size_t depth = 64;                            // elements inside one another, the stanza itself is 1
  std::size_t skippable_depth = 256 * 1024;          // above this the stream ends; each costs Expat some 150 bytes
  std::size_t tag_bytes = 4 * std::size_t{1} << 20;  // likewise; 512 KiB of apostrophes may come as &apos;
};

namespace action {

struct Write {
  std::string bytes;
};
// The handshake was accepted; stanzas may be written from now on.
struct Ready {};
// A complete element at depth 1.
struct Received {
  xml::Element element;
};
// A stanza over the limits: its name and attributes, nothing of what it held.
struct Oversized {
  xml::Element stub;
};
// The stream is at an end with an error: theirs, or ours (then a Write with it came before).
struct Failed {
  std::string condition;  // RFC 6120 section 4.9.3, "conflict"
  std::string text;
  std::string other_host;  // see-other-host: "host:port"
  bool ours = false;
};
// </stream:stream> came.
struct Ended {};

}  // namespace action

using Action =
    std::variant<action::Write, action::Ready, action::Received, action::Oversized, action::Failed, action::Ended>;

class Stream {
 public:
  Stream(std::string domain, std::string secret, StreamLimits limits = {});

  // What to write first. XEP-0114 has no version attribute: jabberd2 would start SASL.
  std::string open() const;
  // What to write last.
  static std::string close() { return "</stream:stream>"; }
  // In the order of the bytes. After Failed or Ended nothing more comes.
  std::vector<Action> feed(std::string_view bytes);
  bool is_ready() const noexcept { return state_ == State::ready; }
  // A stream header has come: whatever else is wrong, XMPP is spoken there.
  bool has_begun() const noexcept { return has_begun_; }

 private:
  enum class State { header, handshake, ready, over };

  void take(const base::XmlEvent& event);
  void on_start(const base::XmlEvent& event);
  void on_end(const base::XmlEvent& event);
  void on_header(const base::XmlEvent& event);
  void on_element(xml::Element element);
  void on_stream_error(const xml::Element& error);
  void start_skipping();
  void check_limits();
  void fail(std::string_view condition, std::string_view text);

  const std::string domain_;
  const std::string secret_;
  const StreamLimits limits_;
  State state_ = State::header;
  bool has_begun_ = false;
  base::Expat parser_;
  xml::TreeBuilder builder_;
  std::size_t depth_ = 0;             // open elements, the stream's root included
  std::size_t elements_ = 0;          // of the open stanza, up to the limit
  std::uint64_t stanza_begin_ = 0;    // offset of the open stanza's first byte
  std::optional<xml::Element> stub_;  // skipping: name and attributes of the open stanza
  std::vector<Action> actions_;
};

}  // namespace component

#include "mapping/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "component/xeps/muc.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Stanza;
using component::StanzaError;
using component::xml::Element;

namespace {

constexpr std::size_t longest_body = 64 * 1024;
// XEP-0380 names what encrypted a message; the older schemes are known by their own elements.
constexpr std::array encrypted_by{"urn:xmpp:eme:0",
                                  "eu.siacs.conversations.axolotl",
                                  "urn:xmpp:omemo:1",
                                  "urn:xmpp:omemo:2",
                                  "urn:xmpp:openpgp:0",
                                  "jabber:x:encrypted",
                                  "urn:ietf:params:xml:ns:xmpp-e2e"};

// They act on an earlier message; a body besides is for clients that don't know them, and about nothing as a text.
constexpr std::string_view ns_retract = "urn:xmpp:message-retract:";  // and its version
constexpr std::string_view ns_fasten = "urn:xmpp:fasten:0";           // XEP-0422: how retractions were sent before
constexpr std::string_view ns_reactions = "urn:xmpp:reactions:0";
constexpr std::string_view ns_fallback = "urn:xmpp:fallback:0";

// Namespaces of what says something about a message, a talk or a client, and is no message itself.
constexpr std::array courtesies{"http://jabber.org/protocol/chatstates",
                                "http://jabber.org/protocol/address",
                                "http://jabber.org/protocol/caps",
                                "http://jabber.org/protocol/nick",
                                "http://jabber.org/protocol/pubsub#event",
                                "jabber:x:delay",
                                "jabber:x:event",
                                "urn:xmpp:carbons:2",
                                "urn:xmpp:chat-markers:0",
                                "urn:xmpp:delay",
                                "urn:xmpp:fallback:0",
                                "urn:xmpp:hints",
                                "urn:xmpp:idle:1",
                                "urn:xmpp:mds:displayed:0",
                                "urn:xmpp:occupant-id:0",
                                "urn:xmpp:receipts",
                                "urn:xmpp:rtt:0",
                                "urn:xmpp:sid:0",
                                "urn:xmpp:styling:0",
                                "vcard-temp:x:update"};
constexpr std::string_view ns_jingle_message = "urn:xmpp:jingle-message:0";

constexpr std::string_view ns_oob = "jabber:x:oob";
constexpr std::string_view ns_file_sharing = "urn:xmpp:sfs:0";
constexpr std::string_view ns_media_sharing = "urn:xmpp:sims:1";
constexpr std::string_view ns_reference = "urn:xmpp:reference:0";
constexpr std::size_t longest_link = 2000;

// What a message is besides its body, seen in one pass.
struct Kind {
  bool is_encrypted = false;
  bool is_act = false;
  bool is_something = false;  // that is no courtesy
  std::vector<std::string> links;
};

bool is_one_of(const auto& namespaces, std::string_view ns) {
  return std::find(namespaces.begin(), namespaces.end(), ns) != namespaces.end();
}

bool is_act(const Element& child) {
  const std::string_view ns = child.ns();
  return ns.starts_with(ns_retract) || ns == ns_fasten || ns == ns_reactions ||
         (ns == ns_fallback && child.attr("for") == ns_reactions);
}

bool is_courteous(const Element& child) {
  if (child.ns() == component::ns_component) return child.name() == "thread";
  if (child.ns() == ns_jingle_message) return child.name() != "propose";
  if (child.is("x", component::muc::ns_user)) return child.child_count() == 0;
  return is_one_of(courtesies, child.ns());
}

Kind kind_of(const Element& message) {
  Kind kind;
  for (const Element::Node& node : message.nodes()) {
    const auto* const child = std::get_if<Element>(&node);
    if (!child) continue;
    kind.is_something = kind.is_something || !is_courteous(*child);
    if (child->ns() == component::ns_component) continue;
    kind.is_encrypted = kind.is_encrypted || is_one_of(encrypted_by, child->ns());
    kind.is_act = kind.is_act || is_act(*child);
    std::string link = link_of(*child);
    const bool is_new = std::find(kind.links.begin(), kind.links.end(), link) == kind.links.end();
    if (!link.empty() && is_new) kind.links.push_back(std::move(link));
  }
  return kind;
}

std::string joined(const std::vector<std::string>& links) {
  std::string text;
  for (const std::string& link : links) text += (text.empty() ? "" : "\n") + link;
  return text;
}

std::string trimmed(const std::string& text) {
  constexpr const char* blanks = " \t\r\n";
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::string source_of(const Element& child) {
  if (child.is("x", ns_oob)) return child.child_text("url", ns_oob);
  if (child.is("file-sharing", ns_file_sharing)) {
    const Element* const sources = child.child("sources", ns_file_sharing);
    const Element* const source = sources ? sources->child("url-data", "http://jabber.org/protocol/url-data") : nullptr;
    return source ? std::string{source->attr("target")} : std::string{};
  }
  const Element* const media =
      child.is("reference", ns_reference) ? child.child("media-sharing", ns_media_sharing) : nullptr;
  const Element* const sources = media ? media->child("sources", ns_media_sharing) : nullptr;
  const Element* const source = sources ? sources->child("reference", ns_reference) : nullptr;
  return source ? std::string{source->attr("uri")} : std::string{};
}

StanzaError unsupported(const char* text) {
  return {ErrorType::cancel, Condition::feature_not_implemented, text, {}};
}

// Why it can't be sent, whatever it says.
std::optional<StanzaError> refusal(const Kind& kind, std::string_view body) {
  if (kind.is_encrypted) {
    return StanzaError{ErrorType::modify,
                       Condition::not_acceptable,
                       "This network can't carry encrypted messages; switch encryption off for this chat.",
                       {}};
  }
  if (kind.is_act) return unsupported("This network can't carry reactions or retractions.");
  if (body.size() > longest_body) {
    return StanzaError{
        ErrorType::modify, Condition::policy_violation, "This message is longer than 64 KiB; send it in parts.", {}};
  }
  return {};
}

}  // namespace

std::string link_of(const Element& child) {
  std::string link = trimmed(source_of(child));
  const bool is_link = link.size() <= longest_link && link.find(':') != link.npos &&
                       std::none_of(link.begin(), link.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  return is_link ? link : std::string{};
}

base::Result<std::optional<std::string>, StanzaError> text_of(const Stanza& message) {
  if (is_courtesy(message)) return std::optional<std::string>{};
  const Kind kind = kind_of(message.xml());
  std::string body = message.xml().child_text("body", component::ns_component);
  if (auto why = refusal(kind, body)) return std::move(*why);
  if (body.empty()) body = joined(kind.links);
  if (!body.empty()) return std::optional<std::string>{std::move(body)};
  if (message.xml().child("body", component::ns_component))
    return StanzaError{ErrorType::modify, Condition::bad_request, "There is no text in this message.", {}};
  if (message.xml().child("x", ns_oob))
    return StanzaError{ErrorType::modify,
                       Condition::not_acceptable,
                       "This link can't be sent: an address has a scheme, no blanks, and at most 2000 bytes.",
                       {}};
  return unsupported("This network carries texts and links; there is none in this message.");
}

bool is_courtesy(const Stanza& message) {
  if (message.xml().child("body", component::ns_component)) return false;
  const Kind kind = kind_of(message.xml());
  return !kind.is_something || (message.type() == "headline" && kind.links.empty());
}

bool wants_receipt(const Stanza& message) {
  return !message.id().empty() && message.xml().child("request", "urn:xmpp:receipts") != nullptr;
}

}  // namespace mapping

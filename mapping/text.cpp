#include "mapping/text.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace mapping {

using component::xml::Element;

namespace {

constexpr std::size_t longest_body = 64 * 1024;
// XEP-0380 names what encrypted a message; the older schemes are known by their own elements.
constexpr std::array encrypted_by{"urn:xmpp:eme:0", "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:2",
                                  "urn:xmpp:openpgp:0", "jabber:x:encrypted"};

// A body that stands for these is for clients that don't know them; as a text it would be about nothing.
constexpr std::string_view ns_retract = "urn:xmpp:message-retract:1";
constexpr std::string_view ns_reactions = "urn:xmpp:reactions:0";
constexpr std::string_view ns_fallback = "urn:xmpp:fallback:0";

constexpr std::string_view ns_correct = "urn:xmpp:message-correct:0";

// The scheme of an encrypted file's address, which has the key in it: whoever reads it has the file.
constexpr std::string_view key_scheme = "aesgcm";

constexpr std::string_view ns_oob = "jabber:x:oob";
constexpr std::string_view ns_file_sharing = "urn:xmpp:sfs:0";
constexpr std::size_t longest_link = 2000;

// What a message is besides its body, seen in one pass.
struct Kind {
  bool is_encrypted = false;
  bool is_act = false;  // a retraction or a reaction
  std::string link;
};

Kind kind_of(const Element& message) {
  Kind kind;
  for (const Element::Node& node : message.nodes()) {
    const auto* const child = std::get_if<Element>(&node);
    if (!child || child->ns() == component::ns_component) continue;
    const std::string_view ns = child->ns();
    kind.is_encrypted =
        kind.is_encrypted || std::find(encrypted_by.begin(), encrypted_by.end(), ns) != encrypted_by.end();
    const bool stands_in = ns == ns_fallback && child->attr("for") == ns_reactions;
    kind.is_act = kind.is_act || child->is("retract", ns_retract) || child->is("reactions", ns_reactions) || stands_in;
    if (kind.link.empty()) kind.link = link_of(*child);
  }
  return kind;
}

bool has_key(std::string_view text) {
  for (auto at = text.find("://"); at != text.npos; at = text.find("://", at + 1)) {
    if (at >= key_scheme.size() &&
        base::ascii_lower(text.substr(at - key_scheme.size(), key_scheme.size())) == key_scheme)
      return true;
  }
  return false;
}

}  // namespace

std::string link_of(const Element& child) {
  std::string link;
  if (child.is("x", ns_oob)) {
    link = child.child_text("url", ns_oob);
  } else if (child.is("file-sharing", ns_file_sharing)) {
    const Element* const sources = child.child("sources", ns_file_sharing);
    const Element* const source = sources ? sources->child("url-data", "http://jabber.org/protocol/url-data") : nullptr;
    if (source) link = source->attr("target");
  }
  const bool is_link = link.size() <= longest_link && link.find(':') != link.npos &&
                       std::none_of(link.begin(), link.end(), [](unsigned char c) { return c <= ' ' || c == 0x7f; });
  return is_link ? link : std::string{};
}

base::Result<std::optional<std::string>, component::StanzaError> text_of(const component::Stanza& message) {
  using component::Condition;
  using component::ErrorType;
  const Kind kind = kind_of(message.xml());
  if (kind.is_encrypted) {
    return component::StanzaError{ErrorType::modify,
                                  Condition::not_acceptable,
                                  "This network can't carry encrypted messages; switch encryption off for this chat.",
                                  {}};
  }
  std::string body = message.xml().child_text("body", component::ns_component);
  if (kind.is_act && !body.empty()) {
    return component::StanzaError{ErrorType::cancel,
                                  Condition::feature_not_implemented,
                                  "This network can't carry reactions or retractions.",
                                  {}};
  }
  if (body.size() > longest_body) {
    return component::StanzaError{
        ErrorType::modify, Condition::policy_violation, "This message is longer than 64 KiB; send it in parts.", {}};
  }
  if (body.empty() && !kind.is_act) body = kind.link;
  if (has_key(body) || has_key(kind.link)) {
    return component::StanzaError{
        ErrorType::modify,
        Condition::not_acceptable,
        "This file is encrypted, and its key would go out in the clear; switch encryption off "
        "for this chat and send it again.",
        {}};
  }
  if (body.empty()) return std::optional<std::string>{};
  return std::optional<std::string>{std::move(body)};
}

std::string reaction_in(const component::Stanza& message) {
  const Element* const reactions = message.xml().child("reactions", ns_reactions);
  std::string out;
  if (!reactions) return out;
  for (const Element* each : reactions->children("reaction", ns_reactions))
    out += (out.empty() ? "" : " ") + each->text();
  return out;
}

std::string corrected_by(const component::Stanza& message) {
  const Element* const replace = message.xml().child("replace", ns_correct);
  return replace ? std::string(replace->attr("id")) : std::string{};
}

bool wants_receipt(const component::Stanza& message) {
  return !message.id().empty() && message.xml().child("request", "urn:xmpp:receipts") != nullptr;
}

}  // namespace mapping

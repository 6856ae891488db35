#include "mapping/text.hpp"

#include <algorithm>
#include <array>

namespace mapping {

namespace {

constexpr std::size_t longest_body = 64 * 1024;
// XEP-0380 names what encrypted a message; the older schemes are known by their own elements.
constexpr std::array encrypted_by{"urn:xmpp:eme:0", "eu.siacs.conversations.axolotl", "urn:xmpp:omemo:2",
                                  "urn:xmpp:openpgp:0", "jabber:x:encrypted"};

bool is_encrypted(const component::xml::Element& message) {
  const auto children = message.children();
  return std::any_of(children.begin(), children.end(), [](const component::xml::Element* child) {
    return std::find(encrypted_by.begin(), encrypted_by.end(), child->ns()) != encrypted_by.end();
  });
}

}  // namespace

base::Result<std::optional<std::string>, component::StanzaError> text_of(const component::Stanza& message) {
  using component::Condition;
  using component::ErrorType;
  if (is_encrypted(message.xml())) {
    return component::StanzaError{ErrorType::modify,
                                  Condition::not_acceptable,
                                  "This network can't carry encrypted messages; switch encryption off for this chat.",
                                  {}};
  }
  std::string body = message.xml().child_text("body", component::ns_component);
  if (body.size() > longest_body) {
    return component::StanzaError{
        ErrorType::modify, Condition::policy_violation, "This message is longer than 64 KiB; send it in parts.", {}};
  }
  if (body.empty()) return std::optional<std::string>{};
  return std::optional<std::string>{std::move(body)};
}

bool wants_receipt(const component::Stanza& message) {
  return !message.id().empty() && message.xml().child("request", "urn:xmpp:receipts") != nullptr;
}

}  // namespace mapping

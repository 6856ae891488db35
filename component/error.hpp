// Stanza errors (RFC 6120 section 8.3) with the legacy numeric codes of XEP-0086.
#pragma once

#include <string>
#include <string_view>

#include "component/stanza.hpp"

namespace component {

enum class Condition {
  bad_request,
  conflict,
  feature_not_implemented,
  forbidden,
  gone,
  internal_server_error,
  item_not_found,
  jid_malformed,
  not_acceptable,
  not_allowed,
  not_authorized,
  policy_violation,
  recipient_unavailable,
  redirect,
  registration_required,
  remote_server_not_found,
  remote_server_timeout,
  resource_constraint,
  service_unavailable,
  undefined_condition,
  unexpected_request,
};
enum class ErrorType { auth, cancel, modify, wait, proceed };

std::string_view name(Condition condition) noexcept;
std::string_view name(ErrorType type) noexcept;

struct StanzaError {
  ErrorType type = ErrorType::cancel;
  Condition condition = Condition::undefined_condition;
  std::string text;      // for people, may be empty
  std::string by;        // who raised it, where that differs from the sender; may be empty
  std::string uri = {};  // redirect and gone: where to (RFC 6120 sections 8.3.3.5 and 8.3.3.14)

  // The application's own condition beside the general one (RFC 6120 section 8.3.4); empty: none.
  std::string detail = {};
  std::string detail_ns = {};
};

// The <error/> element alone.
xml::Element to_xml(const StanzaError& error);
// The error reply to a received stanza: addresses swapped, id kept, and of the payload only what is safe to echo: for
// an iq its payload element without children, for a presence an empty MUC <x/> if it had one, for a message nothing.
xml::Element make_error(const Stanza& request, const StanzaError& error);
// The same for what Stanza::parse refused; `from` is the address that answers. The request has a `from`.
xml::Element make_error(const xml::Element& request, std::string_view from, const StanzaError& error);

}  // namespace component

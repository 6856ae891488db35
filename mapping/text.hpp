// What of a message's content a network gets.
#pragma once

#include <optional>
#include <string>

#include "component/error.hpp"
#include "component/stanza.hpp"

namespace mapping {

// Nothing to send: chat states, receipts, markers and the like; ignored in silence (RFC 6121 section 5.2.2).
// An error: the sender is told (encrypted, too long).
base::Result<std::optional<std::string>, component::StanzaError> text_of(const component::Stanza& message);

// XEP-0184: does the sender want to know that it arrived?
bool wants_receipt(const component::Stanza& message);

}  // namespace mapping

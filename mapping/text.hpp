// What of a message's content a network gets.
#pragma once

#include <optional>
#include <string>

#include "component/error.hpp"
#include "component/stanza.hpp"

namespace mapping {

// The body, else what the message links to, a link a line.
// Nothing to send: a courtesy, ignored in silence (RFC 6121 section 5.2.2).
// An error: the sender, who expects something to arrive, is told that it doesn't: it is encrypted, too long or empty,
// acts on an earlier message (a reaction, a retraction), or is nothing that a text could stand for.
base::Result<std::optional<std::string>, component::StanzaError> text_of(const component::Stanza& message);

// Nobody expects it to arrive: chat states, receipts, markers and the like, and news of a server, without a text.
bool is_courtesy(const component::Stanza& message);

// What a message's child links to: XEP-0066 (Out of Band Data 1.5), XEP-0447 (Stateless file sharing 0.3.0), XEP-0385
// (Stateless inline media sharing 0.3.0). Empty when it is none of these or no address.
std::string link_of(const component::xml::Element& child);

// XEP-0184: does the sender want to know that it arrived?
bool wants_receipt(const component::Stanza& message);

}  // namespace mapping

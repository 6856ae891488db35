// What of a message's content a network gets.
#pragma once

#include <optional>
#include <string>

#include "component/error.hpp"
#include "component/stanza.hpp"

namespace mapping {

// The body, else what the message links to.
// Nothing to send: chat states, receipts, markers and the like; ignored in silence (RFC 6121 section 5.2.2).
// An error: the sender is told (encrypted, also a link with its key, too long, a text that only stands for a reaction
// or a retraction).
base::Result<std::optional<std::string>, component::StanzaError> text_of(const component::Stanza& message);

// What a message's child links to: XEP-0066 (Out of Band Data 1.5), XEP-0447 (Stateless file sharing 0.3.0). Empty when
// it is none of these or no address.
std::string link_of(const component::xml::Element& child);

// The signs of a XEP-0444 (Message Reactions 0.1.1), with blanks between them; empty: it is none, or takes one back.
std::string reaction_in(const component::Stanza& message);
// The id of the message that this one corrects (XEP-0308 1.2.0); empty: none.
std::string corrected_by(const component::Stanza& message);

// XEP-0184: does the sender want to know that it arrived?
bool wants_receipt(const component::Stanza& message);

}  // namespace mapping

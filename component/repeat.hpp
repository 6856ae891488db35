// What becomes of stanzas that may not have arrived when a stream ended: they are written again on the next one. They
// are in the form in which they stand on the stream. No I/O in here.
#pragma once

#include <optional>

#include "base/outbox.hpp"
#include "component/xml.hpp"

namespace component {

// Gives a text (a message with a body) that tells no time yet the one at which it was sent first (XEP-0203), so that a
// client knows what it sees, and drops what it has by the id.
void mark_late(std::string& stanza, base::WallTime when);

// Removes presences that a later one of the same sender for the same recipient replaces.
void drop_replaced(base::Outbox::Items& items);

// For a stanza that the server ends the stream over: what its recipient gets instead, so that he doesn't wait for it.
// Nothing for what nobody waits for.
std::optional<xml::Element> stand_in_for(const xml::Element& stanza);

}  // namespace component

// How a failure on a network reads as a stanza error: one table.
#pragma once

#include "component/error.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

// `text` is the network's own wording; empty: ours.
component::StanzaError to_stanza_error(legacy::Errc error, std::string_view text = {});

}  // namespace mapping

// XEP-0203 2.0 delayed delivery and the time format of XEP-0082 1.1.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "component/xml.hpp"

namespace component {

inline constexpr std::string_view ns_delay = "urn:xmpp:delay";

// "2026-11-21T10:00:00.123Z"; milliseconds are left out when zero.
std::string format_time(base::WallTime time);
// Date, 'T', time, optional fraction, 'Z' or an offset. Nothing for anything else. What lies before 1678 or after 2261
// is the first or the last time that there is.
std::optional<base::WallTime> parse_time(std::string_view text);
xml::Element delay(std::string_view from, base::WallTime time);

}  // namespace component

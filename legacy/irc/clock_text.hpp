// The time of day as IRC clients write it in answers to CTCP TIME.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"

namespace irc {

struct ClockTime {
  base::WallTime when;
  std::chrono::minutes offset{0};  // of the clock from UTC
};

// ISO 8601 ("2026-11-21T12:00:00+01:00"), RFC 5322 section 3.3 ("Sat, 21 Nov 2026 12:00:00 +0100") and that of ctime()
// with a zone ("Sat Nov 21 11:00:00 UTC 2026"). Nothing for a time without a zone: nobody could tell what it means.
std::optional<ClockTime> parse_clock(std::string_view text);

}  // namespace irc

// Times as providers write them.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"

namespace sms {

// Seconds since 1970, "2023-11-14 22:13:20" and "2023-11-14T22:13:20" with a fraction or without, in UTC unless the
// text ends with "Z" or an offset ("+02:00", "+0200"). nullopt: none of these, before 1970 or after 2200.
std::optional<base::WallTime> parse_timestamp(const std::string& text);

}  // namespace sms

// Cuts a text that is too long for one message of the provider into several.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "legacy/sms/provider.hpp"

namespace sms {

// A provider that joins gets up to ten segments in one message, another one segment.
inline constexpr std::size_t most_joined = 10;

// Each fits into one message with these traits. One piece is the text as it is. Of several each begins with "(1/3) ",
// as nobody joins them; they are cut at blanks and line ends, where there are any, and those at a cut are left out.
// Empty: the text can't be cut into fewer than a hundred.
std::vector<std::string> cut(std::string_view text, const Traits& traits);

// The segments that all of them take; an MMS, the first of them, is one.
std::size_t count_all(const std::vector<std::string>& pieces, bool is_mms = false);

// The text without these URLs where they stand as words, for a message that has what they lead to.
std::string without_links(std::string text, const std::vector<std::string>& links);
// The text with these URLs behind it, a line each.
std::string with_links(std::string text, const std::vector<std::string>& links);

}  // namespace sms

// How a text is cut into short messages: GSM-7 when the default alphabet (3GPP TS 23.038, 6.2.1) has all of it, else
// UCS-2. One message holds 160 septets or 70 UTF-16 units, a part of several 153 or 67; an escape pair, a surrogate
// pair and nothing else is kept whole.
#pragma once

#include <string_view>
#include <vector>

namespace sms {

enum class Coding { gsm7, ucs2 };

struct Segments {
  Coding coding = Coding::gsm7;
  int units = 0;           // septets or UTF-16 units
  std::vector<int> parts;  // units of each; never empty
};

// Septets of the character in the default alphabet: 1, 2 with the escape, 0 when it is not there.
int count_septets(char32_t code_point) noexcept;
// Broken UTF-8 counts as U+FFFD.
Segments count_segments(std::string_view text);

}  // namespace sms

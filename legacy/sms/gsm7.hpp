// Writes a text with the 7-bit default alphabet (segments.hpp) where that loses nothing that a reader would miss.
#pragma once

#include <string>
#include <string_view>

#include "config/sms_rules.hpp"

namespace sms {

// Typographic signs become their plain forms, with `letters` accented Latin letters lose what the alphabet lacks. A
// text in which anything would still need UCS-2 comes back as it was: it gains nothing from being changed, and no
// character is ever left out.
std::string to_gsm7(std::string_view text, config::Transliterate how);

}  // namespace sms

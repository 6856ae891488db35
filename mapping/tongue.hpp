// The names of commands and the titles of forms in the language of whoever asks (xml:lang, RFC 6120 section 8.1.5).
#pragma once

#include <string>
#include <string_view>

namespace mapping {

// As it is where the language or the text is unknown. A title that ends in a name is known by what stands before it.
std::string translated(std::string_view text, std::string_view language);

}  // namespace mapping

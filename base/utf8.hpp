// UTF-8 (RFC 3629) by hand: validity, code points, and which of them XML 1.0 allows. No locale, no tables.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace base {

inline constexpr std::string_view replacement_character = "\xEF\xBF\xBD";  // U+FFFD

// The code point at text[at]; `at` moves past it and must be inside the text. Broken: nullopt, and `at` moves past the
// longest prefix of a sequence that can't be completed (Unicode 15, section 3.9, "maximal subpart"), at least one byte.
std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) noexcept;

// How many bytes from text[at] on are printable ASCII, 0x20 to 0x7E: most of nearly every text. Looks at many at once.
std::size_t printable_run(std::string_view text, std::size_t at) noexcept;

bool is_utf8(std::string_view text) noexcept;
bool is_ascii(std::string_view text) noexcept;
// Each broken sequence becomes one U+FFFD.
std::string sanitise_utf8(std::string_view text);
// The longest prefix of at most `bytes` bytes that does not end inside a sequence.
std::string_view utf8_prefix(std::string_view text, std::size_t bytes) noexcept;
std::size_t count_code_points(std::string_view text) noexcept;
// A surrogate or something above U+10FFFF is written as U+FFFD.
void append_utf8(std::string& out, char32_t code_point);

// XML 1.0, production [2] Char.
bool is_xml_char(char32_t code_point) noexcept;

}  // namespace base

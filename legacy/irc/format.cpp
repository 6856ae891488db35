#include "legacy/irc/format.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include "base/utf8.hpp"

namespace irc {
namespace {

// What windows-1252 has at 0x80 to 0x9F; 0 where it has nothing.
constexpr std::array<std::uint16_t, 32> windows1252_high = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t code_point(unsigned char byte, Charset charset) {
  if (charset == Charset::latin1 || byte < 0x80 || byte >= 0xA0) return byte;
  const auto known = windows1252_high[byte - 0x80u];
  return known == 0 ? 0xFFFD : known;
}

std::size_t run(std::string_view s, std::size_t at, std::size_t limit, int (*kind)(int)) {
  std::size_t count = 0;
  while (count < limit && at + count < s.size() && kind(static_cast<unsigned char>(s[at + count])) != 0) ++count;
  return count;
}

// Length of the colours behind a colour code at `at`: "4", "12,05"; a comma without a colour behind it is text.
std::size_t colours(std::string_view s, std::size_t at, std::size_t digits, int (*kind)(int)) {
  const bool exact = digits == 6;
  const std::size_t first = run(s, at, digits, kind);
  if (first == 0 || (exact && first < digits)) return 0;
  if (at + first >= s.size() || s[at + first] != ',') return first;
  const std::size_t second = run(s, at + first + 1, digits, kind);
  if (second == 0 || (exact && second < digits)) return first;
  return first + 1 + second;
}

}  // namespace

Charset charset(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const bool latin = lower == "iso-8859-1" || lower == "iso8859-1" || lower == "latin1" || lower == "latin-1";
  return latin ? Charset::latin1 : Charset::windows1252;
}

std::string decode(std::string_view bytes, Charset charset) {
  if (base::is_utf8(bytes)) return std::string(bytes);
  std::string out;
  for (const char c : bytes) base::append_utf8(out, code_point(static_cast<unsigned char>(c), charset));
  return out;
}

std::string strip_formatting(std::string_view text) {
  constexpr std::string_view toggles = "\x02\x1d\x1f\x1e\x11\x16\x0f";
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t ordinary = base::printable_run(text, i);
    out.append(text, i, ordinary);
    i += ordinary;
    if (i == text.size()) break;
    if (text[i] == '\x03') {
      i += colours(text, i + 1, 2, std::isdigit);
    } else if (text[i] == '\x04') {
      i += colours(text, i + 1, 6, std::isxdigit);
    } else if (toggles.find(text[i]) == toggles.npos) {
      out += text[i];
    }
  }
  return out;
}

std::string strip_controls(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t ordinary = base::printable_run(text, at); ordinary > 0) {
      out.append(text, at, ordinary);
      at += ordinary;
      continue;
    }
    const std::size_t start = at;
    const auto c = base::next_code_point(text, at);
    const bool is_control = c && (*c < 0x20 || *c == 0x7F) && *c != '\t';
    if (c && !is_control && base::is_xml_char(*c)) out += text.substr(start, at - start);
  }
  return out;
}

std::string plain(std::string_view text) {
  if (base::printable_run(text, 0) == text.size()) return std::string(text);
  return strip_controls(strip_formatting(text));
}

}  // namespace irc

#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace base {
namespace {

// What a lead byte promises: how many bytes follow, the bits it carries, and the range of the byte after it, which is
// what excludes overlong forms, surrogates and anything above U+10FFFF.
struct Lead {
  unsigned char first, last;
  unsigned char follow;
  unsigned char mask;
  unsigned char low, high;
};
constexpr Lead leads[] = {
    {0xC2, 0xDF, 1, 0x1F, 0x80, 0xBF}, {0xE0, 0xE0, 2, 0x0F, 0xA0, 0xBF}, {0xE1, 0xEC, 2, 0x0F, 0x80, 0xBF},
    {0xED, 0xED, 2, 0x0F, 0x80, 0x9F}, {0xEE, 0xEF, 2, 0x0F, 0x80, 0xBF}, {0xF0, 0xF0, 3, 0x07, 0x90, 0xBF},
    {0xF1, 0xF3, 3, 0x07, 0x80, 0xBF}, {0xF4, 0xF4, 3, 0x07, 0x80, 0x8F},
};

const Lead* find_lead(unsigned char byte) noexcept {
  const auto* found =
      std::find_if(std::begin(leads), std::end(leads), [byte](const Lead& l) { return byte <= l.last; });
  return found != std::end(leads) && byte >= found->first ? found : nullptr;
}

}  // namespace

std::optional<char32_t> next_code_point(std::string_view text, std::size_t& at) noexcept {
  const auto byte = static_cast<unsigned char>(text[at++]);
  if (byte < 0x80) return byte;
  const Lead* lead = find_lead(byte);
  if (lead == nullptr) return std::nullopt;
  char32_t value = byte & lead->mask;
  unsigned char low = lead->low, high = lead->high;
  for (unsigned i = 0; i < lead->follow; ++i) {
    if (at >= text.size()) return std::nullopt;
    const auto next = static_cast<unsigned char>(text[at]);
    if (next < low || next > high) return std::nullopt;
    value = value << 6 | (next & 0x3Fu);
    low = 0x80, high = 0xBF;
    ++at;
  }
  return value;
}

std::size_t printable_run(std::string_view text, std::size_t at) noexcept {
  constexpr std::uint64_t ones = 0x0101010101010101, highs = ones * 0x80;
  const std::size_t begin = at;
  const auto is_printable = [text](std::size_t from) {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text.data() + from, 8);
    // A byte's high bit is set by itself, by what borrows below 0x20, or by what carries from 0x7F on.
    return ((bytes | (bytes - ones * 0x20) | (bytes + ones)) & highs) == 0;
  };
  for (; at + 8 <= text.size(); at += 8) {
    if (!is_printable(at)) break;
  }
  // The rest, with what stands before it.
  if (at > begin && at + 8 > text.size() && is_printable(text.size() - 8)) return text.size() - begin;
  while (at < text.size() && static_cast<unsigned char>(text[at] - 0x20) < 0x7F - 0x20) ++at;
  return at - begin;
}

bool is_ascii(std::string_view text) noexcept {
  unsigned char seen = 0;
  for (const char c : text) seen |= static_cast<unsigned char>(c);
  return seen < 0x80;
}

bool is_utf8(std::string_view text) noexcept {
  for (std::size_t at = printable_run(text, 0); at < text.size(); at += printable_run(text, at)) {
    if (!next_code_point(text, at)) return false;
  }
  return true;
}

std::string sanitise_utf8(std::string_view text) {
  if (is_utf8(text)) return std::string(text);
  std::string out;
  out.reserve(text.size() + 8);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const bool whole = next_code_point(text, at).has_value();
    out += whole ? text.substr(begin, at - begin) : replacement_character;
  }
  return out;
}

std::string_view utf8_prefix(std::string_view text, std::size_t bytes) noexcept {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

std::size_t count_code_points(std::string_view text) noexcept {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_code_point(text, at);
  return count;
}

void append_utf8(std::string& out, char32_t c) {
  const auto put = [&out](char32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (c < 0x80) return put(c);
  if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    out += replacement_character;
  } else if (c < 0x800) {
    put(0xC0 | c >> 6), put(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    put(0xE0 | c >> 12), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  } else {
    put(0xF0 | c >> 18), put(0x80 | (c >> 12 & 0x3F)), put(0x80 | (c >> 6 & 0x3F)), put(0x80 | (c & 0x3F));
  }
}

bool is_xml_char(char32_t c) noexcept {
  if (c < 0x20) return c == '\t' || c == '\n' || c == '\r';
  return c <= 0xD7FF || (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
}

}  // namespace base

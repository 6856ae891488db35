#include "legacy/sms/segments.hpp"

#include <algorithm>
#include <string>

#include "base/utf8.hpp"

namespace sms {
namespace {

// What the default alphabet has beside ASCII, and what of ASCII it has only behind the escape or not at all.
constexpr std::u32string_view basic_beyond_ascii = U"£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà";
constexpr std::u32string_view extension = U"\f^{}\\[~]|€";

std::u32string code_points(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) out += base::next_code_point(text, at).value_or(U'\uFFFD');
  return out;
}

struct Limits {
  int single;
  int part;
};
constexpr Limits gsm7_limits{160, 153};
constexpr Limits ucs2_limits{70, 67};

int count_units(Coding coding, char32_t c) noexcept {
  if (coding == Coding::gsm7) return count_septets(c);
  return c > 0xFFFF ? 2 : 1;
}

}  // namespace

int count_septets(char32_t c) noexcept {
  if (extension.find(c) != std::u32string_view::npos) return 2;
  if (c == U'\n' || c == U'\r') return 1;
  if (c >= 0x20 && c < 0x7F) return c == U'`' ? 0 : 1;
  return basic_beyond_ascii.find(c) != std::u32string_view::npos ? 1 : 0;
}

Segments count_segments(std::string_view text) {
  const auto characters = code_points(text);
  Segments out;
  const bool fits = std::all_of(characters.begin(), characters.end(), [](char32_t c) { return count_septets(c) > 0; });
  out.coding = fits ? Coding::gsm7 : Coding::ucs2;
  const Limits limits = fits ? gsm7_limits : ucs2_limits;
  out.parts = {0};
  for (const char32_t c : characters) {
    const int units = count_units(out.coding, c);
    out.units += units;
    if (out.parts.back() + units > limits.part) out.parts.push_back(0);
    out.parts.back() += units;
  }
  if (out.units <= limits.single) out.parts = {out.units};
  return out;
}

}  // namespace sms

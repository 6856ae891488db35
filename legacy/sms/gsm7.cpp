#include "legacy/sms/gsm7.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

struct Substitute {
  std::u32string_view characters;
  std::string_view plain;
};

constexpr std::array punctuation{
    Substitute{U"\u2018\u2019\u201A\u201B\u2032\u00B4\u02BC`", "'"},
    Substitute{U"\u201C\u201D\u201E\u201F\u2033\u00AB\u00BB", "\""},
    Substitute{U"\u2039", "<"},
    Substitute{U"\u203A", ">"},
    Substitute{U"\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"},
    Substitute{U"\u2026", "..."},
    Substitute{U"\t\u00A0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000", " "},
    Substitute{U"\u2028\u2029", "\n"},
};

constexpr std::array letters{
    Substitute{U"áâãāăąǎ", "a"},
    Substitute{U"ÁÀÂÃĀĂĄǍ", "A"},
    Substitute{U"çćĉċč", "c"},
    Substitute{U"ĆĈĊČ", "C"},
    Substitute{U"ďđ", "d"},
    Substitute{U"ĎĐ", "D"},
    Substitute{U"êëēĕėęě", "e"},
    Substitute{U"ÈÊËĒĔĖĘĚ", "E"},
    Substitute{U"ĝğġģǧ", "g"},
    Substitute{U"ĜĞĠĢǦ", "G"},
    Substitute{U"ĥħ", "h"},
    Substitute{U"ĤĦ", "H"},
    Substitute{U"íîïĩīĭįıǐ", "i"},
    Substitute{U"ÍÌÎÏĨĪĬĮİǏ", "I"},
    Substitute{U"ĵ", "j"},
    Substitute{U"Ĵ", "J"},
    Substitute{U"ķǩ", "k"},
    Substitute{U"ĶǨ", "K"},
    Substitute{U"ĺļľŀł", "l"},
    Substitute{U"ĹĻĽĿŁ", "L"},
    Substitute{U"ńņňǹ", "n"},
    Substitute{U"ŃŅŇǸ", "N"},
    Substitute{U"óôõōŏőǒ", "o"},
    Substitute{U"ÓÒÔÕŌŎŐǑ", "O"},
    Substitute{U"œ", "oe"},
    Substitute{U"Œ", "OE"},
    Substitute{U"ŕŗř", "r"},
    Substitute{U"ŔŖŘ", "R"},
    Substitute{U"śŝşšș", "s"},
    Substitute{U"ŚŜŞŠȘ", "S"},
    Substitute{U"\u1E9E", "SS"},
    Substitute{U"ţťŧț", "t"},
    Substitute{U"ŢŤŦȚ", "T"},
    Substitute{U"úûũūŭůűųǔ", "u"},
    Substitute{U"ÚÙÛŨŪŬŮŰŲǓ", "U"},
    Substitute{U"ŵ", "w"},
    Substitute{U"Ŵ", "W"},
    Substitute{U"ýÿŷ", "y"},
    Substitute{U"ÝŸŶ", "Y"},
    Substitute{U"źżž", "z"},
    Substitute{U"ŹŻŽ", "Z"},
    Substitute{U"þ", "th"},
    Substitute{U"Þ", "Th"},
    Substitute{U"ð", "d"},
    Substitute{U"Ð", "D"},
    // An accent of its own behind a letter that stays readable without it.
    Substitute{U"\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030A\u030B\u030C\u0327\u0328", ""},
};

template <class Table>
std::optional<std::string_view> find(const Table& table, char32_t c) {
  const auto found = std::find_if(table.begin(), table.end(), [&](const Substitute& each) {
    return each.characters.find(c) != std::u32string_view::npos;
  });
  if (found == table.end()) return std::nullopt;
  return found->plain;
}

bool is_latin(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

std::string to_gsm7(std::string_view text, config::Transliterate how) {
  if (how == config::Transliterate::off || count_segments(text).coding == Coding::gsm7) return std::string{text};
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = at;
    const auto c = base::next_code_point(text, at);
    if (c && count_septets(*c) > 0) {
      out += text.substr(start, at - start);
      continue;
    }
    auto plain = c ? find(punctuation, *c) : std::nullopt;
    if (c && !plain && how == config::Transliterate::letters) plain = find(letters, *c);
    const bool is_lone_accent = plain && plain->empty() && (out.empty() || !is_latin(out.back()));
    if (!plain || is_lone_accent) return std::string{text};
    out += *plain;
  }
  return out;
}

}  // namespace sms

#include "legacy/sms/pieces.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/utf8.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

constexpr std::size_t most_pieces = 99;

bool fits(std::string_view text, const Traits& traits) {
  if (traits.longest_text > 0 && base::count_code_points(text) > traits.longest_text) return false;
  return count_segments(text).parts.size() <= (traits.joins ? most_joined : 1);
}

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_inside_character(char c) noexcept {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

// Bytes of the longest beginning of the text that fits behind `number`; at least one character.
std::size_t longest(std::string_view text, const std::string& number, const Traits& traits) {
  constexpr std::size_t most_characters = most_joined * 160;
  std::vector<std::size_t> ends;
  for (std::size_t at = 1; at <= text.size() && ends.size() < most_characters; ++at) {
    if (at == text.size() || !is_inside_character(text[at])) ends.push_back(at);
  }
  const auto too_long = std::partition_point(ends.begin() + 1, ends.end(), [&](std::size_t end) {
    return fits(number + std::string{text.substr(0, end)}, traits);
  });
  return *(too_long - 1);
}

// The cut moves back behind a word, unless the word fills half of the piece by itself.
std::size_t word_end(std::string_view text, std::size_t length) {
  if (length >= text.size() || is_blank(text[length])) return length;
  std::size_t at = length;
  while (at > 0 && !is_blank(text[at - 1])) --at;
  return at > length / 2 ? at : length;
}

std::string_view trim_front(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trim_back(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

// Where it stands with blanks or ends on both sides.
std::size_t find_word(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || is_blank(text[at - 1])) && (end == text.size() || is_blank(text[end]))) return at;
  }
  return text.npos;
}

// Empty: `total` are not enough.
std::vector<std::string> cut_into(std::string_view text, const Traits& traits, std::size_t total) {
  std::vector<std::string> out;
  text = trim_front(text);
  while (!text.empty()) {
    if (out.size() == total) return {};
    const std::string number = fmt::format("({}/{}) ", out.size() + 1, total);
    const std::size_t end = word_end(text, longest(text, number, traits));
    out.push_back(number + std::string{trim_back(text.substr(0, end))});
    text = trim_front(text.substr(end));
  }
  return out;
}

}  // namespace

std::vector<std::string> cut(std::string_view text, const Traits& traits) {
  if (fits(text, traits)) return {std::string{text}};
  // The number of the pieces is part of them, and so are its digits.
  for (const std::size_t most : {std::size_t{9}, most_pieces}) {
    const auto pieces = cut_into(text, traits, most);
    if (!pieces.empty()) return cut_into(text, traits, pieces.size());
  }
  return {};
}

std::size_t count_all(const std::vector<std::string>& pieces, bool is_mms) {
  std::size_t count = is_mms ? 1 : 0;
  for (std::size_t i = count; i < pieces.size(); ++i) count += count_segments(pieces[i]).parts.size();
  return count;
}

std::string without_links(std::string text, const std::vector<std::string>& links) {
  for (const std::string& link : links) {
    const auto at = find_word(text, link);
    if (at == text.npos) continue;
    const auto before = trim_back(std::string_view(text).substr(0, at));
    const auto behind = trim_front(std::string_view(text).substr(at + link.size()));
    const bool is_between = !before.empty() && !behind.empty();
    text = std::string(before) + (is_between ? " " : "") + std::string(behind);
  }
  return text;
}

std::string with_links(std::string text, const std::vector<std::string>& links) {
  for (const std::string& link : links) text += (text.empty() ? "" : "\n") + link;
  return text;
}

}  // namespace sms

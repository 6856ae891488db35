#include "legacy/irc/split.hpp"

#include <algorithm>
#include <optional>

#include "base/utf8.hpp"

namespace irc {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

// What attaches to the character before it: combining marks of the common scripts, variation selectors, skin tones,
// tags, ZWJ. Not the whole of UAX 29, but what is seen in chats.
constexpr Range extenders[] = {
    {0x0300, 0x036F},  {0x0483, 0x0489}, {0x0591, 0x05BD}, {0x05BF, 0x05C7}, {0x0610, 0x061A},   {0x064B, 0x065F},
    {0x0670, 0x0670},  {0x06D6, 0x06DC}, {0x06DF, 0x06E4}, {0x06E7, 0x06ED}, {0x0711, 0x0711},   {0x0730, 0x074A},
    {0x0900, 0x0903},  {0x093A, 0x093C}, {0x093E, 0x094F}, {0x0951, 0x0957}, {0x0981, 0x0983},   {0x09BC, 0x09CD},
    {0x0A01, 0x0A03},  {0x0A3C, 0x0A51}, {0x0ABC, 0x0ACD}, {0x0B3C, 0x0B57}, {0x0B82, 0x0B82},   {0x0BBE, 0x0BCD},
    {0x0C00, 0x0C04},  {0x0C3E, 0x0C56}, {0x0CBC, 0x0CD6}, {0x0D3B, 0x0D4D}, {0x0E31, 0x0E31},   {0x0E34, 0x0E3A},
    {0x0E47, 0x0E4E},  {0x0EB1, 0x0EB1}, {0x0EB4, 0x0EBC}, {0x0F71, 0x0F84}, {0x102B, 0x103E},   {0x1160, 0x11FF},
    {0x135D, 0x135F},  {0x17B4, 0x17D3}, {0x1AB0, 0x1AFF}, {0x1DC0, 0x1DFF}, {0x200C, 0x200D},   {0x20D0, 0x20FF},
    {0x302A, 0x302F},  {0x3099, 0x309A}, {0xFE00, 0xFE0F}, {0xFE20, 0xFE2F}, {0x1F3FB, 0x1F3FF}, {0xE0020, 0xE007F},
    {0xE0100, 0xE01EF}};

constexpr char32_t zero_width_joiner = 0x200D;

bool is_extender(char32_t c) {
  return std::any_of(std::begin(extenders), std::end(extenders),
                     [c](const Range& range) { return c >= range.first && c <= range.last; });
}

bool is_flag_letter(char32_t c) {
  return c >= 0x1F1E6 && c <= 0x1F1FF;
}

// The end of the character, as people see it, that starts at `at`; gives up when it is beyond `bytes`.
std::size_t cluster_end(std::string_view text, std::size_t at, std::size_t bytes) {
  const auto first = base::next_code_point(text, at);
  if (!first) return at;
  char32_t previous = *first;
  bool half_flag = is_flag_letter(previous);
  while (at < text.size() && at <= bytes) {
    std::size_t next = at;
    const auto c = base::next_code_point(text, next);
    if (!c) return at;
    const bool joins = is_extender(*c) || previous == zero_width_joiner || (half_flag && is_flag_letter(*c));
    if (!joins) return at;
    half_flag = false;
    previous = *c;
    at = next;
  }
  return at;
}

constexpr std::string_view separators[] = {"\r\n", "\n", "\r", "\xE2\x80\xA8", "\xE2\x80\xA9"};

std::size_t separator_at(std::string_view text, std::size_t at) {
  const char first = text[at];
  if (first != '\r' && first != '\n' && first != '\xE2') return 0;
  for (const auto separator : separators)
    if (text.substr(at, separator.size()) == separator) return separator.size();
  return 0;
}

template <class Lines>
void add_line(Lines& lines, std::string_view line) {
  if (line.find_first_not_of(" \t") != line.npos) lines.emplace_back(line);
}

template <class Lines>
Lines lines_of(std::string_view text) {
  Lines lines;
  std::size_t start = 0;
  for (std::size_t at = base::printable_run(text, 0); at < text.size(); at += base::printable_run(text, at)) {
    const std::size_t length = separator_at(text, at);
    if (length == 0) {
      ++at;
      continue;
    }
    add_line(lines, text.substr(start, at - start));
    start = at += length;
  }
  add_line(lines, text.substr(start));
  return lines;
}

}  // namespace

std::size_t cut_at(std::string_view text, std::size_t bytes) {
  const auto space = text.rfind(' ', bytes);
  if (space != text.npos && space >= bytes - bytes / 4 && space > 0) return space;
  std::size_t end = 0;
  for (std::size_t next = cluster_end(text, 0, bytes); next <= bytes; next = cluster_end(text, next, bytes)) end = next;
  if (end > 0) return end;
  // One cluster is longer than a line: between its code points then.
  end = base::utf8_prefix(text, bytes).size();
  return end > 0 ? end : std::min(bytes, text.size());
}

std::vector<std::string> split_lines(std::string_view text) {
  return lines_of<std::vector<std::string>>(text);
}

std::vector<std::string_view> line_views(std::string_view text) {
  return lines_of<std::vector<std::string_view>>(text);
}

std::vector<std::string> split_text(std::string_view text, std::size_t bytes) {
  std::vector<std::string> pieces;
  bytes = std::max<std::size_t>(bytes, 1);
  while (text.size() > bytes) {
    const std::size_t end = cut_at(text, bytes);
    pieces.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
    if (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  }
  if (!text.empty()) pieces.emplace_back(text);
  return pieces;
}

std::string cut_text(std::string_view text, std::size_t bytes) {
  bytes = std::max<std::size_t>(bytes, 1);
  return std::string(text.size() > bytes ? text.substr(0, cut_at(text, bytes)) : text);
}

}  // namespace irc

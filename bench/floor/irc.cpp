#include "bench/floor/irc.hpp"

namespace bottom {
namespace {

std::string_view cut_word(std::string_view& text) {
  const auto space = text.find(' ');
  const std::string_view word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

}  // namespace

Line parse_line(std::string_view text) {
  Line line;
  if (text.starts_with('@')) cut_word(text);
  if (text.starts_with(':')) {
    const std::string_view source = cut_word(text).substr(1);
    const auto mark = source.find('!');
    line.nick = source.substr(0, mark);
    if (mark != std::string_view::npos) line.address = source.substr(mark + 1);
  }
  line.command = cut_word(text);
  while (!text.empty() && line.count < line.params.size()) {
    const bool is_last = text.starts_with(':');
    line.params[line.count++] = is_last ? text.substr(1) : cut_word(text);
    if (is_last) break;
  }
  return line;
}

}  // namespace bottom

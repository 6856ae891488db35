#include "legacy/irc/message.hpp"

#include <algorithm>
#include <cctype>

#include "base/utf8.hpp"

namespace irc {
namespace {

// Cuts the text up to the next space off `rest` and skips the spaces behind it.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(end);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

decltype(Message::tags) parse_tags(std::string_view text) {
  decltype(Message::tags) tags;
  while (!text.empty()) {
    const auto end = std::min(text.find(';'), text.size());
    const auto tag = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = std::min(tag.find('='), tag.size());
    if (equals == 0) continue;
    std::string value = unescape_tag(tag.substr(std::min(equals + 1, tag.size())));
    // A tag value has to be UTF-8; one that isn't is worth nothing.
    if (!base::is_utf8(value)) value.clear();
    tags[decode(tag.substr(0, equals), Charset::latin1)] = std::move(value);
  }
  return tags;
}

bool is_command(std::string_view word) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return std::all_of(word.begin(), word.end(), is_letter) ||
         (word.size() == 3 && std::all_of(word.begin(), word.end(), is_digit));
}

std::string upper(std::string_view word) {
  std::string out(word);
  std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) { return std::toupper(c); });
  return out;
}

// Neither to be decoded nor to be made safe.
bool is_plain(std::string_view word) {
  return base::printable_run(word, 0) == word.size();
}

void parse_params(std::string_view rest, Charset charset, std::vector<std::string>& params) {
  while (!rest.empty() && params.size() < max_params) {
    const bool trailing = rest.front() == ':';
    const auto word = trailing ? rest.substr(1) : take_word(rest);
    params.push_back(is_plain(word) ? std::string(word) : wire_safe(decode(word, charset)));
    if (trailing) return;
  }
}

constexpr std::pair<char, char> tag_escapes[] = {{':', ';'}, {'s', ' '}, {'\\', '\\'}, {'r', '\r'}, {'n', '\n'}};

}  // namespace

Source Source::parse(std::string_view text) {
  Source out;
  const auto at = text.find('@');
  if (at != text.npos) out.host = text.substr(at + 1);
  const auto left = text.substr(0, at);
  const auto bang = left.find('!');
  if (bang != left.npos) out.user = left.substr(bang + 1);
  out.nick = left.substr(0, bang);
  return out;
}

base::Result<Message, MessageError> Message::parse(std::string_view line, Charset charset) {
  if (line.size() > max_tags + max_line) return MessageError::too_long;
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (line.empty()) return MessageError::empty;
  Message out;
  if (line.front() == '@') out.tags = parse_tags(take_word(line).substr(1));
  if (!line.empty() && line.front() == ':') {
    const std::string_view source = take_word(line).substr(1);
    out.source = is_plain(source) ? Source::parse(source) : Source::parse(wire_safe(decode(source, charset)));
  }
  const auto command = take_word(line);
  if (command.empty()) return MessageError::no_command;
  if (!is_command(command)) return MessageError::bad_command;
  out.command = upper(command);
  parse_params(line, charset, out.params);
  return out;
}

const std::string& Message::param(std::size_t index) const {
  static const std::string none;
  return index < params.size() ? params[index] : none;
}

std::string Message::tag(std::string_view name) const {
  const auto found = tags.find(name);
  return found == tags.end() ? std::string{} : found->second;
}

std::string unescape_tag(std::string_view value) {
  std::string out;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] != '\\') {
      out += value[i];
      continue;
    }
    if (++i == value.size()) break;  // a lone backslash at the end is dropped
    const auto known = std::find_if(std::begin(tag_escapes), std::end(tag_escapes),
                                    [&](const auto& escape) { return escape.first == value[i]; });
    out += known == std::end(tag_escapes) ? value[i] : known->second;
  }
  return out;
}

std::string escape_tag(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const auto known = std::find_if(std::begin(tag_escapes), std::end(tag_escapes),
                                    [&](const auto& escape) { return escape.second == c; });
    if (known == std::end(tag_escapes)) {
      if (c != '\0') out += c;
    } else {
      out += '\\';
      out += known->first;
    }
  }
  return out;
}

std::string wire_safe(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
  return out;
}

bool is_middle(std::string_view text) {
  if (text.empty() || text.front() == ':') return false;
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; });
}

namespace {

void append_safe(std::string& out, std::string_view text) {
  if (base::printable_run(text, 0) == text.size()) {
    out += text;
  } else {
    out += wire_safe(text);
  }
}

template <class Params>
std::string join_line(std::string_view command, const Params& params, std::size_t more) {
  std::string out;
  std::size_t size = command.size() + more;
  for (const auto& param : params) size += 1 + param.size();
  out.reserve(size);
  out += command;
  for (const auto& param : params) {
    out += ' ';
    append_safe(out, param);
  }
  return out;
}

}  // namespace

std::string command_line(std::string_view command, std::initializer_list<std::string_view> params) {
  return join_line(command, params, 0);
}

std::string command_line(std::string_view command, const std::vector<std::string>& params) {
  return join_line(command, params, 0);
}

std::string text_line(std::string_view command, std::initializer_list<std::string_view> params, std::string_view text) {
  std::string out = join_line(command, params, text.size() + 2);
  out += " :";
  append_safe(out, text);
  return out;
}

std::string joined_words(const Message& message, std::size_t first, std::size_t end) {
  std::string out;
  for (std::size_t i = first; i < std::min(end, message.params.size()); ++i)
    out += (out.empty() ? "" : " ") + message.params[i];
  return out;
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace irc

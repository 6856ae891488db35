#include "bench/load/scan.hpp"

#include <charconv>

namespace load {
namespace {

constexpr std::pair<std::string_view, char> entities[] = {
    {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''},
};

}  // namespace

std::size_t element_size(std::string_view text) {
  int depth = 0;
  std::size_t at = 0;
  while (at < text.size()) {
    const auto open = text.find('<', at);
    if (open == std::string_view::npos || open + 1 >= text.size()) return 0;
    const auto close = text.find('>', open);
    if (close == std::string_view::npos) return 0;
    if (text[open + 1] == '/') {
      --depth;
    } else if (text[close - 1] != '/') {
      ++depth;
    }
    at = close + 1;
    if (depth == 0) return at;
  }
  return 0;
}

std::string_view attribute(std::string_view element, std::string_view name) {
  const std::string_view tag = up_to(element, '>');
  for (std::size_t at = tag.find(name); at != std::string_view::npos; at = tag.find(name, at + 1)) {
    const std::size_t quote = at + name.size() + 1;
    if (at == 0 || tag[at - 1] != ' ' || quote >= tag.size() || tag[quote - 1] != '=') continue;
    return up_to(tag.substr(quote + 1), tag[quote]);
  }
  return {};
}

std::string_view child_text(std::string_view element, std::string_view name) {
  for (std::size_t at = element.find(name); at != std::string_view::npos; at = element.find(name, at + 1)) {
    if (at == 0 || element[at - 1] != '<') continue;
    const auto close = element.find('>', at);
    if (close == std::string_view::npos || element[close - 1] == '/') return {};
    return up_to(element.substr(close + 1), '<');
  }
  return {};
}

std::string unescaped(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&')) {
    plain += text.substr(0, at);
    text.remove_prefix(at);
    std::size_t taken = 1;
    char c = '&';
    for (const auto& [entity, meaning] : entities) {
      if (!text.starts_with(entity)) continue;
      c = meaning;
      taken = entity.size();
      break;
    }
    plain += c;
    text.remove_prefix(taken);
  }
  plain += text;
  return plain;
}

std::string escaped(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c > '>' || (c != '&' && c != '<' && c != '>' && c != '"' && c != '\'')) continue;
    out += text.substr(begin, at - begin);
    for (const auto& [entity, meaning] : entities) {
      if (c == meaning) out += entity;
    }
    begin = at + 1;
  }
  out += text.substr(begin);
  return out;
}

std::int64_t number(std::string_view text, int base) {
  std::int64_t value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  return error == std::errc{} && end == text.data() + text.size() ? value : -1;
}

}  // namespace load

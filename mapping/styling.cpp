#include "mapping/styling.hpp"

#include <algorithm>
#include <optional>

namespace mapping {

using legacy::Span;

namespace {

constexpr std::string_view fence = "```";
constexpr std::string_view directives = "*_~`";
constexpr std::size_t deepest = 4;  // one within the other: there are no more directives

Span::Style style_of(char directive) {
  switch (directive) {
    case '*': return Span::bold;
    case '_': return Span::italic;
    case '~': return Span::strike;
    default: return Span::monospace;
  }
}

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

class Styler {
 public:
  explicit Styler(bool converts) : converts_(converts) {}

  Formatted read(std::string_view text) {
    while (!text.empty()) {
      const std::string_view line = take_line(text);
      const bool is_fence = line.starts_with(fence) && !is_open_ended_;
      const auto block = is_fence ? block_length(text) : std::nullopt;
      if (!block) {
        is_open_ended_ = is_open_ended_ || is_fence;
        inside(line);
        continue;
      }
      const std::size_t start = out_.text.size();
      out_.text += text.substr(0, *block);
      mark(start, Span::monospace);
      text.remove_prefix(*block);
      take_line(text);
    }
    if (converts_) out_.spans = flatten(marks_);
    return std::move(out_);
  }

 private:
  // With its line break.
  static std::string_view take_line(std::string_view& text) {
    const auto end = text.find('\n');
    const std::string_view line = text.substr(0, end == text.npos ? end : end + 1);
    text.remove_prefix(line.size());
    return line;
  }

  // How much comes before the fence that ends the block; nothing when there is none.
  static std::optional<std::size_t> block_length(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) {
      const auto end = std::min(text.find('\n', at), text.size());
      std::string_view line = text.substr(at, end - at);
      while (!line.empty() && (is_space(line.back()) || line.back() == '\r')) line.remove_suffix(1);
      if (line == fence) return at;
      at = end + 1;
    }
    return std::nullopt;
  }

  void mark(std::size_t start, Span::Style style) {
    if (marks_.size() < max_marks) marks_.push_back({start, out_.text.size(), style});
  }

  // Section 5.2: a span opens at the start or behind a blank or another directive, holds something, and does not end
  // with a blank.
  void inside(std::string_view text, std::size_t depth = 0) {
    if (!converts_ || depth > deepest) {
      out_.text += text;
      return;
    }
    for (std::size_t at = 0; at < text.size();) {
      const bool may_open = directives.find(text[at]) != directives.npos &&
                            (at == 0 || is_space(text[at - 1]) || directives.find(text[at - 1]) != directives.npos);
      const auto close = may_open ? closing(text, at) : std::nullopt;
      if (!close) {
        out_.text += text[at++];
        continue;
      }
      const std::size_t start = out_.text.size();
      const std::string_view content = text.substr(at + 1, *close - at - 1);
      if (text[at] == '`') {
        out_.text += content;
      } else {
        inside(content, depth + 1);
      }
      mark(start, style_of(text[at]));
      at = *close + 1;
    }
  }

  static std::optional<std::size_t> closing(std::string_view text, std::size_t open) {
    if (open + 1 >= text.size() || is_space(text[open + 1]) || text[open + 1] == '\n') return std::nullopt;
    const auto close = text.find(text[open], open + 1);
    const bool is_good = close != text.npos && close > open + 1 && !is_space(text[close - 1]);
    return is_good ? std::optional(close) : std::nullopt;
  }

  bool converts_;
  bool is_open_ended_ = false;  // no fence ahead can end a block: not to be looked for again
  Formatted out_;
  std::vector<Mark> marks_;
};

}  // namespace

Formatted read_styling(std::string text, bool convert) {
  if (!convert && text.find(fence) == text.npos) return {std::move(text), {}};
  return Styler(convert).read(text);
}

}  // namespace mapping

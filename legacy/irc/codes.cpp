#include "legacy/irc/codes.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>

#include "base/utf8.hpp"
#include "legacy/irc/format.hpp"
#include "legacy/irc/split.hpp"

namespace irc {
namespace {

using legacy::Colour;
using legacy::Span;

// 0 to 15 as most clients show them, 16 to 98 as all do.
constexpr std::array<Colour, 99> palette = {
    0xffffff, 0x000000, 0x00007f, 0x009300, 0xff0000, 0x7f0000, 0x9c009c, 0xfc7f00, 0xffff00, 0x00fc00, 0x009393,
    0x00ffff, 0x0000fc, 0xff00ff, 0x7f7f7f, 0xd2d2d2, 0x470000, 0x472100, 0x474700, 0x324700, 0x004700, 0x00472c,
    0x004747, 0x002747, 0x000047, 0x2e0047, 0x470047, 0x47002a, 0x740000, 0x743a00, 0x747400, 0x517400, 0x007400,
    0x007449, 0x007474, 0x004074, 0x000074, 0x4b0074, 0x740074, 0x740045, 0xb50000, 0xb56300, 0xb5b500, 0x7db500,
    0x00b500, 0x00b571, 0x00b5b5, 0x0063b5, 0x0000b5, 0x7500b5, 0xb500b5, 0xb5006b, 0xff0000, 0xff8c00, 0xffff00,
    0xb2ff00, 0x00ff00, 0x00ffa0, 0x00ffff, 0x008cff, 0x0000ff, 0xa500ff, 0xff00ff, 0xff0098, 0xff5959, 0xffb459,
    0xffff71, 0xcfff60, 0x6fff6f, 0x65ffc9, 0x6dffff, 0x59b4ff, 0x5959ff, 0xc459ff, 0xff66ff, 0xff59bc, 0xff9c9c,
    0xffd39c, 0xffff9c, 0xe2ff9c, 0x9cff9c, 0x9cffdb, 0x9cffff, 0x9cd3ff, 0x9c9cff, 0xdc9cff, 0xff9cff, 0xff94d3,
    0x000000, 0x131313, 0x282828, 0x363636, 0x4d4d4d, 0x656565, 0x818181, 0x9f9f9f, 0xbcbcbc, 0xe2e2e2, 0xffffff};

constexpr char colour_code = '\x03';
constexpr char hex_code = '\x04';
constexpr char reset_code = '\x0f';
constexpr char reverse_code = '\x16';

struct Toggle {
  char code;
  Span::Style style;
};
constexpr Toggle toggles[] = {{'\x02', Span::bold},
                              {'\x1d', Span::italic},
                              {'\x1f', Span::underline},
                              {'\x1e', Span::strike},
                              {'\x11', Span::monospace}};

const Toggle* toggle_of(char code) {
  const auto* const found =
      std::find_if(std::begin(toggles), std::end(toggles), [code](const Toggle& each) { return each.code == code; });
  return found == std::end(toggles) ? nullptr : found;
}

// How text looks from some point on.
struct Look {
  unsigned styles = 0;
  std::optional<Colour> foreground, background;
  bool operator==(const Look&) const = default;
  bool is_plain() const { return *this == Look{}; }
};

Look look_of(const Span& span) {
  return {span.styles, span.foreground, span.background};
}

class Reader {
 public:
  explicit Reader(std::string_view line) : line_(line) { out_.text.reserve(line.size()); }

  Styled read() {
    while (at_ < line_.size()) {
      const std::size_t ordinary = base::printable_run(line_, at_);
      append(ordinary);
      at_ += ordinary;
      if (at_ < line_.size()) next();
    }
    end_span();
    return std::move(out_);
  }

 private:
  void next() {
    const char c = line_[at_];
    if (const Toggle* const toggle = toggle_of(c)) {
      change([&] { look_.styles ^= toggle->style; });
    } else if (c == reverse_code) {
      change([&] { reversed_ = !reversed_; });
    } else if (c == reset_code) {
      change([&] {
        look_ = {};
        reversed_ = false;
      });
    } else if (c == colour_code || c == hex_code) {
      return colours(c == hex_code);
    } else {
      return character();
    }
    ++at_;
  }

  template <class Change>
  void change(Change apply) {
    end_span();
    apply();
  }

  void character() {
    const std::size_t start = at_;
    const auto c = base::next_code_point(line_, at_);
    const bool is_control = c && (*c < 0x20 || *c == 0x7F) && *c != '\t';
    if (!c || is_control || !base::is_xml_char(*c)) return;
    const std::size_t length = at_ - start;
    at_ = start;
    append(length);
    at_ += length;
  }

  void append(std::size_t length) { out_.text.append(line_, at_, length); }

  // Behind a colour code: "4", "12,05", "ff0000,00ff00"; nothing ends both colours. A comma without a colour behind it
  // is text.
  void colours(bool is_hex) {
    ++at_;
    end_span();
    const auto first = colour(is_hex);
    if (!first) {
      look_.foreground = look_.background = std::nullopt;
      return;
    }
    look_.foreground = *first;
    if (at_ >= line_.size() || line_[at_] != ',') return;
    const std::size_t comma = at_++;
    const auto second = colour(is_hex);
    if (second) {
      look_.background = *second;
    } else {
      at_ = comma;
    }
  }

  // Outer: there is one; inner: it is not the default.
  std::optional<std::optional<Colour>> colour(bool is_hex) {
    const std::size_t most = is_hex ? 6 : 2;
    std::size_t count = 0;
    while (count < most && at_ + count < line_.size()) {
      const auto c = static_cast<unsigned char>(line_[at_ + count]);
      if (is_hex ? std::isxdigit(c) == 0 : std::isdigit(c) == 0) break;
      ++count;
    }
    if (count == 0 || (is_hex && count < most)) return std::nullopt;
    const auto value =
        static_cast<Colour>(std::stoul(std::string(line_.substr(at_, count)), nullptr, is_hex ? 16 : 10));
    at_ += count;
    if (is_hex) return std::optional<Colour>(value);
    return value < palette.size() ? std::optional<Colour>(palette[value]) : std::nullopt;
  }

  // What has been read since the last change of look.
  void end_span() {
    const std::size_t end = out_.text.size();
    const std::size_t start = std::exchange(start_, end);
    Look look = look_;
    if (reversed_) std::swap(look.foreground, look.background);
    if (start == end || look.is_plain() || out_.spans.size() >= max_spans) return;
    if (!out_.spans.empty() && out_.spans.back().end == start && look_of(out_.spans.back()) == look) {
      out_.spans.back().end = end;
      return;
    }
    out_.spans.push_back({start, end, look.styles, look.foreground, look.background});
  }

  std::string_view line_;
  std::size_t at_ = 0;
  std::size_t start_ = 0;
  Look look_;
  bool reversed_ = false;
  Styled out_;
};

unsigned distance(Colour a, Colour b) {
  unsigned sum = 0;
  for (const int shift : {0, 8, 16}) {
    const int difference = static_cast<int>(a >> shift & 0xff) - static_cast<int>(b >> shift & 0xff);
    sum += static_cast<unsigned>(difference * difference);
  }
  return sum;
}

// The nearest that there is, two digits; the first 16 are known to every client and win when equally near.
std::string number(std::optional<Colour> colour) {
  if (!colour) return "99";
  const auto* const best = std::min_element(
      palette.begin(), palette.end(), [&](Colour a, Colour b) { return distance(a, *colour) < distance(b, *colour); });
  const auto index = best - palette.begin();
  return {static_cast<char>('0' + index / 10), static_cast<char>('0' + index % 10)};
}

// From one look to the other. `next` is the character behind it: a digit or a comma would be read as a colour's.
void write_change(std::string& out, const Look& from, const Look& to, char next) {
  for (const Toggle& toggle : toggles)
    if ((from.styles ^ to.styles) & toggle.style) out += toggle.code;
  if (from.foreground == to.foreground && from.background == to.background) return;
  out += colour_code;
  if (to.foreground || to.background) {
    out += number(to.foreground);
    if (to.background || from.background) out += "," + number(to.background);
  }
  if (next == ',' || (next >= '0' && next <= '9')) out += "\x02\x02";
}

}  // namespace

Styled read_codes(std::string_view line) {
  if (base::printable_run(line, 0) == line.size()) return {std::string(line), {}};
  return Reader(line).read();
}

std::string write_codes(const Styled& styled) {
  if (styled.spans.empty()) return strip_controls(styled.text);
  const std::string_view text = styled.text;
  std::string out;
  Look now;
  std::size_t at = 0;
  const auto write = [&](std::size_t end, const Look& look) {
    end = std::min(end, text.size());
    if (at >= end) return;
    const std::string clean = strip_controls(text.substr(at, end - at));
    at = end;
    if (clean.empty()) return;
    write_change(out, now, look, clean.front());
    now = look;
    out += clean;
  };
  for (const Span& span : styled.spans) {
    write(span.start, {});
    write(span.end, look_of(span));
  }
  write(text.size(), {});
  write_change(out, now, {}, '\0');
  return out;
}

Styled slice(const Styled& styled, std::size_t start, std::size_t length) {
  Styled out{styled.text.substr(start, length), {}};
  const std::size_t end = start + out.text.size();
  for (Span span : styled.spans) {
    span.start = std::max(span.start, start);
    span.end = std::min(span.end, end);
    if (span.start >= span.end) continue;
    span.start -= start;
    span.end -= start;
    out.spans.push_back(span);
  }
  return out;
}

std::vector<Styled> split_styled(const Styled& styled, std::size_t bytes) {
  std::vector<Styled> pieces;
  Styled rest = styled;
  while (!rest.text.empty()) {
    std::size_t first = 0;
    base::next_code_point(rest.text, first);
    first = std::max<std::size_t>(first, 1);  // bytes of the first code point
    std::size_t limit = bytes;
    std::size_t end = rest.text.size() > limit ? cut_at(rest.text, limit) : rest.text.size();
    Styled piece = slice(rest, 0, end);
    for (std::size_t size = write_codes(piece).size(); size > bytes && end > first; size = write_codes(piece).size()) {
      // Codes take up as much of what is left as of the whole.
      limit = std::max(std::min(end - 1, end * bytes / size), first);
      end = cut_at(rest.text, limit);
      piece = slice(rest, 0, end);
    }
    pieces.push_back(std::move(piece));
    if (end < rest.text.size() && rest.text[end] == ' ') ++end;
    rest = slice(rest, end, std::string::npos);
  }
  return pieces;
}

}  // namespace irc

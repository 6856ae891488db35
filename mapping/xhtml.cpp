#include "mapping/xhtml.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>

namespace mapping {

using component::xml::Element;
using legacy::Colour;
using legacy::Span;

namespace {

constexpr std::size_t deepest = 30;
constexpr std::size_t longest = 64 * 1024;  // bytes
constexpr std::array blocks{"p",  "div", "li",         "h1",  "h2", "h3", "h4",
                            "h5", "h6",  "blockquote", "pre", "ul", "ol", "tr"};
constexpr std::array silent{"script", "style", "head", "title", "object", "iframe", "template"};

// The names of XHTML 1.0 and CSS 2 that clients use.
struct Tag {
  std::string_view name;
  Span::Style style;
};
constexpr Tag tags[] = {{"strong", Span::bold},   {"b", Span::bold},         {"em", Span::italic},
                        {"i", Span::italic},      {"cite", Span::italic},    {"u", Span::underline},
                        {"ins", Span::underline}, {"s", Span::strike},       {"del", Span::strike},
                        {"strike", Span::strike}, {"code", Span::monospace}, {"tt", Span::monospace},
                        {"pre", Span::monospace}, {"kbd", Span::monospace}};
struct Named {
  std::string_view name;
  Colour colour;
};
constexpr Named colours[] = {{"aqua", 0x00ffff},  {"black", 0x000000},  {"blue", 0x0000ff},   {"fuchsia", 0xff00ff},
                             {"gray", 0x808080},  {"green", 0x008000},  {"lime", 0x00ff00},   {"maroon", 0x800000},
                             {"navy", 0x000080},  {"olive", 0x808000},  {"orange", 0xffa500}, {"purple", 0x800080},
                             {"red", 0xff0000},   {"silver", 0xc0c0c0}, {"teal", 0x008080},   {"white", 0xffffff},
                             {"yellow", 0xffff00}};

struct Look {
  unsigned styles = 0;
  std::optional<Colour> foreground, background;
  bool operator==(const Look&) const = default;
};

template <class Names>
bool is_one_of(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::optional<Colour> colour_of(std::string_view value) {
  for (const Named& named : colours)
    if (named.name == value) return named.colour;
  if (value.size() != 4 && value.size() != 7) return std::nullopt;
  Colour out = 0;
  const auto [end, error] = std::from_chars(value.data() + 1, value.data() + value.size(), out, 16);
  if (value.front() != '#' || error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  if (value.size() == 7) return out;
  return (out >> 8 & 0xf) * 0x110000 + (out >> 4 & 0xf) * 0x1100 + (out & 0xf) * 0x11;
}

// One declaration of a style attribute.
void apply(Look& look, std::string_view property, std::string_view value) {
  const auto says = [value](std::string_view word) { return value.find(word) != value.npos; };
  if (property == "font-weight" && (says("bold") || value >= "600")) look.styles |= Span::bold;
  if (property == "font-style" && (says("italic") || says("oblique"))) look.styles |= Span::italic;
  if (property == "font-family" && says("monospace")) look.styles |= Span::monospace;
  if (property == "text-decoration" && says("underline")) look.styles |= Span::underline;
  if (property == "text-decoration" && says("line-through")) look.styles |= Span::strike;
  if (property == "color") look.foreground = colour_of(value);
  if (property == "background-color" || property == "background") look.background = colour_of(value);
}

Look look_of(const Element& element, Look look) {
  for (const Tag& tag : tags)
    if (element.name() == tag.name) look.styles |= tag.style;
  std::string_view style = element.attr("style");
  while (!style.empty()) {
    const auto end = std::min(style.find(';'), style.size());
    const std::string_view declaration = style.substr(0, end);
    style.remove_prefix(std::min(end + 1, style.size()));
    const auto colon = declaration.find(':');
    if (colon != declaration.npos) apply(look, trim(declaration.substr(0, colon)), trim(declaration.substr(colon + 1)));
  }
  return look;
}

class Reader {
 public:
  // False when a bound was broken.
  bool read(const Element& element, const Look& outer, std::size_t depth) {
    if (depth > deepest || out_.text.size() > longest) return false;
    if (is_one_of(silent, element.name())) return true;
    if (element.name() == "br") append("\n", {});
    if (element.name() == "img") append(element.attr("alt"), outer);
    const bool is_block = is_one_of(blocks, element.name());
    if (is_block) new_line();
    const Look look = look_of(element, outer);
    const std::size_t start = out_.text.size();
    for (const Element::Node& node : element.nodes()) {
      const auto* const child = std::get_if<Element>(&node);
      if (!child) append(std::get<std::string>(node), look);
      if (child && !read(*child, look, depth + 1)) return false;
    }
    if (element.name() == "a") name_target(element.attr("href"), start, look);
    if (is_block) is_line_due_ = !out_.text.empty();
    return true;
  }

  Formatted take() { return std::move(out_); }

 private:
  // What a link leads to, unless that is what it says.
  void name_target(std::string_view target, std::size_t start, const Look& look) {
    if (target.empty() || std::string_view(out_.text).substr(start) == target) return;
    append(start == out_.text.size() ? target : " <" + std::string(target) + ">", look);
  }

  void new_line() { is_line_due_ = is_line_due_ || (!out_.text.empty() && out_.text.back() != '\n'); }

  void append(std::string_view text, const Look& look) {
    if (text.empty()) return;
    if (std::exchange(is_line_due_, false) && out_.text.back() != '\n') out_.text += '\n';
    const std::size_t start = out_.text.size();
    out_.text += text;
    if (look == Look{} || out_.spans.size() >= max_marks) return;
    Span* const last = out_.spans.empty() ? nullptr : &out_.spans.back();
    const bool continues = last && last->end == start && Look{last->styles, last->foreground, last->background} == look;
    if (continues) {
      last->end = out_.text.size();
    } else {
      out_.spans.push_back({start, out_.text.size(), look.styles, look.foreground, look.background});
    }
  }

  Formatted out_;
  bool is_line_due_ = false;
};

std::string css_of(const Span& span) {
  std::string css;
  const auto add = [&css](std::string_view declaration) { css.append(css.empty() ? "" : "; ").append(declaration); };
  const auto add_colour = [&add](const char* property, Colour colour) {
    char text[48];
    std::snprintf(text, sizeof text, "%s: #%06x", property, colour & 0xffffff);
    add(text);
  };
  if (span.styles & Span::bold) add("font-weight: bold");
  if (span.styles & Span::italic) add("font-style: italic");
  if (span.styles & Span::monospace) add("font-family: monospace");
  const bool underlined = span.styles & Span::underline, struck = span.styles & Span::strike;
  if (underlined && struck) add("text-decoration: underline line-through");
  if (underlined != struck) add(underlined ? "text-decoration: underline" : "text-decoration: line-through");
  if (span.foreground) add_colour("color", *span.foreground);
  if (span.background) add_colour("background-color", *span.background);
  return css;
}

}  // namespace

std::optional<Formatted> read_xhtml(const Element& html) {
  const Element* const body = html.child("body", ns_xhtml);
  Reader reader;
  if (!body || !reader.read(*body, {}, 0)) return std::nullopt;
  Formatted read = reader.take();
  const bool has_text = read.text.find_first_not_of(" \t\r\n") != std::string::npos;
  return has_text && read.text.size() <= longest ? std::optional(std::move(read)) : std::nullopt;
}

Element write_xhtml(std::string_view text, const std::vector<Span>& spans) {
  Element html("html", ns_xhtml_im);
  Element& body = html.append(Element("body", ns_xhtml));
  std::size_t at = 0;
  for (const Span& span : spans) {
    if (span.start > at) body.text(text.substr(at, span.start - at));
    body.add(Element("span").set("style", css_of(span)).text(text.substr(span.start, span.end - span.start)));
    at = span.end;
  }
  if (at < text.size()) body.text(text.substr(at));
  return html;
}

}  // namespace mapping

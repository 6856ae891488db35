#include "mapping/formatted.hpp"

#include <algorithm>
#include <charconv>

#include "base/utf8.hpp"
#include "component/stanza.hpp"
#include "mapping/reply.hpp"
#include "mapping/styling.hpp"
#include "mapping/text.hpp"
#include "mapping/xhtml.hpp"

namespace mapping {

using component::xml::Element;
using legacy::Span;

namespace {

constexpr std::string_view ns_markup = "urn:xmpp:markup:0";
constexpr std::string_view ns_styling = "urn:xmpp:styling:0";
constexpr std::string_view ns_spoiler = "urn:xmpp:spoiler:0";
constexpr legacy::Colour black = 0;

struct Row {
  const char* name;
  Span::Style style;
};
constexpr Row markup_names[] = {
    {"strong", Span::bold}, {"emphasis", Span::italic}, {"deleted", Span::strike}, {"code", Span::monospace}};
constexpr unsigned markup_styles = Span::bold | Span::italic | Span::strike | Span::monospace;

std::size_t number(std::string_view text, std::size_t otherwise) {
  std::size_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? out : otherwise;
}

unsigned style_of(const Element& mark) {
  if (mark.name() == "bcode") return Span::monospace;
  if (mark.name() != "span") return 0;
  unsigned style = 0;
  for (const Row& row : markup_names)
    if (mark.child(row.name, mark.ns())) style |= row.style;
  return style;
}

// Where each of these code points begins, in bytes; `points` in ascending order. Beyond the end: the end.
std::vector<std::size_t> offsets(std::string_view text, const std::vector<std::size_t>& points) {
  std::vector<std::size_t> out;
  std::size_t at = 0, point = 0;
  for (const std::size_t wanted : points) {
    for (; point < wanted && at < text.size(); ++point) base::next_code_point(text, at);
    out.push_back(at);
  }
  return out;
}

std::vector<Span> read_markup(const Element& markup, std::string_view body) {
  std::vector<Mark> marks;
  std::vector<std::size_t> points;
  for (const Element* const each : markup.children()) {
    const Mark mark{number(each->attr("start"), 0), number(each->attr("end"), 0), style_of(*each)};
    if (mark.style == 0 || mark.start >= mark.end || marks.size() >= max_marks) continue;
    marks.push_back(mark);
    points.insert(points.end(), {mark.start, mark.end});
  }
  std::sort(points.begin(), points.end());
  points.erase(std::unique(points.begin(), points.end()), points.end());
  const auto bytes = offsets(body, points);
  const auto byte_of = [&](std::size_t point) {
    return bytes[static_cast<std::size_t>(std::lower_bound(points.begin(), points.end(), point) - points.begin())];
  };
  for (Mark& mark : marks) mark = {byte_of(mark.start), byte_of(mark.end), mark.style};
  return flatten(marks);
}

Element write_markup(std::string_view body, const std::vector<Span>& spans) {
  Element markup("markup", ns_markup);
  std::size_t at = 0, point = 0;
  const auto point_of = [&](std::size_t byte) {
    for (; at < byte && at < body.size(); ++point) base::next_code_point(body, at);
    return point;
  };
  for (auto span = spans.begin(); span != spans.end();) {
    const unsigned styles = span->styles & markup_styles;
    const std::size_t start = span->start;
    std::size_t end = span->end;
    // Colours make spans of their own that are one here.
    for (++span; span != spans.end() && span->start == end && (span->styles & markup_styles) == styles; ++span)
      end = span->end;
    if (styles == 0) continue;
    Element& mark = markup.append(Element("span"));
    mark.set("start", std::to_string(point_of(start))).set("end", std::to_string(point_of(end)));
    for (const Row& row : markup_names)
      if (styles & row.style) mark.add(Element(component::xml::Name(std::string_view(row.name))));
  }
  return markup;
}

Formatted without_start(Formatted said, std::size_t size) {
  said.text.erase(0, size);
  std::erase_if(said.spans, [size](const Span& span) { return span.end <= size; });
  for (Span& span : said.spans) span.start = std::max(span.start, size) - size, span.end -= size;
  return said;
}

// XEP-0382: the hint can be read, the rest has the colour of what is behind it.
void hide(Formatted& said, const std::string& hint) {
  if (!hint.empty()) said.text.insert(0, hint + ": ");
  const std::size_t shown = hint.empty() ? 0 : hint.size() + 2;
  said.spans = {Span{shown, said.text.size(), 0, black, black}};
}

}  // namespace

std::vector<Span> flatten(const std::vector<Mark>& marks) {
  struct Edge {
    std::size_t at;
    unsigned style;
    int step;
  };
  std::vector<Edge> edges;
  for (const Mark& mark : marks) {
    if (mark.start >= mark.end) continue;
    edges.push_back({mark.start, mark.style, 1});
    edges.push_back({mark.end, mark.style, -1});
  }
  std::sort(edges.begin(), edges.end(), [](const Edge& a, const Edge& b) { return a.at < b.at; });
  std::vector<Span> spans;
  int depths[8] = {};
  unsigned styles = 0;
  std::size_t from = 0;
  for (const Edge& edge : edges) {
    if (edge.at > from && styles != 0) {
      const bool continues = !spans.empty() && spans.back().end == from && spans.back().styles == styles;
      if (continues) {
        spans.back().end = edge.at;
      } else {
        spans.push_back({from, edge.at, styles, {}, {}});
      }
    }
    from = edge.at;
    styles = 0;
    for (unsigned bit = 0; bit < std::size(depths); ++bit) {
      if (edge.style >> bit & 1u) depths[bit] += edge.step;
      if (depths[bit] > 0) styles |= 1u << bit;
    }
  }
  return spans;
}

Formatted read_formatting(const Element& message, std::string body, bool convert_styling) {
  const Element* markup = nullptr;
  const Element* html = nullptr;
  const Element* spoiler = nullptr;
  bool is_unstyled = false;
  std::vector<std::string> links;
  for (const Element::Node& node : message.nodes()) {
    const auto* const child = std::get_if<Element>(&node);
    if (!child || child->ns() == component::ns_component) continue;
    if (std::string link = link_of(*child); !link.empty()) links.push_back(std::move(link));
    if (child->is("markup", ns_markup)) markup = child;
    if (child->is("html", ns_xhtml_im)) html = child;
    if (child->is("spoiler", ns_spoiler)) spoiler = child;
    is_unstyled = is_unstyled || child->is("unstyled", ns_styling);
  }
  Formatted said{std::move(body), {}};
  const std::size_t quote = quote_size(message, said.text);
  if (markup) said.spans = read_markup(*markup, said.text);
  if (quote > 0) said = without_start(std::move(said), quote);
  if (html && said.spans.empty() && quote == 0) {
    if (auto read = read_xhtml(*html)) said = std::move(*read);
  }
  if (!markup && (!html || quote > 0) && !is_unstyled) said = read_styling(std::move(said.text), convert_styling);
  if (spoiler) hide(said, spoiler->text());
  for (const std::string& link : links)
    if (said.text.find(link) == said.text.npos) said.text += "\n" + link;
  return said;
}

void add_formatting(Element& message, std::string_view body, const std::vector<Span>& spans, bool with_xhtml) {
  if (spans.empty()) return;
  Element markup = write_markup(body, spans);
  const bool is_marked = markup.first_child() != nullptr;
  if (is_marked) message.add(std::move(markup));
  if (with_xhtml) message.add(write_xhtml(body, spans));
  if ((is_marked || with_xhtml) && !message.child("unstyled", ns_styling)) message.add(Element("unstyled", ns_styling));
  const bool is_hidden = std::any_of(spans.begin(), spans.end(), [](const Span& span) { return span.is_hidden(); });
  if (is_hidden && !message.child("spoiler", ns_spoiler)) message.add(Element("spoiler", ns_spoiler));
}

bool is_formatting(const Element& child) {
  return child.is("markup", ns_markup) || child.is("html", ns_xhtml_im);
}

}  // namespace mapping

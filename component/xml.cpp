#include "component/xml.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/utf8.hpp"

namespace component::xml {
namespace {

// For each ASCII byte: nullptr when it stands for itself, else what is written for it.
using Escapes = std::array<const char*, 128>;

constexpr Escapes make_escapes(bool attribute) {
  Escapes table{};
  for (int c = 0; c < 0x20; ++c) table[c] = "\xEF\xBF\xBD";
  // Parsers turn CR into LF, and in attributes TAB and LF into spaces, unless they are written as references.
  table['\t'] = attribute ? "&#9;" : nullptr;
  table['\n'] = attribute ? "&#10;" : nullptr;
  table['\r'] = "&#13;";
  table['&'] = "&amp;";
  table['<'] = "&lt;";
  table['>'] = "&gt;";
  table['\''] = "&apos;";
  table['"'] = "&quot;";
  return table;
}
constexpr Escapes text_escapes = make_escapes(false);
constexpr Escapes attribute_escapes = make_escapes(true);

// Bytes that are written as they are wherever they stand; the rest is looked at.
constexpr std::array<bool, 256> make_harmless() {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x80; ++c) table[c] = attribute_escapes[c] == nullptr;
  return table;
}
constexpr std::array<bool, 256> stands_for_itself = make_harmless();

// nullptr: what stands in [begin, at) is written as it is. `at` moves on by one code point.
const char* substitute(std::string_view text, std::size_t& at, const Escapes& escapes) noexcept {
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte < 0x80) return ++at, escapes[byte];
  const auto code_point = base::next_code_point(text, at);
  return code_point && base::is_xml_char(*code_point) ? nullptr : "\xEF\xBF\xBD";
}

// How many bytes from text[at] on are written as they are. Sixteen at a time: printable, and none of & < > ' ".
std::size_t harmless_run(std::string_view text, std::size_t at) noexcept {
  using Bytes [[gnu::vector_size(16)]] = unsigned char;
  using Words [[gnu::vector_size(16)]] = unsigned long long;
  const std::size_t begin = at;
  const auto is_harmless = [text](std::size_t from) {
    Bytes v;
    std::memcpy(&v, text.data() + from, sizeof v);
    const auto other = (v < 0x20) | (v >= 0x7F) | (v == '&') | (v == '<') | (v == '>') | (v == '\'') | (v == '"');
    const Words any = reinterpret_cast<Words>(other);
    return (any[0] | any[1]) == 0;
  };
  for (; at + sizeof(Bytes) <= text.size(); at += sizeof(Bytes)) {
    if (!is_harmless(at)) break;
  }
  // The rest, with what stands before it.
  const bool has_rest = at > begin && at + sizeof(Bytes) > text.size();
  if (has_rest && is_harmless(text.size() - sizeof(Bytes))) return text.size() - begin;
  while (at < text.size() && stands_for_itself[static_cast<unsigned char>(text[at])]) ++at;
  return at - begin;
}

void escape_with(std::string& out, std::string_view text, const Escapes& escapes) {
  std::size_t written = 0;
  for (std::size_t at = harmless_run(text, 0); at < text.size(); at += harmless_run(text, at)) {
    const std::size_t begin = at;
    const char* instead = substitute(text, at, escapes);
    if (instead == nullptr) continue;
    out.append(text, written, begin - written);
    out += instead;
    written = at;
  }
  out.append(text, written, text.size() - written);
}

}  // namespace

void escape(std::string& out, std::string_view text) {
  escape_with(out, text, text_escapes);
}

void write_attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "='";
  escape_with(out, value, attribute_escapes);
  out += '\'';
}

std::string_view Element::attr(std::string_view name) const noexcept {
  for (const auto& [key, value] : attrs_) {
    // The first letter tells most names of one length apart, at less than a call.
    const std::string_view known = key;
    if (known.size() == name.size() && known.front() == name.front() && known == name) return value;
  }
  return {};
}

bool Element::has_attr(std::string_view name) const noexcept {
  return std::any_of(attrs_.begin(), attrs_.end(), [name](const auto& a) { return a.first == name; });
}

Element& Element::set_ns(Name ns) & {
  ns_ = std::move(ns);
  return *this;
}

Element& Element::set(const Name& name, std::string_view value) & {
  const auto found = std::find_if(attrs_.begin(), attrs_.end(), [&name](const auto& a) { return a.first == name; });
  if (found == attrs_.end()) return push_attr(name, value);
  found->second = value;
  return *this;
}

Element& Element::push_attr(Name name, std::string_view value) & {
  constexpr std::size_t usual = 4;  // from, to, type, id
  if (attrs_.empty()) attrs_.reserve(usual);
  attrs_.emplace_back(std::move(name), value);
  return *this;
}

Element& Element::unset(std::string_view name) & {
  std::erase_if(attrs_, [name](const auto& a) { return a.first == name; });
  return *this;
}

Element& Element::text(std::string_view text) & {
  if (text.empty()) return *this;
  auto* last = nodes_.empty() ? nullptr : std::get_if<std::string>(&nodes_.back());
  if (last != nullptr) {
    *last += text;
  } else {
    nodes_.emplace_back(std::in_place_type<std::string>, text);
  }
  return *this;
}

Element& Element::add(Element child) & {
  append(std::move(child));
  return *this;
}

Element& Element::append(Element child) & {
  constexpr std::size_t usual = 4;
  if (nodes_.size() == nodes_.capacity()) nodes_.reserve(std::max(usual, 2 * nodes_.size()));
  nodes_.emplace_back(std::in_place_type<Element>, std::move(child));
  return std::get<Element>(nodes_.back());
}

const Element* Element::child(std::string_view name, std::string_view ns) const noexcept {
  for (const Node& node : nodes_) {
    const auto* element = std::get_if<Element>(&node);
    if (element != nullptr && element->is(name, ns)) return element;
  }
  return nullptr;
}

const Element* Element::first_child() const noexcept {
  for (const Node& node : nodes_) {
    if (const auto* element = std::get_if<Element>(&node)) return element;
  }
  return nullptr;
}

std::size_t Element::child_count() const noexcept {
  return static_cast<std::size_t>(
      std::count_if(nodes_.begin(), nodes_.end(), [](const Node& n) { return std::holds_alternative<Element>(n); }));
}

std::vector<const Element*> Element::children() const {
  std::vector<const Element*> found;
  for (const Node& node : nodes_) {
    if (const auto* element = std::get_if<Element>(&node)) found.push_back(element);
  }
  return found;
}

std::vector<const Element*> Element::children(std::string_view name, std::string_view ns) const {
  auto found = children();
  std::erase_if(found, [name, ns](const Element* e) { return !e->is(name, ns); });
  return found;
}

std::string Element::text() const {
  std::string joined;
  for (const Node& node : nodes_) {
    if (const auto* text = std::get_if<std::string>(&node)) joined += *text;
  }
  return joined;
}

std::string Element::child_text(std::string_view name, std::string_view ns) const {
  const Element* found = child(name, ns);
  return found != nullptr ? found->text() : std::string{};
}

std::size_t Element::weight() const noexcept {
  std::size_t sum = 0;
  for (const auto& [name, value] : attrs_) sum += value.size();
  for (const Node& node : nodes_) {
    const auto* element = std::get_if<Element>(&node);
    sum += element != nullptr ? element->weight() : std::get<std::string>(node).size();
  }
  return sum;
}

void Element::write(std::string& out, std::string_view parent_ns) const {
  const std::string_view ns = ns_.empty() ? parent_ns : ns_.view();
  out += '<';
  out += name_.view();
  if (ns != parent_ns) write_attribute(out, "xmlns", ns);
  for (const auto& [name, value] : attrs_) write_attribute(out, name, value);
  if (nodes_.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  for (const Node& node : nodes_) {
    if (const auto* element = std::get_if<Element>(&node)) {
      element->write(out, ns);
    } else {
      escape(out, std::get<std::string>(node));
    }
  }
  out += "</";
  out += name_.view();
  out += '>';
}

std::string Element::to_string(std::string_view parent_ns) const {
  std::string out;
  out.reserve(512);  // most stanzas are shorter
  write(out, parent_ns);
  return out;
}

}  // namespace component::xml

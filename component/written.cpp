#include "component/written.hpp"

#include <algorithm>

#include "component/stanza.hpp"

namespace component {
namespace {

constexpr std::size_t usual_size = 512;

bool is_about_oneself(const xml::Element& presence) {
  const xml::Element* const x = presence.child("x", "http://jabber.org/protocol/muc#user");
  return x && std::any_of(x->nodes().begin(), x->nodes().end(), [](const xml::Element::Node& node) {
           const auto* const child = std::get_if<xml::Element>(&node);
           return child && child->name() == "status" && child->attr("code") == "110";
         });
}

}  // namespace

bool is_replaceable(const xml::Element& stanza) {
  const std::string_view type = stanza.attr("type");
  const bool is_state = stanza.name() == "presence" && (type.empty() || type == "unavailable");
  return is_state && !is_about_oneself(stanza);
}

WrittenStanza::WrittenStanza(const xml::Element& stanza)
    : text_(stanza.to_string(ns_component)),
      kind_size_(stanza.name().view().size()),
      is_replaceable_(component::is_replaceable(stanza)) {
  if (!stanza.has_attr("id")) text_.insert(1 + kind_size_, " id='" + make_id() + '\'');
}

std::string WrittenStanza::addressed(std::string_view to) const {
  const std::string_view text = text_;
  const std::size_t place = 1 + kind_size_;
  std::string bytes;
  bytes.reserve(text.size() + to.size() + 16);
  bytes += text.substr(0, place);
  xml::write_attribute(bytes, "to", to);
  bytes += text.substr(place);
  return bytes;
}

WrittenStanza WrittenStanza::with(const xml::Element& child) const {
  const std::size_t end_tag = kind_size_ + 3;
  std::string text = text_.substr(0, text_.size() - end_tag);
  child.write(text, ns_component);
  text.append(text_, text_.size() - end_tag);
  return {std::move(text), kind_size_, is_replaceable_};
}

std::string_view WrittenStanza::from() const noexcept {
  constexpr std::string_view attribute = " from='";
  const auto begin = text_.find(attribute);
  if (begin == std::string::npos || begin > text_.find('>')) return {};
  const auto value = begin + attribute.size();
  return std::string_view(text_).substr(value, text_.find('\'', value) - value);
}

StanzaWriter::StanzaWriter(std::string_view kind, std::string_view from, std::string_view type, std::string_view id)
    : kind_size_(kind.size()), writer_(text_, ns_component) {
  text_.reserve(usual_size);
  writer_.open(kind).attr("from", from);
  if (!type.empty()) writer_.token("type", type);
  if (id.empty()) {
    writer_.token("id", make_id());
  } else {
    writer_.attr("id", id);
  }
}

WrittenStanza StanzaWriter::finish(bool is_replaceable) && {
  writer_.close();
  return {std::move(text_), kind_size_, is_replaceable};
}

}  // namespace component

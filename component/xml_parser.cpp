#include "component/xml_parser.hpp"

namespace component::xml {

Element open_element(const base::Expat& parser, const base::XmlEvent& event) {
  Element element(event.name, event.ns);
  for (std::size_t i = 0; i < event.attributes; ++i) {
    const base::XmlAttribute attribute = parser.attribute(event.first_attribute + i);
    if (attribute.ns.empty()) {
      element.push_attr(attribute.name, attribute.value);
    } else if (attribute.ns == "http://www.w3.org/XML/1998/namespace" && attribute.name == "lang") {
      element.push_attr("xml:lang", attribute.value);
    }
  }
  return element;
}

bool TreeBuilder::take(const base::Expat& parser, const base::XmlEvent& event) {
  switch (event.kind) {
    case base::XmlEvent::Kind::start: open_.push_back(open_element(parser, event)); return false;
    case base::XmlEvent::Kind::text:
      if (!open_.empty()) open_.back().text(event.text);
      return false;
    case base::XmlEvent::Kind::end: break;
  }
  if (open_.size() <= 1) return !open_.empty();
  Element done = std::move(open_.back());
  open_.pop_back();
  open_.back().add(std::move(done));
  return false;
}

Element TreeBuilder::release() {
  Element done = std::move(open_.front());
  open_.clear();
  return done;
}

base::Result<Element, base::XmlErrc> parse_element(std::string_view text, std::string_view default_ns) {
  base::Expat parser;
  std::string opening = "<wrapper xmlns='";
  escape(opening, default_ns);
  opening += "'>";
  if (const auto failed = parser.parse(opening)) return *failed;
  if (const auto failed = parser.parse(text)) return *failed;
  TreeBuilder builder;
  bool complete = false;
  for (std::size_t i = 0; i < parser.size(); ++i) {
    const base::XmlEvent event = parser.event(i);
    const bool is_text = event.kind == base::XmlEvent::Kind::text;
    const bool blank = is_text && event.text.find_first_not_of(" \t\r\n") == std::string_view::npos;
    const bool outside = complete || builder.is_empty();
    if (outside && is_text && !blank) return base::XmlErrc::malformed;
    if (complete && !is_text) return base::XmlErrc::malformed;
    complete = builder.take(parser, event) || complete;
  }
  if (!complete) return base::XmlErrc::malformed;
  return builder.release();
}

}  // namespace component::xml

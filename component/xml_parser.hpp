// From Expat's events to elements. TreeBuilder grows one element; parse_element() reads a whole one from text.
#pragma once

#include <string_view>
#include <vector>

#include "base/expat.hpp"
#include "base/result.hpp"
#include "component/xml.hpp"

namespace component::xml {

// The element a start event opens, without children. Of the attributes in a namespace only xml:lang is kept.
Element open_element(const base::Expat& parser, const base::XmlEvent& event);

// Collects the events from one start tag to its end tag.
class TreeBuilder {
 public:
  // Takes an event. True when the element is complete.
  bool take(const base::Expat& parser, const base::XmlEvent& event);
  // Once complete. The builder is empty again after it.
  Element release();
  // The outermost open element; not when is_empty().
  const Element& outermost() const noexcept { return open_.front(); }
  bool is_empty() const noexcept { return open_.empty(); }
  void clear() noexcept { open_.clear(); }

 private:
  std::vector<Element> open_;  // from the outermost to the innermost; children join their parent when they end
};

// Exactly one element. Where it declares no namespace it is in default_ns.
base::Result<Element, base::XmlErrc> parse_element(std::string_view text, std::string_view default_ns = {});

}  // namespace component::xml

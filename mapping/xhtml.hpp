// XEP-0071 (XHTML-IM 1.5.4). From users it is reduced to text and looks; nothing of it is passed on.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "component/xml.hpp"
#include "mapping/formatted.hpp"

namespace mapping {

inline constexpr std::string_view ns_xhtml_im = "http://jabber.org/protocol/xhtml-im";
inline constexpr std::string_view ns_xhtml = "http://www.w3.org/1999/xhtml";

// The text of <html/>: breaks and blocks are lines, what is no text (script, style) is left out, an unknown element is
// what it holds. Nothing when there is no text, or when it is deeper than 30 elements or longer than 64 KiB.
std::optional<Formatted> read_xhtml(const component::xml::Element& html);

// <html/> with one flat <span/> per look.
component::xml::Element write_xhtml(std::string_view text, const std::vector<legacy::Span>& spans);

}  // namespace mapping

// Formatted text in messages: XEP-0394 (Message Markup 0.3.0), XEP-0071 (XHTML-IM 1.5.4), XEP-0393 (Message Styling
// 1.1.1) and XEP-0382 (Spoiler messages 0.2.0), to and from the spans that adapters know. A message without any costs
// one look at its children.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "component/xml.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

struct Formatted {
  std::string text;
  std::vector<legacy::Span> spans;
};

inline constexpr std::size_t max_marks = 500;  // of one message; the rest is shown plain

// What a user's client says of `body`: its markup, else its XHTML (whose text then counts), else with `convert_styling`
// what XEP-0393 sees in it. Fences of preformatted blocks are left out in any case, unless the client says that the
// body is unstyled.
// What the message links to comes last when the text does not name it; what a reply quotes is left out.
Formatted read_formatting(const component::xml::Element& message, std::string body, bool convert_styling);

// Adds to a message with that body what its spans look like; nothing when there are none. What is there already stays.
void add_formatting(component::xml::Element& message, std::string_view body, const std::vector<legacy::Span>& spans,
                    bool with_xhtml);

// Whether this child of a message is a client's formatting of the body as it sent it.
bool is_formatting(const component::xml::Element& child);

// One property of one part of a text; marks may overlap.
struct Mark {
  std::size_t start = 0;  // bytes
  std::size_t end = 0;
  unsigned style = 0;
};
// The same as spans that don't overlap.
std::vector<legacy::Span> flatten(const std::vector<Mark>& marks);

}  // namespace mapping

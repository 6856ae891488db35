// Cheap scanning of what a gateway sends: where elements end, what an attribute says. No validation beyond what a
// scenario needs to tell right from wrong. Views die with the buffer they point into.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace load {

// The number of bytes of the first complete element of `text`, which starts with '<'. 0: not complete yet.
std::size_t element_size(std::string_view text);

// Everything between the quotes of the first tag's attribute; empty when it isn't there. Not unescaped.
std::string_view attribute(std::string_view element, std::string_view name);

// What stands between <name ...> and </name>, not unescaped.
std::string_view child_text(std::string_view element, std::string_view name);

// The five entities of XML; numbered ones stay as they are.
std::string unescaped(std::string_view text);
std::string escaped(std::string_view text);

inline std::string_view up_to(std::string_view text, char end) {
  return text.substr(0, text.find(end));
}
inline std::string_view after(std::string_view text, char begin) {
  const auto at = text.find(begin);
  return at == std::string_view::npos ? std::string_view{} : text.substr(at + 1);
}
// -1: not a number.
std::int64_t number(std::string_view text, int base = 10);

}  // namespace load

// Formatting codes inside a line of IRC, and the spans that they stand for (modern.ircdocs.horse/formatting).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "legacy/adapter.hpp"

namespace irc {

// A text without codes, with what they said of it.
struct Styled {
  std::string text;
  std::vector<legacy::Span> spans;  // in order, none empty, none overlapping
};

// What a line says: codes become spans, at most max_spans of them, and what XML forbids is removed, as plain() does.
// Reverse exchanges the colours; without any it is not shown.
Styled read_codes(std::string_view line);
// The line for it: styles are ended by the toggle that began them, colours have two digits. What a line can't hold
// (controls) is left out.
std::string write_codes(const Styled& styled);

// The bytes from `start` on, with what the spans say of them.
Styled slice(const Styled& styled, std::size_t start, std::size_t length);
// As split_text(), each piece with its codes within `bytes`.
std::vector<Styled> split_styled(const Styled& styled, std::size_t bytes);

inline constexpr std::size_t max_spans = 200;  // of one line; a line of 512 bytes can hardly have more that are seen

}  // namespace irc

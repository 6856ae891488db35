// How a text becomes lines and lines become pieces that fit into one message (spec section 1.13).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace irc {

inline constexpr std::size_t max_lines = 100;  // that one text may become on the wire; more is refused

// Splits at LF, CRLF, CR, U+2028 and U+2029; lines of nothing but white space are dropped.
std::vector<std::string> split_lines(std::string_view text);

// The same lines as parts of `text`.
std::vector<std::string_view> line_views(std::string_view text);

// How long the first piece of a text longer than `bytes` is; never 0.
std::size_t cut_at(std::string_view text, std::size_t bytes);

// Pieces of at most `bytes` bytes: at the last space in the last quarter, else between two characters as people see
// them (no cut before a combining mark, variation selector or ZWJ sequence, nor inside a flag or a code point) as far
// as `bytes` allows. Joined, the pieces give the text again, but for the space at which a cut was made.
std::vector<std::string> split_text(std::string_view text, std::size_t bytes);

// The first piece: for topics, reasons and other texts that can't be continued.
std::string cut_text(std::string_view text, std::size_t bytes);

}  // namespace irc

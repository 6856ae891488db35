// How a part of a text looks, for every network alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace legacy {

using Colour = std::uint32_t;  // 0xRRGGBB

// How a part of a text looks. Spans of one text are in order, not empty, and don't overlap.
struct Span {
  enum Style : unsigned { bold = 1, italic = 2, underline = 4, strike = 8, monospace = 16 };
  std::size_t start = 0;  // in bytes of the text, as `end`; at the boundaries of code points
  std::size_t end = 0;
  unsigned styles = 0;  // Style values, added up
  std::optional<Colour> foreground;
  std::optional<Colour> background;
  bool operator==(const Span&) const = default;
  // Not to be read at first sight.
  bool is_hidden() const { return foreground && foreground == background; }
};

}  // namespace legacy

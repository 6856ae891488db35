// Nicks in an order in which those that differ in the case of ASCII letters alone stand together, so that each is found
// by its spelling and also by its letters.
#pragma once

#include <algorithm>
#include <compare>
#include <string_view>

#include "base/ascii.hpp"

namespace mapping {

// Stands for every nick of these letters.
struct SameLetters {
  std::string_view nick;
};

struct NickOrder {
  using is_transparent = void;

  bool operator()(std::string_view a, std::string_view b) const noexcept {
    const auto letters = compare(a, b);
    return letters != 0 ? letters < 0 : a < b;
  }
  bool operator()(std::string_view a, SameLetters b) const noexcept { return compare(a, b.nick) < 0; }
  bool operator()(SameLetters a, std::string_view b) const noexcept { return compare(a.nick, b) < 0; }

 private:
  static std::strong_ordering compare(std::string_view a, std::string_view b) noexcept {
    const std::size_t common = std::min(a.size(), b.size());
    for (std::size_t at = 0; at < common; ++at) {
      const char left = base::ascii_lower(a[at]);
      const char right = base::ascii_lower(b[at]);
      if (left != right) return static_cast<unsigned char>(left) <=> static_cast<unsigned char>(right);
    }
    return a.size() <=> b.size();
  }
};

}  // namespace mapping

// Letters of ASCII alone, as hosts, header names and content types compare them; other bytes stay as they are.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace base {

constexpr char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

inline std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return ascii_lower(c); });
  return out;
}

}  // namespace base

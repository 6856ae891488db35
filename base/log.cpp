#include "base/log.hpp"

#include <cstdio>

namespace base {

void Log::emit(Level level, std::string_view text) const noexcept {
  std::fprintf(stderr, "<%d>%s: %.*s\n", static_cast<int>(level), domain_.c_str(), static_cast<int>(text.size()),
               text.data());
}

std::string quoted(std::string_view text) {
  constexpr std::size_t longest = 200;
  std::string out = "\"";
  for (const char c : text.substr(0, longest)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\x{:02x}", byte);
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  out += text.size() > longest ? "\"..." : "\"";
  return out;
}

}  // namespace base

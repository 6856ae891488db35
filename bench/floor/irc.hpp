// As little IRC as will do: views into what was read.
#pragma once

#include <array>
#include <string>
#include <string_view>

namespace bottom {

struct Line {
  std::string_view nick, address;  // of ":nick!address"
  std::string_view command;
  std::array<std::string_view, 15> params;
  std::size_t count = 0;

  std::string_view last() const { return count > 0 ? params[count - 1] : std::string_view{}; }
};
Line parse_line(std::string_view line);

// Calls take(Line) for each whole line and leaves the rest in `in`.
template <class Take>
void take_lines(std::string& in, Take take) {
  std::size_t begin = 0;
  for (auto end = in.find('\n'); end != std::string::npos; end = in.find('\n', begin)) {
    std::string_view line(in.data() + begin, end - begin);
    if (line.ends_with('\r')) line.remove_suffix(1);
    take(parse_line(line));
    begin = end + 1;
  }
  in.erase(0, begin);
}

}  // namespace bottom

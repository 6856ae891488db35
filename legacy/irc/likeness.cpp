#include "legacy/irc/likeness.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"

namespace irc {
namespace {

constexpr std::size_t longest = 512;  // the work grows with the square

std::string_view trimmed(std::string_view text) {
  const auto last = text.find_last_not_of(' ');
  return text.substr(0, last == text.npos ? 0 : last + 1);
}

// The length of the longest common subsequence.
std::size_t common(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1, 0);
  for (const char x : a) {
    std::size_t diagonal = 0;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t above = row[j + 1];
      row[j + 1] = base::ascii_lower(x) == base::ascii_lower(b[j]) ? diagonal + 1 : std::max(above, row[j]);
      diagonal = above;
    }
  }
  return row.back();
}

bool is_masked(std::string_view sent, std::string_view seen) {
  return std::equal(sent.begin(), sent.end(), seen.begin(), seen.end(),
                    [](char was, char is) { return was == is || is == '*'; });
}

}  // namespace

bool is_same_text(std::string_view sent, std::string_view seen) {
  return trimmed(sent) == trimmed(seen);
}

bool is_alike(std::string_view sent, std::string_view seen) {
  const std::string_view a = trimmed(sent).substr(0, longest), b = trimmed(seen).substr(0, longest);
  const auto [shorter, longer] = std::minmax({a.size(), b.size()});
  if (is_masked(a, b)) return true;
  return shorter * 3 >= longer * 2 && common(a, b) * 3 >= longer * 2;
}

}  // namespace irc

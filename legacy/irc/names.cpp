#include "legacy/irc/names.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace irc {
namespace {

constexpr std::size_t alternatives = 11;  // _, __, 1 to 9

bool is_nick_byte(char c) {
  constexpr std::string_view never = ",*?!@:#&%+~$\"'/<>";
  return static_cast<unsigned char>(c) > ' ' && c != 0x7f && never.find(c) == never.npos;
}

}  // namespace

bool is_channel_name(std::string_view name) {
  if (name.size() < 2 || name.size() > max_name) return false;
  return std::none_of(name.begin(), name.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == ','; });
}

bool is_nick(std::string_view nick, std::string_view channel_types, std::string_view signs) {
  constexpr std::string_view never = ",*?!@";
  if (nick.empty() || nick.size() > max_nick) return false;
  const char first = nick.front();
  if (first == ':' || first == '$' || channel_types.find(first) != channel_types.npos ||
      signs.find(first) != signs.npos)
    return false;
  return std::none_of(nick.begin(), nick.end(), [&](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 0x7f || never.find(c) != never.npos;
  });
}

std::string make_nick(std::string_view wish, std::size_t length) {
  std::string out(base::utf8_prefix(wish, length));
  std::replace_if(
      out.begin(), out.end(), [](char c) { return !is_nick_byte(c); }, '_');
  // Servers refuse a digit or a hyphen at the start.
  if (!out.empty() && (out.front() == '-' || (out.front() >= '0' && out.front() <= '9'))) {
    out.insert(out.begin(), '_');
    out = base::utf8_prefix(out, length);
  }
  return out;
}

std::string alternative_nick(std::string_view nick, std::size_t n, std::size_t length) {
  if (n >= alternatives) return {};
  const std::string tail = n < 2 ? std::string(n + 1, '_') : std::to_string(n - 1);
  if (length <= tail.size()) return {};
  return std::string(base::utf8_prefix(nick, length - tail.size())) + tail;
}

}  // namespace irc

#include "component/xeps/delay.hpp"

#include <fmt/chrono.h>

#include <charconv>
#include <cstdio>
#include <ctime>

namespace component {

std::string format_time(base::WallTime time) {
  using namespace std::chrono;
  const auto whole = floor<seconds>(time);
  const auto milliseconds_part = duration_cast<milliseconds>(time - whole).count();
  const std::time_t value = system_clock::to_time_t(whole);
  std::string out = fmt::format("{:%Y-%m-%dT%H:%M:%S}", fmt::gmtime(value));
  if (milliseconds_part != 0) out += fmt::format(".{:03}", milliseconds_part);
  return out + 'Z';
}

namespace {

// Seconds east of UTC of "Z", "+01:00" or "-0330".
std::optional<int> parse_offset(std::string_view text) {
  if (text == "Z") return 0;
  int hours = 0, minutes = 0;
  char sign = 0;
  const std::string copy{text};
  if (std::sscanf(copy.c_str(), "%c%2d:%2d", &sign, &hours, &minutes) != 3 || (sign != '+' && sign != '-')) return {};
  const int offset = hours * 3600 + minutes * 60;
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<base::WallTime> parse_time(std::string_view text) {
  const std::string copy{text};
  std::tm tm{};
  int used = 0;
  if (std::sscanf(copy.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
                  &tm.tm_min, &tm.tm_sec, &used) != 6) {
    return {};
  }
  if (tm.tm_year < 1970 || tm.tm_year > 2200) return {};  // what nanoseconds in 64 bits hold
  tm.tm_year -= 1900;
  tm.tm_mon -= 1;
  std::string_view rest = text.substr(static_cast<std::size_t>(used));
  int milliseconds_part = 0;
  if (!rest.empty() && rest.front() == '.') {
    const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
    std::string digits{rest.substr(1, std::min<std::size_t>(end - 1, 3))};
    digits.resize(3, '0');
    std::from_chars(digits.data(), digits.data() + 3, milliseconds_part);
    rest.remove_prefix(end);
  }
  const auto offset = parse_offset(rest);
  if (!offset) return {};
  return std::chrono::system_clock::from_time_t(timegm(&tm) - *offset) + std::chrono::milliseconds(milliseconds_part);
}

xml::Element delay(std::string_view from, base::WallTime time) {
  return xml::Element("delay", ns_delay).set("from", from).set("stamp", format_time(time));
}

}  // namespace component

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

// What nanoseconds in 64 bits hold.
constexpr int first_year = 1678;
constexpr int last_year = 2261;

// ".123456" at the front of `rest`, which loses it; to the millisecond.
std::chrono::milliseconds parse_fraction(std::string_view& rest) {
  int out = 0;
  if (rest.empty() || rest.front() != '.') return {};
  const auto end = std::min(rest.find_first_not_of("0123456789", 1), rest.size());
  std::string digits{rest.substr(1, std::min<std::size_t>(end - 1, 3))};
  digits.resize(3, '0');
  std::from_chars(digits.data(), digits.data() + 3, out);
  rest.remove_prefix(end);
  return std::chrono::milliseconds(out);
}

}  // namespace

std::optional<base::WallTime> parse_time(std::string_view text) {
  using namespace std::chrono;
  const std::string copy{text};
  int year = 0, month_of_year = 0, day_of_month = 0, hour = 0, minute = 0, second = 0, used = 0;
  const int read = std::sscanf(copy.c_str(), "%9d-%2d-%2dT%2d:%2d:%2d%n", &year, &month_of_year, &day_of_month, &hour,
                               &minute, &second, &used);
  const bool is_date =
      read == 6 && month_of_year >= 1 && month_of_year <= 12 && day_of_month >= 1 && day_of_month <= 31;
  const bool is_clock = hour >= 0 && hour <= 24 && minute >= 0 && minute < 60 && second >= 0 && second <= 60;
  if (!is_date || !is_clock) return {};
  std::string_view rest = text.substr(static_cast<std::size_t>(used));
  const milliseconds fraction = parse_fraction(rest);
  const auto offset = parse_offset(rest);
  if (!offset) return {};
  if (year < first_year) return base::WallTime::min();
  if (year > last_year) return base::WallTime::max();
  std::tm tm{};
  tm.tm_year = year - 1900;
  tm.tm_mon = month_of_year - 1;
  tm.tm_mday = day_of_month;
  tm.tm_hour = hour;
  tm.tm_min = minute;
  tm.tm_sec = second;
  return system_clock::from_time_t(timegm(&tm) - *offset) + fraction;
}

xml::Element delay(std::string_view from, base::WallTime time) {
  return xml::Element("delay", ns_delay).set("from", from).set("stamp", format_time(time));
}

}  // namespace component

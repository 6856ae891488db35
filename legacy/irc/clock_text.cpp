#include "legacy/irc/clock_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <string>

#include "legacy/irc/casemap.hpp"
#include "legacy/irc/message.hpp"

namespace irc {
namespace {

struct Parts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
};

bool same_word(std::string_view a, std::string_view b) {
  return same(a, b, CaseMapping::ascii);
}

int month_of(std::string_view word) {
  constexpr std::array names{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto found = std::find_if(names.begin(), names.end(), [&](auto name) { return same_word(name, word); });
  return found == names.end() ? 0 : static_cast<int>(found - names.begin()) + 1;
}

// "Z", "GMT", "+01:00", "-0330".
std::optional<std::chrono::minutes> zone_of(std::string_view word) {
  for (const std::string_view name : {"Z", "UTC", "GMT", "UT"})
    if (same_word(word, name)) return std::chrono::minutes{0};
  std::string digits(word.substr(std::min<std::size_t>(1, word.size())));
  std::erase(digits, ':');
  const bool is_offset = !word.empty() && (word.front() == '+' || word.front() == '-') && digits.size() == 4 &&
                         digits.find_first_not_of("0123456789") == digits.npos;
  if (!is_offset) return std::nullopt;
  const int number = std::stoi(digits);
  const int minutes = number / 100 * 60 + number % 100;
  if (number % 100 > 59 || minutes > 14 * 60) return std::nullopt;
  return std::chrono::minutes{word.front() == '-' ? -minutes : minutes};
}

std::optional<ClockTime> make(const Parts& parts, std::string_view zone) {
  using namespace std::chrono;
  const auto offset = zone_of(zone);
  const year_month_day day{year{parts.year}, month{static_cast<unsigned>(parts.month)},
                           std::chrono::day{static_cast<unsigned>(parts.day)}};
  const bool is_time = parts.hour >= 0 && parts.hour < 24 && parts.minute >= 0 && parts.minute < 60 &&
                       parts.second >= 0 && parts.second <= 60;
  if (!offset || parts.year < 1970 || parts.year > 2200 || !day.ok() || !is_time) return std::nullopt;
  const auto local = sys_days{day} + hours{parts.hour} + minutes{parts.minute} + seconds{std::min(parts.second, 59)};
  return ClockTime{local - *offset, *offset};
}

// A fraction of a second may follow; it is not worth keeping.
std::optional<ClockTime> parse_iso(const std::string& text) {
  Parts parts;
  int used = 0;
  const int found = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d%n", &parts.year, &parts.month, &parts.day,
                                &parts.hour, &parts.minute, &parts.second, &used);
  if (found < 6 || used == 0) return std::nullopt;
  std::string_view rest = std::string_view(text).substr(static_cast<std::size_t>(used));
  if (rest.starts_with('.')) rest.remove_prefix(std::min(rest.find_first_not_of("0123456789", 1), rest.size()));
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return make(parts, rest.substr(0, rest.find(' ')));
}

bool read_time(const std::string& word, Parts& parts) {
  return std::sscanf(word.c_str(), "%2d:%2d:%2d", &parts.hour, &parts.minute, &parts.second) >= 2;
}

bool read_number(const std::string& word, int& into) {
  return std::sscanf(word.c_str(), "%4d", &into) == 1;
}

}  // namespace

std::optional<ClockTime> parse_clock(std::string_view text) {
  if (const auto iso = parse_iso(std::string(text))) return iso;
  auto fields = words(text);
  const bool has_weekday = !fields.empty() && !fields.front().empty() && fields.front().front() > '9';
  if (has_weekday) fields.erase(fields.begin());
  if (fields.size() < 5) return std::nullopt;
  Parts parts;
  const bool is_ctime = month_of(fields[0]) != 0;
  parts.month = month_of(fields[is_ctime ? 0 : 1]);
  const bool is_read = parts.month != 0 && read_number(fields[is_ctime ? 1 : 0], parts.day) &&
                       read_number(fields[is_ctime ? 4 : 2], parts.year) && read_time(fields[is_ctime ? 2 : 3], parts);
  if (!is_read) return std::nullopt;
  return make(parts, fields[is_ctime ? 3 : 4]);
}

}  // namespace irc

#include "legacy/sms/timestamp.hpp"

#include <charconv>
#include <ctime>

namespace sms {
namespace {

constexpr std::int64_t last = 7'258'118'400;  // the year 2200: nanoseconds since 1970 end in 2262

std::optional<base::WallTime> at(std::int64_t seconds) {
  if (seconds < 0 || seconds > last) return std::nullopt;
  return base::WallTime::clock::from_time_t(seconds);
}

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// Seconds east of Greenwich; nullopt: something else.
std::optional<std::int64_t> parse_zone(std::string_view zone) {
  if (zone.empty() || zone == "Z" || zone == "z") return 0;
  if (zone.size() == 6 && zone[3] == ':')
    return parse_zone(std::string{zone.substr(0, 3)} + std::string{zone.substr(4)});
  if (zone.size() != 5 || (zone[0] != '+' && zone[0] != '-')) return std::nullopt;
  int digits = 0;
  const auto parsed = std::from_chars(zone.data() + 1, zone.data() + 5, digits);
  if (parsed.ptr != zone.data() + 5 || !is_digit(zone[1]) || digits % 100 > 59) return std::nullopt;
  const std::int64_t seconds = (digits / 100) * 3600 + (digits % 100) * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

}  // namespace

std::optional<base::WallTime> parse_timestamp(const std::string& text) {
  std::int64_t seconds = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds);
  if (!text.empty() && parsed.ptr == end) {
    return parsed.ec == std::errc{} ? at(seconds) : std::nullopt;
  }
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr || (*rest != ' ' && *rest != 'T')) return std::nullopt;
  rest = ::strptime(rest + 1, "%H:%M:%S", &parts);
  if (rest == nullptr) return std::nullopt;
  if (*rest == '.') {
    do ++rest;
    while (is_digit(*rest));
  }
  const auto zone = parse_zone(rest);
  if (!zone) return std::nullopt;
  return at(::timegm(&parts) - *zone);
}

}  // namespace sms

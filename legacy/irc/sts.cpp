#include "legacy/irc/sts.hpp"

#include <algorithm>
#include <charconv>

#include "legacy/irc/casemap.hpp"
#include "legacy/irc/message.hpp"
#include "legacy/irc/settings.hpp"

namespace irc {
namespace {

constexpr std::size_t max_brought = 1000;
constexpr std::size_t max_brought_by_one = 20;
constexpr std::int64_t longest = 10LL * 366 * 86400;

template <class Number>
std::optional<Number> number(std::string_view text) {
  Number out{};
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

std::string key_of(const std::string& host) {
  return fold(host, CaseMapping::ascii);
}

std::int64_t seconds_of(base::WallTime time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

StsOffer StsOffer::parse(std::string_view value) {
  StsOffer out;
  while (!value.empty()) {
    const auto end = std::min(value.find(','), value.size());
    const std::string_view item = value.substr(0, end);
    value.remove_prefix(std::min(end + 1, value.size()));
    if (item.starts_with("port=")) out.port = number<std::uint16_t>(item.substr(5));
    if (!item.starts_with("duration=")) continue;
    const auto seconds = number<std::int64_t>(item.substr(9));
    if (seconds && *seconds >= 0) out.duration = std::chrono::seconds(std::min(*seconds, longest));
  }
  // Whoever names another service's would have us knock there.
  if (out.port && !is_port(*out.port)) out.port.reset();
  return out;
}

std::optional<StsPolicies::Policy> StsPolicies::load(const std::string& host, base::WallTime now) {
  const auto record = records_->load(key_of(host));
  if (!record) return std::nullopt;
  const auto fields = words(*record);
  const auto port = fields.size() >= 3 ? number<std::uint16_t>(fields[0]) : std::nullopt;
  const auto duration = port ? number<std::int64_t>(fields[1]) : std::nullopt;
  const auto until = duration ? number<std::int64_t>(fields[2]) : std::nullopt;
  if (until && *until > seconds_of(now)) {
    const std::string by(fields.size() > 3 ? fields[3] : std::string_view());
    return Policy{{*port, std::chrono::seconds(*duration), by}, *until};
  }
  records_->erase(key_of(host));
  return std::nullopt;
}

std::optional<std::uint16_t> StsPolicies::port(const std::string& host, base::WallTime now) {
  const auto policy = load(host, now);
  if (!policy) return std::nullopt;
  return policy->promise.port;
}

bool StsPolicies::has_room(const std::string& by) const {
  if (by.empty()) return true;
  std::size_t brought = 0, by_one = 0;
  for (const auto& [key, value] : records_->list({})) {
    const auto fields = words(value);
    brought += fields.size() > 3 ? 1 : 0;
    by_one += fields.size() > 3 && fields[3] == by ? 1 : 0;
  }
  return brought < max_brought && by_one < max_brought_by_one;
}

void StsPolicies::keep(const std::string& host, const Promise& promise, base::WallTime now) {
  const std::string key = key_of(host);
  if (promise.duration.count() == 0) return records_->erase(key);
  if (!records_->load(key) && !has_room(promise.by)) return;
  const std::int64_t until = seconds_of(now) + promise.duration.count();
  std::string record =
      std::to_string(promise.port) + " " + std::to_string(promise.duration.count()) + " " + std::to_string(until);
  if (!promise.by.empty()) record += " " + promise.by;
  records_->save(key, record);
}

void StsPolicies::renew(const std::string& host, base::WallTime now) {
  const auto policy = load(host, now);
  if (policy) keep(host, policy->promise, now);
}

}  // namespace irc

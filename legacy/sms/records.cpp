#include "legacy/sms/records.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/log.hpp"

namespace sms {
namespace {

const base::Log log_("sms");

}  // namespace

base::WallTime wall_now() {
  return base::WallClock::now();
}

std::int64_t to_millis(base::WallTime time) noexcept {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

base::WallTime from_millis(std::int64_t millis) noexcept {
  return base::WallTime{std::chrono::milliseconds(millis)};
}

void save_record(legacy::State& state, const std::string& key, const boost::json::object& record) {
  state.save(key, boost::json::serialize(record));
}

std::optional<boost::json::object> parse_record(std::string_view key, std::string_view value) {
  boost::json::error_code ec;
  const auto parsed = boost::json::parse(value, ec);
  if (!ec && parsed.is_object()) return parsed.get_object();
  log_.error("record {} is damaged and left alone", base::quoted(key));
  return std::nullopt;
}

std::optional<boost::json::object> load_record(legacy::State& state, const std::string& key) {
  const auto value = state.load(key);
  if (!value) return std::nullopt;
  return parse_record(key, *value);
}

std::string text_of(const boost::json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  const auto* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string{} : std::string(*text);
}

std::int64_t number_of(const boost::json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  const auto* number = value == nullptr ? nullptr : value->if_int64();
  return number == nullptr ? 0 : *number;
}

std::vector<std::string> list_of(const boost::json::object& record, std::string_view name) {
  std::vector<std::string> out;
  const auto* value = record.if_contains(name);
  const auto* list = value == nullptr ? nullptr : value->if_array();
  if (list == nullptr) return out;
  for (const auto& item : *list) {
    if (item.is_string()) out.emplace_back(item.get_string());
  }
  return out;
}

std::set<std::string> texts_of(const boost::json::object& record, std::string_view name) {
  const auto list = list_of(record, name);
  return {list.begin(), list.end()};
}

boost::json::array json_of(const std::set<std::string>& texts) {
  boost::json::array out;
  for (const auto& text : texts) out.emplace_back(text);
  return out;
}

void Sweeper::collect(base::WallTime now) {
  for (const char* prefix : {"gone/", "seen/", "ref/"}) {
    for (const auto& [key, value] : state_.list(prefix)) {
      const auto record = parse_record(key, value);
      if (record && number_of(*record, "until") <= to_millis(now)) expired_.push_back(key);
    }
  }
}

bool Sweeper::step(std::size_t most) {
  for (std::size_t i = 0; i < most && !expired_.empty(); ++i) {
    state_.erase(expired_.back());
    expired_.pop_back();
  }
  return !expired_.empty();
}

}  // namespace sms

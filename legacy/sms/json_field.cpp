#include "legacy/sms/json_field.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>

namespace sms {

boost::json::value parse_json(std::string_view text) {
  boost::json::error_code ec;
  auto value = boost::json::parse(text, ec);
  if (ec) return nullptr;
  return value;
}

const boost::json::value* find_json(const boost::json::value& in, std::string_view pointer) {
  boost::json::error_code ec;
  return in.find_pointer(pointer, ec);
}

std::string json_text(const boost::json::value& in, std::string_view pointer) {
  const auto* value = find_json(in, pointer);
  if (value == nullptr) return {};
  if (const auto* text = value->if_string()) return std::string(*text);
  if (value->is_number() || value->is_bool()) return boost::json::serialize(*value);
  return {};
}

std::optional<std::int64_t> json_number(const boost::json::value& in, std::string_view pointer) {
  const std::string text = json_text(in, pointer);
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, number);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return number;
}

const boost::json::array& json_items(const boost::json::value& in, std::string_view pointer) {
  static const boost::json::array none;
  const auto* value = find_json(in, pointer);
  const auto* items = value == nullptr ? nullptr : value->if_array();
  return items == nullptr ? none : *items;
}

}  // namespace sms

#include "legacy/sms/allowances.hpp"

#include <fmt/format.h>

#include "legacy/sms/records.hpp"

namespace sms {
namespace {

std::string key_of(const std::string& tag) {
  return "allow/" + tag;
}

}  // namespace

std::optional<config::LimitsBySpan> Allowances::limits(const std::string& tag) const {
  const auto record = load_record(records_, key_of(tag));
  const auto written = record ? list_of(*record, "limits") : std::vector<std::string>{};
  if (written.empty()) return std::nullopt;
  config::LimitsBySpan out{};
  for (const std::string& limit : written) static_cast<void>(config::read_limit(limit, out));
  return out;
}

std::optional<config::Micros> Allowances::credit(const std::string& tag) const {
  const auto record = load_record(records_, key_of(tag));
  if (!record || !record->contains("credit")) return std::nullopt;
  return number_of(*record, "credit");
}

std::string Allowances::set(const std::string& tag, const std::optional<std::vector<std::string>>& limits,
                            const std::optional<std::string>& credit) {
  auto record = load_record(records_, key_of(tag)).value_or(boost::json::object{});
  if (limits) {
    boost::json::array list;
    config::LimitsBySpan checked{};
    for (const std::string& limit : *limits) {
      if (!config::read_limit(limit, checked))
        return fmt::format("\"{}\" is no limit; write \"100 messages/day\".", limit);
      list.emplace_back(limit);
    }
    record["limits"] = std::move(list);
  }
  if (credit && credit->empty()) record.erase("credit");
  if (credit && !credit->empty()) {
    const auto amount = config::parse_money(*credit);
    if (!amount) return fmt::format("\"{}\" is no amount of money; write \"5.00\".", *credit);
    record["credit"] = *amount;
  }
  save_record(records_, key_of(tag), record);
  return {};
}

void Allowances::spend(const std::string& tag, config::Micros amount) {
  const auto left = credit(tag);
  if (!left || amount == 0) return;
  auto record = *load_record(records_, key_of(tag));
  record["credit"] = *left - amount;
  save_record(records_, key_of(tag), record);
}

}  // namespace sms

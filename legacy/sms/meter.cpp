#include "legacy/sms/meter.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "legacy/sms/records.hpp"

namespace sms {
namespace {

using config::Span;

constexpr std::array<std::string_view, config::span_count> names{"hour", "day", "month"};

std::chrono::year_month month_of(base::WallTime now) {
  const std::chrono::year_month_day date{std::chrono::floor<std::chrono::days>(now)};
  return date.year() / date.month();
}

std::int64_t ordinal(Span span, base::WallTime now) {
  if (span == Span::hour) return std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
  if (span == Span::day) return std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  const auto month = month_of(now);
  return int{month.year()} * 12 + static_cast<int>(unsigned{month.month()});
}

base::WallTime end_of(Span span, base::WallTime now) {
  if (span == Span::hour) return std::chrono::floor<std::chrono::hours>(now) + std::chrono::hours(1);
  if (span == Span::day) return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
  return std::chrono::sys_days{(month_of(now) + std::chrono::months(1)) / 1};
}

std::string when(base::WallTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", fmt::gmtime(base::WallTime::clock::to_time_t(time)));
}

std::string used_of(std::int64_t used, std::int64_t limit) {
  return limit > 0 ? fmt::format("{} of {}", used, limit) : fmt::format("{}", used);
}

}  // namespace

Meter::Meter(const config::LimitsBySpan& limits, std::string currency, legacy::State& records, std::string key)
    : limits_(limits), currency_(std::move(currency)), records_(records), key_(std::move(key)) {}

Meter::Counts Meter::load(base::WallTime now) const {
  Counts counts;
  const auto record = load_record(records_, key_);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    auto& count = counts.at(i);
    const auto* const kept = record ? record->if_contains(names.at(i)) : nullptr;
    const auto* const fields = kept == nullptr ? nullptr : kept->if_object();
    count.at = ordinal(static_cast<Span>(i), now);
    // Only a later span starts anew.
    if (fields == nullptr || sms::number_of(*fields, "at") < count.at) continue;
    count.used = {sms::number_of(*fields, "messages"), sms::number_of(*fields, "segments"),
                  sms::number_of(*fields, "spend")};
  }
  return counts;
}

void Meter::save(const Counts& counts) {
  boost::json::object record;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto& count = counts.at(i);
    record[names.at(i)] = boost::json::object{{"at", count.at},
                                              {"messages", count.used.messages},
                                              {"segments", count.used.segments},
                                              {"spend", count.used.spend}};
  }
  save_record(records_, key_, record);
}

std::optional<std::string> Meter::exceeded(const Amount& more, base::WallTime now) const {
  const Counts counts = load(now);
  // The one that ends last is what the user has to wait for.
  for (std::size_t i = counts.size(); i-- > 0;) {
    const auto& used = counts.at(i).used;
    const auto& limit = limits_.at(i);
    std::string what;
    if (limit.messages > 0 && used.messages + more.messages > limit.messages)
      what = fmt::format("{} messages", limit.messages);
    else if (limit.segments > 0 && used.segments + more.segments > limit.segments)
      what = fmt::format("{} segments", limit.segments);
    else if (limit.spend > 0 && used.spend + more.spend > limit.spend)
      what = fmt::format("{}{}{}", config::format_money(limit.spend), currency_.empty() ? "" : " ", currency_);
    if (what.empty()) continue;
    const auto span = static_cast<Span>(i);
    return fmt::format("{} in {} {}, which ends at {}", what, span == Span::hour ? "an" : "a", names.at(i),
                       when(end_of(span, now)));
  }
  return std::nullopt;
}

void Meter::add(const Amount& more, base::WallTime now) {
  Counts counts = load(now);
  for (auto& count : counts) {
    count.used.messages += more.messages;
    count.used.segments += more.segments;
    count.used.spend += more.spend;
  }
  save(counts);
}

void Meter::take_back(const Amount& less, base::WallTime now) {
  Counts counts = load(now);
  for (auto& count : counts) {
    count.used.messages = std::max<std::int64_t>(0, count.used.messages - less.messages);
    count.used.segments = std::max<std::int64_t>(0, count.used.segments - less.segments);
    count.used.spend = std::max<std::int64_t>(0, count.used.spend - less.spend);
  }
  save(counts);
}

std::string Meter::describe(base::WallTime now) const {
  std::string out;
  const Counts counts = load(now);
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const auto& used = counts.at(i).used;
    const auto& limit = limits_.at(i);
    out += fmt::format("{}this {}: {} messages, {} segments", out.empty() ? "" : "\n", names.at(i),
                       used_of(used.messages, limit.messages), used_of(used.segments, limit.segments));
    if (used.spend == 0 && limit.spend == 0) continue;
    out += ", " + config::format_money(used.spend);
    if (limit.spend > 0) out += " of " + config::format_money(limit.spend);
    if (!currency_.empty()) out += " " + currency_;
  }
  return out;
}

}  // namespace sms

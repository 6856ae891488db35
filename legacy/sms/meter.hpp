// What was sent in this hour, day and month (calendar, UTC), and what is left of the limits on that. Kept in one
// record, so that a restart forgets nothing. A clock that is set back does not start a span anew: the counts stay.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "base/clock.hpp"
#include "config/sms_rules.hpp"
#include "legacy/adapter.hpp"

namespace sms {

struct Amount {
  std::int64_t messages = 0;
  std::int64_t segments = 0;
  config::Micros spend = 0;
};

class Meter {
 public:
  // The records must outlive it.
  Meter(const config::LimitsBySpan& limits, std::string currency, legacy::State& records, std::string key);

  // "100 messages in a day, which ends at 2026-11-22 00:00 UTC" when so much more would be over a limit.
  std::optional<std::string> exceeded(const Amount& more, base::WallTime now) const;
  void add(const Amount& more, base::WallTime now);
  // What was added just now was not sent after all.
  void take_back(const Amount& less, base::WallTime now);
  // A line for each span: "this day: 3 of 100 messages, 4 segments, 0.03 of 2.50 EUR".
  std::string describe(base::WallTime now) const;

 private:
  struct Count {
    std::int64_t at = 0;  // which hour, day or month
    Amount used;
  };
  using Counts = std::array<Count, config::span_count>;

  Counts load(base::WallTime now) const;
  void save(const Counts& counts);

  config::LimitsBySpan limits_;
  std::string currency_;
  legacy::State& records_;
  std::string key_;
};

}  // namespace sms

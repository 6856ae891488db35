// What the operator allows single users, instead of the limits that all have: limits of their own, and credit that is
// used up. One record for each: allow/<user's tag>.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/sms_rules.hpp"
#include "legacy/adapter.hpp"

namespace sms {

class Allowances {
 public:
  explicit Allowances(legacy::State& records) : records_(records) {}

  // Nothing: those of all users.
  std::optional<config::LimitsBySpan> limits(const std::string& tag) const;
  // Nothing: without a bound.
  std::optional<config::Micros> credit(const std::string& tag) const;
  // As SetAllowance has them. What is wrong, in words; empty: it is set.
  std::string set(const std::string& tag, const std::optional<std::vector<std::string>>& limits,
                  const std::optional<std::string>& credit);
  // Takes from the credit, where there is one; less than nothing gives back.
  void spend(const std::string& tag, config::Micros amount);

 private:
  legacy::State& records_;
};

}  // namespace sms

// Where texts may go: the operator's prefixes, by default only the country of the account, and never by themselves to
// numbers that cost extra.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/sms_rules.hpp"
#include "legacy/sms/number.hpp"

namespace sms {

class Destinations {
 public:
  // Of the account: what its numbers begin with, and the numbers themselves, where they are known; else the country is
  // that of the sender's number. The rules must outlive it.
  Destinations(const config::SmsRules& rules, std::string country_code, std::vector<std::string> numbers = {});

  // Why a text to that number is refused, in words for its sender; empty: it may go. Of all prefixes that fit the
  // longest decides, and of two equal ones `deny`.
  // `is_answer`: that number has texted the sender.
  std::string refusal(const Number& to, const std::string& from, bool is_answer = false) const;
  // What one segment costs; nullopt: no price is known, though there are some.
  std::optional<config::Micros> price(const Number& to) const;

 private:
  std::vector<std::string> allowed(const std::string& from) const;
  std::vector<std::string> own_countries(const std::string& from) const;

  const config::SmsRules& rules_;
  std::string country_code_;
  std::vector<std::string> numbers_;
};

}  // namespace sms

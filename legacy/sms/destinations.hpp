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

// The country calling code (ITU-T E.164) of "+15551234567": "1". Empty: no such number.
std::string country_code_of(std::string_view e164);

class Destinations {
 public:
  // country_code: digits of the account's own, or empty: that of the sender's number. The rules must outlive it.
  Destinations(const config::SmsRules& rules, std::string country_code);

  // Why a text to that number is refused, in words for its sender; empty: it may go. Of all prefixes that fit the
  // longest decides, and of two equal ones `deny`.
  std::string refusal(const Number& to, const std::string& from) const;
  // What one segment costs; nullopt: no price is known, though there are some.
  std::optional<config::Micros> price(const Number& to) const;

 private:
  std::vector<std::string> allowed(const std::string& from) const;

  const config::SmsRules& rules_;
  std::string country_code_;
};

}  // namespace sms

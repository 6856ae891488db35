// Phone numbers and sender ids (sms-providers.md, section 15). There is no libphonenumber beside Boost 1.81, so these
// are the rules that need no tables of numbering plans: what can't be told for sure is refused rather than guessed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "legacy/adapter.hpp"

namespace sms {

using legacy::Errc;

// How numbers are written where the users of a network live.
struct Numbering {
  std::string country_code;  // digits; empty: only numbers with + are understood
  std::string international_prefix = "00";
  std::string trunk_prefix = "0";           // empty: national numbers have none (Italy)
  std::vector<std::string> emergency = {};  // refused, in addition to the well-known ones
};

// Canonical: "+15551234567", a short code as its 3 to 8 digits, or an alphanumeric sender id as it is.
class Number {
 public:
  enum class Kind { e164, short_code, alphanumeric };

  // What a user typed, or a name that sender() gave. bad_number (bad_address for a name), or emergency_number for 112
  // and its like in any spelling.
  static base::Result<Number, Errc> parse(std::string_view text, const Numbering& numbering);
  // Where a message says it comes from, or goes to. National numbers are read as parse() does; other digits without a
  // plus count as international. Never fails: what is no number counts as an alphanumeric id, and what looks like one
  // but can't be dialled becomes "sender 0151...".
  static Number sender(std::string_view text, const Numbering& numbering);

  // Whether it has a letter of any script, as a sender's name has and a number has not.
  static bool is_name(std::string_view text);

  Kind kind() const noexcept { return kind_; }
  const std::string& str() const noexcept { return text_; }
  // Safe for logs: all but the last two characters hidden.
  std::string masked() const;

  bool operator==(const Number&) const = default;

 private:
  Number(Kind kind, std::string text) : kind_(kind), text_(std::move(text)) {}

  Kind kind_;
  std::string text_;
};

// For providers that write international numbers in digits only: "15551234567" for "+15551234567". Short codes and
// alphanumeric ids are the same in both.
std::string without_plus(std::string_view number);
std::string with_plus(std::string_view number);

}  // namespace sms

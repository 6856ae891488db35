#include "config/sms_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {
namespace {

constexpr std::int64_t longest_rest = 3650;

// Those with an API at an address of their own: no user says what wherry connects to.
constexpr std::array open_providers{"twilio",          "plivo",       "telnyx", "bandwidth", "vonage-sms",
                                    "vonage-messages", "messagebird", "sinch",  "smsgate"};

bool is_canonical(std::string_view number) {
  const bool is_international = number.starts_with('+');
  const auto digits = number.substr(is_international ? 1 : 0);
  const bool is_number = std::all_of(digits.begin(), digits.end(), [](char c) { return c >= '0' && c <= '9'; });
  return is_number && (is_international ? digits.size() >= 8 && digits.size() <= 15 && digits.front() != '0'
                                        : digits.size() >= 3 && digits.size() <= 8);
}

void check_list(Section& section, const std::vector<std::string>& numbers) {
  std::set<std::string_view> seen;
  for (const std::string& number : numbers) {
    if (!is_canonical(number)) {
      section.wrong("numbers", fmt::format("numbers has {}, which is no number of an account", base::quoted(number)),
                    "\"+15551234567\", + and country code without spaces, or the digits of a short code");
    } else if (!seen.insert(number).second) {
      section.wrong("numbers", fmt::format("numbers has {} twice", base::quoted(number)), "each number once");
    }
  }
}

}  // namespace

// Where numbers are listed each is given to somebody, unless the operator wants it otherwise.
SmsNumbers read_sms_numbers(Section& section) {
  SmsNumbers out;
  section.texts("numbers", out.numbers);
  check_list(section, out.numbers);
  if (!out.numbers.empty()) out.assign = Assign::pool;
  section.choice<Assign>(
      "assign", out.assign,
      {{"trusted", Assign::trusted}, {"pool", Assign::pool}, {"admin", Assign::admin}, {"claim", Assign::claim}});
  section.number("rest_days", out.rest, 0, longest_rest);
  const bool is_given = out.assign == Assign::pool || out.assign == Assign::admin;
  if (section.has("rest_days") && !is_given) {
    section.wrong("rest_days", "rest_days is about numbers that are given out",
                  "assign = \"pool\" or \"admin\" beside it");
  }
  if (out.numbers.empty() && out.assign == Assign::pool) {
    section.wrong("numbers", "assign = \"pool\" gives out numbers, and none is listed", "numbers = [\"+15551234567\"]");
  }
  if (out.numbers.empty() && out.assign == Assign::claim) {
    section.wrong("numbers", "assign = \"claim\" texts codes, and no number to text them from is listed",
                  "numbers = [\"+15551234567\"], a number of the account");
  }
  section.texts("own_accounts", out.own_accounts);
  for (const std::string& name : out.own_accounts) {
    if (std::find(open_providers.begin(), open_providers.end(), name) != open_providers.end()) continue;
    section.wrong("own_accounts", fmt::format("own_accounts has {}", base::quoted(name)),
                  fmt::format("any of {}", fmt::join(open_providers, ", ")));
  }
  return out;
}

}  // namespace config

#include "legacy/sms/destinations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "config/countries.hpp"

namespace sms {
namespace {

// Numbers that cost the caller extra in the larger numbering plans, and those of satellites and international services.
constexpr auto premium = std::to_array<std::string_view>(
    {"+1500",   "+1700",   "+1900",  "+27862",  "+3090",  "+31900", "+31906",  "+31909",  "+3270",   "+3290",
     "+3381",   "+3382",   "+3389",  "+34803",  "+34806", "+34807", "+34905",  "+34907",  "+351601", "+351607",
     "+351760", "+351761", "+3549",  "+357900", "+35860", "+35870", "+35990",  "+3690",   "+3691",   "+37090",
     "+37190",  "+372900", "+37390", "+374900", "+37590", "+38090", "+38190",  "+38560",  "+38690",  "+38790",
     "+38950",  "+39144",  "+39166", "+39178",  "+39199", "+39892", "+39894",  "+39895",  "+39899",  "+40900",
     "+40903",  "+40906",  "+4184",  "+41900",  "+41901", "+41906", "+420900", "+420906", "+420908", "+420909",
     "+421900", "+43810",  "+43820", "+43900",  "+43901", "+43930", "+43931",  "+43939",  "+4470",   "+4476",
     "+4484",   "+4487",   "+449",   "+4590",   "+46900", "+46939", "+46944",  "+47829",  "+4870",   "+49137",
     "+49180",  "+49190",  "+49900", "+52900",  "+55300", "+55900", "+61190",  "+64900",  "+651900", "+7803",
     "+7809",   "+800",    "+808",   "+81570",  "+81990", "+82060", "+870",    "+878",    "+881",    "+882",
     "+883",    "+888",    "+90900", "+972190", "+979"});

// North American numbers of that exchange cost extra in every area (NANP, 976).
bool is_premium_exchange(const std::string& number) {
  constexpr std::size_t exchange = 5;  // behind +1 and the area code
  return number.starts_with("+1") && number.size() > exchange && number.compare(exchange, 3, "976") == 0;
}

// Of the longest of them that the number starts with; a country counts as long as what tells it.
template <class Prefixes>
std::size_t longest(const Prefixes& prefixes, const std::string& number) {
  const auto country = config::country_of(number);
  std::size_t length = 0;
  for (const auto& prefix : prefixes) {
    if (number.starts_with(prefix)) length = std::max(length, prefix.size());
    if (!country.code.empty() && country.code == prefix) length = std::max(length, country.prefix_size);
  }
  return length;
}

bool has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

// "numbers that begin with +44, +353", "numbers of US, CA".
std::string described(const std::vector<std::string>& allowed) {
  std::vector<std::string> countries;
  std::vector<std::string> prefixes;
  for (const auto& each : allowed) (each.starts_with('+') ? prefixes : countries).push_back(each);
  std::erase_if(countries, [](const auto& each) { return !config::is_country(each); });
  if (countries.empty()) return fmt::format("numbers that begin with {}", fmt::join(prefixes, ", "));
  const std::string own = fmt::format("numbers of {}", fmt::join(countries, ", "));
  return prefixes.empty() ? own : fmt::format("{}, and numbers that begin with {}", own, fmt::join(prefixes, ", "));
}

}  // namespace

Destinations::Destinations(const config::SmsRules& rules, std::string country_code, std::vector<std::string> numbers)
    : rules_(rules), country_code_(std::move(country_code)), numbers_(std::move(numbers)) {}

// A calling code says the country, but where several share it; there the account's numbers do, and between the United
// States and Canada the sender's.
std::vector<std::string> Destinations::own_countries(const std::string& from) const {
  std::vector<std::string> out;
  const auto add = [&out](std::string_view country) {
    if (!country.empty() && !has(out, std::string(country))) out.emplace_back(country);
  };
  for (const auto& number : numbers_) add(config::country_of(number).code);
  if (!out.empty()) return out;
  const auto sender = config::country_of(from).code;
  if (country_code_.empty() || (country_code_ == "1" && sender == "CA")) {
    add(sender);
  } else {
    add(config::country_of_code(country_code_));
  }
  return out;
}

std::vector<std::string> Destinations::allowed(const std::string& from) const {
  return rules_.allow.empty() ? own_countries(from) : rules_.allow;
}

std::string Destinations::refusal(const Number& to, const std::string& from, bool is_answer) const {
  using config::ShortCodes;
  const std::string& number = to.str();
  if (to.kind() == Number::Kind::short_code) {
    const bool is_open = rules_.short_codes == ShortCodes::all ||
                         (rules_.short_codes == ShortCodes::answers && is_answer) || has(rules_.allow, number);
    const bool may_go = !has(rules_.deny, number) && is_open;
    return may_go ? std::string{} : "This gateway sends no texts to the short code " + number + ".";
  }
  const auto allowed_prefixes = allowed(from);
  const std::size_t allow = longest(allowed_prefixes, number);
  const std::size_t deny = longest(rules_.deny, number);
  std::size_t extra = rules_.premium_ok ? 0 : longest(premium, number);
  if (!rules_.premium_ok && is_premium_exchange(number)) extra = number.size();
  if (allow == 0)
    return allowed_prefixes.empty() ? "This gateway does not know its own country yet and sends no texts."
                                    : fmt::format("This gateway sends texts to {} only.", described(allowed_prefixes));
  if (deny >= allow && deny >= extra) return fmt::format("This gateway sends no texts to {}.", number.substr(0, deny));
  if (extra > allow) return "Texts to this number cost extra, so this gateway does not send them.";
  return {};
}

std::optional<config::Micros> Destinations::price(const Number& to) const {
  if (rules_.prices.empty()) return 0;
  const bool is_short = to.kind() == Number::Kind::short_code;
  const config::Price* best = nullptr;
  for (const config::Price& price : rules_.prices) {
    const bool fits = is_short ? price.prefix.empty() : !price.prefix.empty() && to.str().starts_with(price.prefix);
    if (fits && (best == nullptr || price.prefix.size() > best->prefix.size())) best = &price;
  }
  if (best == nullptr) return std::nullopt;
  return best->micros;
}

}  // namespace sms

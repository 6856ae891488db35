#include "legacy/sms/destinations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace sms {
namespace {

// Countries whose code has two digits; 1 and 7 have one, all others three (ITU-T E.164, list of assigned codes).
constexpr auto two_digits = std::to_array<std::string_view>(
    {"20", "27", "30", "31", "32", "33", "34", "36", "39", "40", "41", "43", "44", "45", "46",
     "47", "48", "49", "51", "52", "53", "54", "55", "56", "57", "58", "60", "61", "62", "63",
     "64", "65", "66", "81", "82", "84", "86", "90", "91", "92", "93", "94", "95", "98"});

// Numbers that cost the caller extra in the larger numbering plans, and those of satellites and international services.
constexpr auto premium = std::to_array<std::string_view>(
    {"+1900",  "+3290",  "+3389",  "+34803", "+34806", "+34807", "+34905", "+39892", "+39894", "+39895",
     "+39899", "+41900", "+41901", "+41906", "+43900", "+43930", "+43931", "+4470",  "+44871", "+44872",
     "+44873", "+449",   "+4590",  "+46900", "+46939", "+46944", "+47829", "+4870",  "+49137", "+49900",
     "+31900", "+31906", "+31909", "+61190", "+64900", "+870",   "+881",   "+882",   "+883",   "+979"});

// Of the longest of them that the number starts with.
template <class Prefixes>
std::size_t longest(const Prefixes& prefixes, const std::string& number) {
  std::size_t length = 0;
  for (const auto& prefix : prefixes) {
    if (number.starts_with(prefix)) length = std::max(length, prefix.size());
  }
  return length;
}

bool has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

}  // namespace

std::string country_code_of(std::string_view e164) {
  if (e164.size() < 4 || e164.front() != '+') return {};
  const auto digits = e164.substr(1);
  if (digits.front() == '1' || digits.front() == '7') return std::string{digits.substr(0, 1)};
  const bool is_short = std::find(two_digits.begin(), two_digits.end(), digits.substr(0, 2)) != two_digits.end();
  return std::string{digits.substr(0, is_short ? 2 : 3)};
}

Destinations::Destinations(const config::SmsRules& rules, std::string country_code)
    : rules_(rules), country_code_(std::move(country_code)) {}

std::vector<std::string> Destinations::allowed(const std::string& from) const {
  if (!rules_.allow.empty()) return rules_.allow;
  const std::string own = country_code_.empty() ? country_code_of(from) : country_code_;
  if (own.empty()) return {};
  return {"+" + own};
}

std::string Destinations::refusal(const Number& to, const std::string& from) const {
  const std::string& number = to.str();
  if (to.kind() == Number::Kind::short_code) {
    const bool may_go = !has(rules_.deny, number) && (rules_.short_codes || has(rules_.allow, number));
    return may_go ? std::string{} : "This gateway sends no texts to the short code " + number + ".";
  }
  const auto allowed_prefixes = allowed(from);
  const std::size_t allow = longest(allowed_prefixes, number);
  const std::size_t deny = longest(rules_.deny, number);
  const std::size_t extra = rules_.premium_ok ? 0 : longest(premium, number);
  if (allow == 0)
    return allowed_prefixes.empty() ? "This gateway does not know its own country yet and sends no texts."
                                    : fmt::format("This gateway sends texts to numbers that begin with {} only.",
                                                  fmt::join(allowed_prefixes, ", "));
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

#include "legacy/sms/number.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "base/utf8.hpp"
#include "config/dial_plan.hpp"

namespace sms {
namespace {

constexpr std::array<std::string_view, 6> emergency_numbers = {"112", "911", "999", "110", "119", "000"};
constexpr std::string_view separators = " -.()";

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool is_digits(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(), is_digit);
}

// Full-width digits and plus (U+FF10 to U+FF19, U+FF0B), as East Asian input methods write them, become ASCII.
std::string fold_width(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto start = at;
    const auto code_point = base::next_code_point(text, at);
    if (code_point && *code_point >= 0xFF10 && *code_point <= 0xFF19) {
      out += static_cast<char>('0' + (*code_point - 0xFF10));
    } else if (code_point == U'\uFF0B') {
      out += '+';
    } else {
      out += text.substr(start, at - start);
    }
  }
  return out;
}

std::string trim(const std::string& text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string without_separators(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return separators.find(c) == std::string_view::npos; });
  return out;
}

bool is_short_code(std::string_view text) noexcept {
  return text.size() >= 3 && text.size() <= 8 && is_digits(text);
}

bool is_e164_digits(std::string_view digits) noexcept {
  return digits.size() >= 8 && digits.size() <= 15 && digits.front() != '0' && is_digits(digits);
}

// A letter of any script, or another sign that no number has.
bool has_letter(std::string_view text) noexcept {
  return std::any_of(text.begin(), text.end(), [](char c) { return is_letter(c) || static_cast<signed char>(c) < 0; });
}

std::string cut(const std::string& text) {
  constexpr std::size_t longest = 64;  // bytes
  return trim(std::string(base::utf8_prefix(text, longest)));
}

// A sender that is no number: as a name that can be stored and stand in an address, whatever bytes came. It has a
// letter, so that it is no number that somebody mistyped either.
std::string sender_name(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto code_point = base::next_code_point(text, at);
    const bool is_visible = code_point && *code_point >= 0x20 && *code_point != 0x7F && base::is_xml_char(*code_point);
    if (is_visible) base::append_utf8(out, *code_point);
  }
  out = cut(trim(out));
  if (out.empty()) return "unknown";
  return has_letter(out) ? out : cut("sender " + out);
}

bool is_emergency_number(std::string_view digits, const Numbering& numbering) {
  const auto matches = [&](std::string_view known) { return without_separators(known) == digits; };
  return std::any_of(emergency_numbers.begin(), emergency_numbers.end(), matches) ||
         std::any_of(numbering.emergency.begin(), numbering.emergency.end(), matches);
}

// What international calls begin with: the country's own prefix, or 00 as most phones have it.
std::size_t international_size(std::string_view bare, const Numbering& numbering) noexcept {
  const auto& own = numbering.international_prefix;
  if (!own.empty() && bare.starts_with(own)) return own.size();
  return bare.starts_with("00") ? 2 : 0;
}

// Also behind a prefix or a country code, where what results is too short for any other number: somebody in distress
// has to learn at once that this is not the way.
bool is_emergency(std::string_view bare, const Numbering& numbering) {
  constexpr std::size_t longest_code = 3;
  const auto without = [&](std::string_view prefix) {
    return !prefix.empty() && bare.starts_with(prefix) ? bare.substr(prefix.size()) : std::string_view{};
  };
  if (is_emergency_number(bare, numbering) || is_emergency_number(without(numbering.trunk_prefix), numbering))
    return true;
  const auto plus = without("+");
  const auto international = plus.empty() ? bare.substr(international_size(bare, numbering)) : plus;
  if (international.size() == bare.size()) return false;
  for (std::size_t code = 0; code <= longest_code && code < international.size(); ++code) {
    const bool may_be_another = code > 0 && is_e164_digits(international);
    if (!may_be_another && is_emergency_number(international.substr(code), numbering)) return true;
  }
  return false;
}

// North America writes ten digits, with or without the 1 that is both trunk prefix and country code.
std::optional<std::string> north_american(const std::string& digits) {
  if (digits.size() == 10) return "1" + digits;
  if (digits.size() == 11 && digits.front() == '1') return digits;
  return std::nullopt;
}

bool is_between(std::size_t size, const config::DialPlan& plan) noexcept {
  return size >= plan.least && size <= plan.most;
}

// Where nothing stands before a national number its length tells it from one with the country's own code.
std::optional<std::string> without_trunk(const std::string& bare, const std::string& code) {
  const auto plan = config::dial_plan_of(code);
  const bool may_lead = plan.leading.empty() || bare.empty() || plan.leading.find(bare.front()) != plan.leading.npos;
  if (plan.most == 0 || bare.starts_with('0') || (may_lead && is_between(bare.size(), plan))) return code + bare;
  const bool has_code = bare.starts_with(code) && is_between(bare.size() - code.size(), plan);
  return has_code ? std::optional(bare) : std::nullopt;
}

// The digits after the plus of what was written without one; nothing when that can't be told for sure. What people
// type and what comes in is read alike.
std::optional<std::string> international(const std::string& bare, const Numbering& numbering) {
  if (const auto prefix = international_size(bare, numbering); prefix > 0) return bare.substr(prefix);
  const auto& code = numbering.country_code;
  const auto& trunk = numbering.trunk_prefix;
  if (code.empty()) return std::nullopt;
  if (code == "1") return north_american(bare);
  if (trunk.empty()) return without_trunk(bare, code);
  if (!bare.starts_with(trunk)) return std::nullopt;
  // A trunk prefix that is no zero may be another country's first digit.
  const auto plan = config::dial_plan_of(code);
  const bool is_national = trunk.front() == '0' || plan.most == 0 || is_between(bare.size() - trunk.size(), plan);
  return is_national ? std::optional(code + bare.substr(trunk.size())) : std::nullopt;
}

// As long as short codes are, but a whole number in countries without a trunk prefix.
bool is_short_number(std::string_view digits, const Numbering& numbering) {
  constexpr std::size_t longest_code = 6;
  if (!numbering.trunk_prefix.empty() || numbering.country_code.empty() || digits.size() <= longest_code) return false;
  const auto plan = config::dial_plan_of(numbering.country_code);
  return plan.most > 0 && is_between(digits.size(), plan);
}

// "+72975": some carriers write even short codes with a plus.
std::string_view code_behind_plus(std::string_view bare) noexcept {
  constexpr std::size_t longest_code = 6;
  const bool is_code = bare.starts_with('+') && bare.size() <= longest_code + 1 && is_short_code(bare.substr(1));
  return is_code ? bare.substr(1) : std::string_view{};
}

}  // namespace

base::Result<Number, Errc> Number::parse(std::string_view text, const Numbering& numbering) {
  const std::string folded = trim(fold_width(text));
  if (has_letter(folded)) {
    if (sender_name(folded) != folded) return Errc::bad_address;
    return Number(Kind::alphanumeric, folded);
  }
  const std::string bare = without_separators(folded);
  if (is_emergency(bare, numbering)) return Errc::emergency_number;
  if (const auto code = code_behind_plus(bare); !code.empty()) return Number(Kind::short_code, std::string(code));
  if (is_short_code(folded) && !is_short_number(folded, numbering)) return Number(Kind::short_code, folded);
  const bool has_plus = bare.starts_with('+');
  const auto digits = has_plus ? std::optional(bare.substr(1)) : international(bare, numbering);
  if (!digits || !is_e164_digits(*digits)) return Errc::bad_number;
  if (is_emergency(*digits, numbering)) return Errc::emergency_number;
  return Number(Kind::e164, "+" + *digits);
}

Number Number::sender(std::string_view text, const Numbering& numbering) {
  const std::string folded = trim(fold_width(text));
  const std::string bare = without_separators(folded);
  if (is_short_code(bare) && !is_short_number(bare, numbering)) return Number(Kind::short_code, bare);
  if (!bare.empty() && is_digits(bare.substr(bare.front() == '+' ? 1 : 0))) {
    const auto parsed = parse(bare, numbering);
    if (parsed && parsed->kind() != Kind::alphanumeric) return *parsed;
  }
  // Carriers write numbers of other countries without a plus, too.
  if (is_e164_digits(bare)) return Number(Kind::e164, "+" + bare);
  return Number(Kind::alphanumeric, sender_name(folded));
}

bool Number::is_name(std::string_view text) {
  return has_letter(fold_width(text));
}

std::string Number::masked() const {
  std::size_t hidden = text_.size();
  for (int shown = 0; hidden > 0 && shown < 2;) {
    const bool is_inside_character = (static_cast<unsigned char>(text_[--hidden]) & 0xC0) == 0x80;
    if (!is_inside_character) ++shown;
  }
  return hidden == 0 ? "**" : std::string(hidden, '*') + text_.substr(hidden);
}

std::string without_plus(std::string_view number) {
  return std::string(number.starts_with('+') ? number.substr(1) : number);
}

std::string with_plus(std::string_view number) {
  const bool is_international = number.size() > 8 && is_digits(number);
  return (is_international ? "+" : "") + std::string(number);
}

}  // namespace sms

// What an operator allows an SMS network to send: how texts are written, where they may go, how many of them, and what
// is answered to people who want no more. Plain values, checked once by the reader.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace config {

// Millionths of the currency in which the operator writes prices.
using Micros = std::int64_t;

// "12", "0.0079": digits with at most six behind the point, below a billion.
std::optional<Micros> parse_money(std::string_view text);
// At least two digits behind the point: "12.00", "0.0079".
std::string format_money(Micros amount);

// What is written differently where the 7-bit alphabet lacks it, so that a text needs fewer segments.
enum class Transliterate {
  off,
  punctuation,  // typographic quotes, dashes, ellipsis, blanks
  letters,      // and accented Latin letters
};

// Short codes that may be written to.
enum class ShortCodes {
  none,     // those in `allow`
  answers,  // and those that have texted the user first
  all,
};

// Words by which people ask for no more texts.
enum class StopWords {
  off,
  provider,  // those that the provider itself heeds, where it does
  all,       // those that carriers know, also with a full stop or the like
};

// Bounds of one kind of span; 0: none.
struct SmsLimits {
  std::int64_t messages = 0;
  std::int64_t segments = 0;
  Micros spend = 0;
  bool operator==(const SmsLimits&) const = default;
};
enum class Span { hour, day, month };
inline constexpr std::size_t span_count = 3;
using LimitsBySpan = std::array<SmsLimits, span_count>;

// "100 messages/day", "2.50 spend/hour", into what there is. False: it is no limit.
bool read_limit(std::string_view text, LimitsBySpan& into);

// What one segment to numbers with this prefix costs.
struct Price {
  std::string prefix;  // "+49"; "+": all others; empty: short codes
  Micros micros = 0;
  bool operator==(const Price&) const = default;
};

struct SmsRules {
  Transliterate transliterate = Transliterate::off;
  std::size_t most_segments = 10;  // of one message of a user, in all its pieces
  bool mms = true;                 // where the provider has it; else a link stays in the text

  std::vector<std::string> allow;  // countries and prefixes of destinations; empty: the country of the account
  std::vector<std::string> deny;
  bool premium_ok = false;
  ShortCodes short_codes = ShortCodes::all;

  LimitsBySpan user_limits{};     // of each user
  LimitsBySpan network_limits{};  // of all users together
  std::vector<Price> prices;
  std::string currency;

  std::size_t same_text_numbers = 20;  // so many numbers may get one text within the time; 0: any number
  std::chrono::minutes same_text_time{10};

  StopWords stop_words = StopWords::provider;
  std::string stop_reply, start_reply, help_reply;  // empty: none

  bool operator==(const SmsRules&) const = default;
};

}  // namespace config

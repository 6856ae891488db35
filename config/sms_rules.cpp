#include "config/sms_rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "config/countries.hpp"
#include "config/sections.hpp"

namespace config {

namespace {

constexpr Micros one = 1'000'000;
constexpr std::size_t most_decimals = 6;
// For a household with room to spare: what gets out of hand is noticed the same day.
constexpr LimitsBySpan default_user_limits{SmsLimits{0, 100, 0}, SmsLimits{0, 300, 0}, SmsLimits{}};
constexpr LimitsBySpan default_network_limits{SmsLimits{}, SmsLimits{0, 1000, 0}, SmsLimits{0, 10'000, 0}};
constexpr std::array<std::string_view, span_count> span_names{"hour", "day", "month"};

bool is_digits(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::int64_t> parse_digits(std::string_view text) {
  constexpr std::size_t most_digits = 9;
  if (text.empty() || text.size() > most_digits || !is_digits(text)) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool is_prefix(std::string_view text) {
  constexpr std::size_t longest = 15;
  return text.starts_with('+') && text.size() <= longest + 1 && is_digits(text.substr(1));
}

void read_limits(Section& section, std::string_view key, LimitsBySpan& into) {
  std::vector<std::string> written;
  if (section.texts(key, written)) into = {};
  for (const std::string& text : written) {
    if (!read_limit(text, into))
      section.wrong(key, fmt::format("{} has {}, which is no limit", key, base::quoted(text)),
                    "\"100 messages/day\": messages, segments or spend, in an hour, a day or a month");
  }
}

void read_prices(Section& section, std::vector<Price>& into) {
  std::vector<std::string> written;
  section.texts("prices", written);
  for (const std::string& text : written) {
    const auto blank = std::min(text.find(' '), text.size());
    const std::string prefix = text.substr(0, blank);
    const auto micros = parse_money(std::string_view{text}.substr(std::min(blank + 1, text.size())));
    if (micros && (prefix == "short" || is_prefix(prefix))) {
      into.push_back({prefix == "short" ? std::string{} : prefix, *micros});
    } else {
      section.wrong("prices", fmt::format("prices has {}, which is no price", base::quoted(text)),
                    "a prefix and the price of a segment, \"+49 0.075\", or \"short 0.05\" for short codes");
    }
  }
}

// A telephone contract is charged for premium short codes; with the others a provider stands between.
void read_short_codes(Section& section, const SmsProvider& provider, ShortCodes& into) {
  const bool is_telephone = std::holds_alternative<Kannel>(provider) || std::holds_alternative<SmsGate>(provider) ||
                            std::holds_alternative<GenericSms>(provider);
  if (is_telephone) into = ShortCodes::answers;
  bool all = false;
  if (section.flag("short_codes", all)) into = all ? ShortCodes::all : ShortCodes::none;
}

void read_reply(Section& section, std::string_view key, std::string& into) {
  section.text(key, into);
  if (into.size() > 160) section.wrong(key, fmt::format("{} is long", key), "at most 160 characters");
}

bool has_spend(const LimitsBySpan& limits) {
  return std::any_of(limits.begin(), limits.end(), [](const SmsLimits& each) { return each.spend > 0; });
}

}  // namespace

void read_prefixes(Section& section, std::string_view key, std::vector<std::string>& into) {
  section.texts(key, into);
  for (const std::string& prefix : into) {
    if (is_prefix(prefix) || is_country(prefix)) continue;
    const bool is_short_code = prefix.size() >= 3 && prefix.size() <= 8 && is_digits(prefix);
    if (!is_short_code)
      section.wrong(key, fmt::format("{} has {}, which is no prefix of a number", key, base::quoted(prefix)),
                    "a country such as \"DE\", + and digits such as \"+49\", \"+\" for all numbers, or a short code");
  }
}

std::optional<Micros> parse_money(std::string_view text) {
  const auto point = std::min(text.find('.'), text.size());
  const auto whole = parse_digits(text.substr(0, point));
  if (!whole) return std::nullopt;
  std::string decimals{text.substr(std::min(point + 1, text.size()))};
  if (decimals.empty()) return point == text.size() ? std::optional{*whole * one} : std::nullopt;
  if (decimals.size() > most_decimals) return std::nullopt;
  decimals.resize(most_decimals, '0');
  const auto fraction = parse_digits(decimals);
  if (!fraction) return std::nullopt;
  return *whole * one + *fraction;
}

bool read_limit(std::string_view text, LimitsBySpan& into) {
  const auto blank = text.find(' ');
  const auto slash = text.find('/');
  if (blank == text.npos || slash == text.npos || slash < blank) return false;
  const auto amount = text.substr(0, blank);
  const auto what = text.substr(blank + 1, slash - blank - 1);
  const auto* const span = std::find(span_names.begin(), span_names.end(), text.substr(slash + 1));
  if (span == span_names.end()) return false;
  SmsLimits& limits = into.at(static_cast<std::size_t>(span - span_names.begin()));
  const auto value = what == "spend" ? parse_money(amount) : parse_digits(amount);
  if (!value || *value == 0) return false;
  if (what == "messages") return (limits.messages = *value) > 0;
  if (what == "segments") return (limits.segments = *value) > 0;
  return what == "spend" && (limits.spend = *value) > 0;
}

std::string format_money(Micros amount) {
  std::string text = fmt::format("{}.{:06}", amount / one, amount % one);
  while (text.ends_with('0') && text[text.size() - 3] != '.') text.pop_back();
  return text;
}

SmsRules read_sms_rules(Section& section, const SmsProvider& provider) {
  SmsRules rules;
  section.choice<Transliterate>(
      "transliterate", rules.transliterate,
      {{"off", Transliterate::off}, {"punctuation", Transliterate::punctuation}, {"letters", Transliterate::letters}});
  section.number("most_segments", rules.most_segments, 1, 100);
  section.flag("mms", rules.mms);
  read_prefixes(section, "allow", rules.allow);
  read_prefixes(section, "deny", rules.deny);
  section.flag("premium_ok", rules.premium_ok);
  read_short_codes(section, provider, rules.short_codes);
  rules.user_limits = default_user_limits;
  rules.network_limits = default_network_limits;
  read_limits(section, "user_limits", rules.user_limits);
  read_limits(section, "network_limits", rules.network_limits);
  read_prices(section, rules.prices);
  section.text("currency", rules.currency);
  section.number("same_text_numbers", rules.same_text_numbers, 0, 100'000);
  section.number("same_text_minutes", rules.same_text_time, 1, 24 * 60);
  section.choice<StopWords>("stop_words", rules.stop_words,
                            {{"off", StopWords::off}, {"provider", StopWords::provider}, {"all", StopWords::all}});
  read_reply(section, "stop_reply", rules.stop_reply);
  // Whoever answers a STOP means to heed it.
  if (!section.has("stop_words") && !rules.stop_reply.empty()) rules.stop_words = StopWords::all;
  read_reply(section, "start_reply", rules.start_reply);
  read_reply(section, "help_reply", rules.help_reply);
  if ((has_spend(rules.user_limits) || has_spend(rules.network_limits)) && rules.prices.empty())
    section.wrong("prices", "a limit on spend needs prices", "prices = [\"+ 0.10\"]");
  return rules;
}

}  // namespace config

#include "legacy/sms/guard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/asio.hpp"
#include "legacy/sms/pieces.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

using legacy::Errc;

// Records of a network that nobody has given any.
class Memory final : public legacy::State {
 public:
  std::optional<std::string> load(std::string_view key) override {
    const auto found = records_.find(key);
    if (found == records_.end()) return std::nullopt;
    return found->second;
  }
  void save(std::string_view key, std::string_view value) override {
    records_.insert_or_assign(std::string{key}, std::string{value});
  }
  void erase(std::string_view key) override { records_.erase(std::string{key}); }
  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& entry : records_) {
      if (entry.first.starts_with(prefix)) out.emplace_back(entry);
    }
    return out;
  }
  // Nobody waits for these: what is promised to a user is in the session's records.
  void commit(std::function<void(bool)>) override {}

 private:
  std::map<std::string, std::string, std::less<>> records_;
};

std::string joined(const std::vector<std::string>& pieces) {
  std::string out;
  for (const std::string& piece : pieces) out += piece;
  return out;
}

}  // namespace

Guard::Guard(config::SmsRules rules, std::string country_code, std::unique_ptr<legacy::State> records,
             std::vector<std::string> numbers)
    : rules_(std::move(rules)),
      records_(records ? std::move(records) : std::make_unique<Memory>()),
      destinations_(rules_, std::move(country_code), std::move(numbers)),
      opt_outs_(*records_),
      allowances_(*records_),
      repeats_(rules_.same_text_numbers, rules_.same_text_time) {}

Meter Guard::meter_of(const Sender& from) {
  return {allowances_.limits(from.tag).value_or(rules_.user_limits), rules_.currency, *records_, "used/" + from.tag};
}

std::string Guard::money(config::Micros amount) const {
  const std::string text = config::format_money(std::max<config::Micros>(amount, 0));
  return rules_.currency.empty() ? text : text + " " + rules_.currency;
}

std::string Guard::allow(const std::string& tag, const legacy::SetAllowance& allowance) {
  if (allowance.credit && !allowance.credit->empty() && rules_.prices.empty())
    return "Credit needs prices in the configuration.";
  return allowances_.set(tag, allowance.limits, allowance.credit);
}

Meter Guard::meter_of_all() {
  return {rules_.network_limits, rules_.currency, *records_, "used/all"};
}

Amount Guard::amount_of(const Recipients& to, const std::vector<std::string>& pieces, bool is_mms) const {
  const std::size_t segments = to.size() > 1 ? pieces.size() : count_all(pieces, is_mms);
  Amount out;
  for (const Number& number : to) {
    out.messages += static_cast<std::int64_t>(pieces.size());
    out.segments += static_cast<std::int64_t>(segments);
    out.spend += static_cast<std::int64_t>(segments) * destinations_.price(number).value_or(0);
  }
  return out;
}

Refusal Guard::check_one(const Sender& from, const Number& to, bool is_in_group) const {
  const std::string who = is_in_group ? to.str() + ": " : std::string{};
  if (const auto words = destinations_.refusal(to, from.number, from.codes.contains(to.str())); !words.empty())
    return {Errc::not_allowed, who + words};
  if (!from.is_own && !destinations_.price(to))
    return {Errc::not_allowed, who + "This gateway does not know what a text to this number costs."};
  if (opt_outs_.is_out(from.line(), to.str()) || opt_outs_.is_out(from.number, to.str()))
    return {Errc::opted_out,
            to.str() + " has asked for no more texts from your number; " +
                (opt_outs_.is_held(from.line(), to.str())
                     ? "only START from there ends it."
                     : "START from there ends it, or write \"lift " + to.str() + "\" to this gateway.")};
  return {};
}

Amount Guard::amount_of(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces,
                        bool is_mms) const {
  Amount out = amount_of(to, pieces, is_mms);
  if (from.is_own) out.spend = 0;
  return out;
}

Refusal Guard::check(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces,
                     base::WallTime now, const std::vector<std::string>& media) {
  for (const Number& number : to) {
    auto refusal = check_one(from, number, to.size() > 1);
    if (refusal.error != Errc::none) return refusal;
  }
  const Amount amount = amount_of(from, to, pieces, !media.empty());
  if (auto refusal = check_limits(from, amount, now); refusal.error != Errc::none) return refusal;
  return check_repeats(from, to, joined(pieces) + joined(media), now);
}

Refusal Guard::check_limits(const Sender& from, const Amount& amount, base::WallTime now) {
  if (const auto words = meter_of(from).exceeded(amount, now))
    return {Errc::busy, "Not sent: your limit is " + *words + "."};
  const auto credit = allowances_.credit(from.tag);
  if (credit && !from.is_own && amount.spend > *credit)
    return {Errc::busy, "Not sent: this costs " + money(amount.spend) + ", and your credit is " + money(*credit) + "."};
  if (const auto words = from.is_own ? std::nullopt : meter_of_all().exceeded(amount, now))
    return {Errc::busy, "Not sent: the limit of all users of this gateway together is " + *words + "."};
  return {};
}

void Guard::count(const Sender& from, const Amount& amount, base::WallTime now) {
  meter_of(from).add(amount, now);
  if (from.is_own) return;
  meter_of_all().add(amount, now);
  allowances_.spend(from.tag, amount.spend);
}

Refusal Guard::check_repeats(const Sender& from, const Recipients& to, const std::string& text, base::WallTime now) {
  for (const Number& number : to) {
    const auto verdict = repeats_.note(from.tag, text, number.str(), now);
    if (verdict == Repeats::Verdict::fine) continue;
    if (verdict == Repeats::Verdict::throttled_first)
      report_ = fmt::format("the same text was about to go to more than {} numbers within {} minutes",
                            rules_.same_text_numbers, rules_.same_text_time.count());
    return {Errc::too_fast,
            fmt::format("Not sent: the same text went to {} numbers within {} minutes. Try again later.",
                        rules_.same_text_numbers, rules_.same_text_time.count())};
  }
  return {};
}

bool Guard::may_answer(const Sender& from, const Number& to, const std::string& text, base::WallTime now) {
  if (!destinations_.refusal(to, from.number, true).empty()) return false;
  if (!from.is_own && !destinations_.price(to)) return false;
  const Amount amount = amount_of(from, {to}, {text}, false);
  return check_limits(from, amount, now).error == Errc::none;
}

Amount Guard::charge(const Sender& from, const Recipients& to, const std::vector<std::string>& pieces,
                     base::WallTime now, bool is_mms) {
  const Amount amount = amount_of(from, to, pieces, is_mms);
  count(from, amount, now);
  return amount;
}

bool Guard::charge_more(const Sender& from, const Number& to, const std::string& text, base::WallTime now) {
  Amount more = amount_of(from, {to}, {text}, false);
  const Amount mms = amount_of(from, {to}, {text}, true);
  more = {0, more.segments - mms.segments, more.spend - mms.spend};
  if (check_limits(from, more, now).error != Errc::none) return false;
  count(from, more, now);
  return true;
}

void Guard::refund(const Sender& from, const Amount& amount, base::WallTime now) {
  meter_of(from).take_back(amount, now);
  if (from.is_own) return;
  meter_of_all().take_back(amount, now);
  allowances_.spend(from.tag, -amount.spend);
}

std::string Guard::usage(const Sender& from, base::WallTime now) {
  std::string out = "Sent by you, in UTC:\n" + meter_of(from).describe(now);
  if (const auto credit = allowances_.credit(from.tag)) out += "\ncredit: " + money(*credit);
  return out;
}

std::string Guard::cost(const Recipients& to, const std::vector<std::string>& pieces, bool is_own) const {
  const Amount amount = amount_of(to, pieces);
  const bool is_wide = std::any_of(pieces.begin(), pieces.end(), [](const std::string& piece) {
    return count_segments(piece).coding == Coding::ucs2;
  });
  std::string out = fmt::format("{} message{}, {} segment{} ({})", amount.messages, amount.messages == 1 ? "" : "s",
                                amount.segments, amount.segments == 1 ? "" : "s", is_wide ? "UCS-2" : "GSM-7");
  if (rules_.prices.empty() || is_own) return out;
  const bool is_priced =
      std::all_of(to.begin(), to.end(), [&](const Number& number) { return destinations_.price(number).has_value(); });
  if (!is_priced) return out + ", price unknown";
  out += ", " + config::format_money(amount.spend);
  return rules_.currency.empty() ? out : out + " " + rules_.currency;
}

}  // namespace sms

// Which account a text goes out through, where there are two. What may have been taken by one is never given to the
// other: only a refusal of the way or the account sends a text there.
#include <algorithm>

#include "config/countries.hpp"
#include "legacy/sms/session.hpp"

namespace sms {
namespace {

constexpr std::chrono::seconds failover_pause{1};

// 0: no bound.
std::size_t smaller(std::size_t a, std::size_t b) {
  if (a == 0 || b == 0) return std::max(a, b);
  return std::min(a, b);
}

bool is_for(const std::vector<std::string>& destinations, const std::string& number) {
  const auto country = config::country_of(number).code;
  return std::any_of(destinations.begin(), destinations.end(), [&](const std::string& each) {
    return number.starts_with(each) || (!country.empty() && country == each);
  });
}

}  // namespace

Trunk* Session::second() const {
  return own_.trunk ? nullptr : network_.second_.get();
}

Traits Session::traits() const {
  Traits out = trunk_.provider().traits();
  if (const Trunk* const other = second()) {
    const Traits more = other->provider().traits();
    out.longest_text = smaller(out.longest_text, more.longest_text);
    out.joins = out.joins && more.joins;
    out.most_media = std::min(out.most_media, more.most_media);
    out.most_recipients = std::min(out.most_recipients, more.most_recipients);
    out.holds_stops = out.holds_stops && more.holds_stops;
    // A text is repeated only where it can't arrive twice, and the other account knows nothing of the first.
    out.is_idempotent = false;
  }
  return out;
}

Trunk& Session::way_of(const std::string& to) const {
  Trunk* const other = second();
  if (other == nullptr) return trunk_;
  const auto& rules = *network_.config_.second;
  if (is_for(rules.destinations, to)) return *other;
  return rules.when_down && trunk_.is_down() ? *other : trunk_;
}

// Of a text that was surely not taken: the other account gets it soon.
Verdict Session::with_failover(const Trunk& way, Verdict verdict) const {
  const bool is_lost = verdict.kind == Verdict::Kind::retry || verdict.kind == Verdict::Kind::stopped;
  const Trunk* const other = second();
  if (!is_lost || other == nullptr || &way != &trunk_ || !network_.config_.second->when_down) return verdict;
  if (!trunk_.is_down() || other->is_down()) return verdict;
  verdict.kind = Verdict::Kind::retry;
  verdict.retry_after = failover_pause;
  return verdict;
}

}  // namespace sms

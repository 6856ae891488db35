#include "legacy/sms/repeats.hpp"

#include <algorithm>

#include "base/crypto.hpp"

namespace sms {
namespace {

constexpr std::size_t most_texts = 10'000;

}  // namespace

// A clock that was set back leaves times in the future; they count as old once they are as far away.
bool Repeats::is_over(base::WallTime then, base::WallTime now) const {
  return then <= now - time_ || then >= now + time_;
}

void Repeats::forget_old(base::WallTime now) {
  std::erase_if(texts_, [&](const auto& entry) { return is_over(entry.second.last, now); });
  while (texts_.size() >= most_texts) {
    texts_.erase(std::min_element(texts_.begin(), texts_.end(),
                                  [](const auto& a, const auto& b) { return a.second.last < b.second.last; }));
  }
}

Repeats::Verdict Repeats::note(const std::string& user, const std::string& text, const std::string& to,
                               base::WallTime now) {
  if (numbers_ == 0) return Verdict::fine;
  const auto key = base::sha256(user + "\n" + text);
  if (!texts_.contains(key) && texts_.size() >= most_texts) forget_old(now);
  Text& known = texts_[key];
  std::erase_if(known.numbers, [&](const auto& entry) { return is_over(entry.second, now); });
  if (known.numbers.empty()) known.is_told = false;
  if (known.numbers.contains(to) || known.numbers.size() < numbers_) {
    known.numbers[to] = known.last = now;
    return Verdict::fine;
  }
  return std::exchange(known.is_told, true) ? Verdict::throttled : Verdict::throttled_first;
}

}  // namespace sms

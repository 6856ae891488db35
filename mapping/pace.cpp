#include "mapping/pace.hpp"

#include <algorithm>

namespace mapping {

Pace::Pace(std::size_t at_once, std::size_t per_minute) {
  if (per_minute > 0) each_ = base::Clock::duration(std::chrono::minutes(1)) / per_minute;
  burst_ = each_ * at_once;
}

bool Pace::take(const std::string& who, base::Clock::time_point now, std::size_t count) {
  if (each_ == base::Clock::duration{}) return true;
  if (rested_at_.size() >= most_known_) forget_rested(now);
  auto& rested_at = rested_at_.try_emplace(who, now).first->second;
  const auto later = std::max(rested_at, now) + each_ * static_cast<base::Clock::rep>(count);
  if (later - now > burst_) return false;
  rested_at = later;
  return true;
}

void Pace::forget_rested(base::Clock::time_point now) {
  std::erase_if(rested_at_, [&](const auto& entry) { return entry.second <= now; });
  most_known_ = std::max<std::size_t>(64, 2 * rested_at_.size());
}

}  // namespace mapping

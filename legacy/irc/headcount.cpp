#include "legacy/irc/headcount.hpp"

#include <algorithm>

namespace irc {
namespace {

constexpr std::size_t most_uncounted = 100'000;
constexpr auto recount_pause = std::chrono::seconds(1);

}  // namespace

bool Headcount::take(base::Clock::time_point now, const std::function<std::size_t()>& count) {
  if (take()) return true;
  if (now < recount_) return false;
  recount_ = now + recount_pause;
  set(count());
  return take();
}

bool Headcount::take() {
  if (crowd_ ? !crowd_->take() : taken_ >= most_uncounted) return false;
  ++taken_;
  return true;
}

void Headcount::give(std::size_t count) noexcept {
  const std::size_t given = std::min(count, taken_);
  taken_ -= given;
  if (crowd_) crowd_->give(given);
}

void Headcount::set(std::size_t count) noexcept {
  if (count < taken_) give(taken_ - count);
}

}  // namespace irc

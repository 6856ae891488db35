#include "legacy/sms/seldom.hpp"

namespace sms {
namespace {

constexpr std::size_t most = 1000;

}  // namespace

bool Seldom::may_tell(const std::string& matter, base::WallTime now) {
  const auto found = told_.find(matter);
  if (found != told_.end() && !is_over(found->second, now)) return false;
  if (told_.size() >= most) std::erase_if(told_, [&](const auto& entry) { return is_over(entry.second, now); });
  if (told_.size() >= most) told_.clear();
  told_[matter] = now;
  return true;
}

}  // namespace sms

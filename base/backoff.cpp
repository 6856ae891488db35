#include "base/backoff.hpp"

#include <algorithm>

namespace base {

Backoff::Duration Backoff::next(double random) noexcept {
  const Duration step = next_;
  next_ = std::min(longest_, next_ * 2);
  const double factor = 1.0 - jitter_ * random;
  return Duration(static_cast<Duration::rep>(static_cast<double>(step.count()) * factor));
}

}  // namespace base

// How long to wait before the next attempt: doubles from `first` to `longest`, spread by jitter so that many
// connections do not come back at the same instant. The randomness is the caller's.
#pragma once

#include <chrono>

namespace base {

class Backoff {
 public:
  using Duration = std::chrono::milliseconds;

  // With jitter j a step of d becomes something in [d * (1 - j), d].
  Backoff(Duration first, Duration longest, double jitter = 0.5) noexcept
      : first_(first), longest_(longest), jitter_(jitter), next_(first) {}

  // random in [0, 1).
  Duration next(double random) noexcept;
  void reset() noexcept { next_ = first_; }

 private:
  Duration first_, longest_;
  double jitter_;
  Duration next_;
};

}  // namespace base

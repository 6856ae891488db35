// How often somebody may do something: so many times at once, and then so many times a minute (GCRA, ITU-T I.371).
#pragma once

#include <map>
#include <string>

#include "base/clock.hpp"

namespace mapping {

class Pace {
 public:
  // per_minute 0: without a bound.
  Pace(std::size_t at_once, std::size_t per_minute);

  // Not yet: false, and it doesn't count. count: what costs as much as so many; more than `at_once` is never possible.
  bool take(const std::string& who, base::Clock::time_point now, std::size_t count = 1);

 private:
  void forget_rested(base::Clock::time_point now);

  base::Clock::duration each_{};  // how long one has to rest for one more; 0: not at all
  base::Clock::duration burst_{};
  std::map<std::string, base::Clock::time_point> rested_at_;  // who may not do all at once now
  std::size_t most_known_ = 64;                               // then those that have rested are forgotten
};

}  // namespace mapping

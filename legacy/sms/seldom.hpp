// Keeps what happens again and again from being told again and again.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/clock.hpp"

namespace sms {

class Seldom {
 public:
  explicit Seldom(std::chrono::seconds pause) : pause_(pause) {}
  // Once in a pause for each matter. After a thousand matters old ones are forgotten.
  bool may_tell(const std::string& matter, base::WallTime now);

 private:
  bool is_over(base::WallTime told, base::WallTime now) const { return now >= told + pause_ || now <= told - pause_; }

  std::chrono::seconds pause_;
  std::map<std::string, base::WallTime> told_;
};

}  // namespace sms

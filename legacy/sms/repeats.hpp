// One text to many numbers within a short time is how spam looks. In memory only: it is about minutes.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/clock.hpp"

namespace sms {

class Repeats {
 public:
  // `numbers` different ones may get the same text of one user within `time`; 0: any number.
  Repeats(std::size_t numbers, std::chrono::minutes time) : numbers_(numbers), time_(time) {}

  enum class Verdict {
    fine,
    throttled,
    throttled_first,  // for the first time, so that it is told once
  };
  // A text that is fine counts; the same one to a number that has it already is always fine.
  Verdict note(const std::string& user, const std::string& text, const std::string& to, base::WallTime now);

 private:
  struct Text {
    std::map<std::string, base::WallTime> numbers;
    base::WallTime last;
    bool is_told = false;
  };
  bool is_over(base::WallTime then, base::WallTime now) const;
  void forget_old(base::WallTime now);

  std::size_t numbers_;
  std::chrono::minutes time_;
  std::map<std::string, Text> texts_;  // by user and text, hashed
};

}  // namespace sms

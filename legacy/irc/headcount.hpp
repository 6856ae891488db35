// How many people the rooms of one connection hold: each is a place in the user's crowd (legacy::Crowd), or one of a
// fixed number where nobody counts.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace irc {

class Headcount {
 public:
  explicit Headcount(std::shared_ptr<legacy::Crowd> crowd) : crowd_(std::move(crowd)) {}
  ~Headcount() { set(0); }
  Headcount(const Headcount&) = delete;
  Headcount& operator=(const Headcount&) = delete;

  // One more comes in; false: there is no place. Then all are counted, but not for each who is turned away.
  bool take(base::Clock::time_point now, const std::function<std::size_t()>& count);
  void give(std::size_t count) noexcept;
  // They have been counted: no more are there.
  void set(std::size_t count) noexcept;

 private:
  bool take();

  std::shared_ptr<legacy::Crowd> crowd_;
  std::size_t taken_ = 0;
  base::Clock::time_point recount_{};  // not before
};

}  // namespace irc

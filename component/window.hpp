// How many bytes may be on their way to the server and not confirmed. As many as the server takes without delay: what
// stands in its queue already can't be overtaken, so that a queue there would make a flood for one delay everybody.
// It shrinks when answers to pings take longer than they have to, and grows while they don't. No I/O in here.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "base/clock.hpp"

namespace component {

class Window {
 public:
  using Duration = base::Clock::duration;
  static constexpr std::size_t least = 32 * 1024, most = 512 * 1024;

  std::size_t size() const noexcept { return size_; }
  // Behind so much a ping leaves.
  std::size_t half() const noexcept { return std::min<std::size_t>(size_ / 2, 128 * 1024); }

  // A ping was answered after at least and at most that time: an answer behind much else may have lain unread on our
  // side, which says nothing of the server. Where the two disagree nothing changes.
  void answered(Duration at_least, Duration at_most) noexcept {
    constexpr std::chrono::milliseconds delay{5};
    fastest_ = std::min(fastest_, at_most);
    const Duration usual = 2 * fastest_ + delay;
    if (at_least > usual) size_ = std::max(least, size_ / 2);
    if (at_most <= usual) size_ = std::min(most, size_ + least);
  }

 private:
  std::size_t size_ = most / 4;
  Duration fastest_ = std::chrono::hours(1);
};

}  // namespace component

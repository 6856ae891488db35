// Something that is done at a fixed rate.
#pragma once

#include <functional>

#include "base/asio.hpp"
#include "bench/load/world.hpp"

namespace load {

// Acts on time whatever comes back: a slow gateway gets no mercy.
class Schedule {
 public:
  Schedule(World& world, std::uint64_t rate, std::function<void()> act)
      : timer_(world.io()), act_(std::move(act)), interval_(std::chrono::nanoseconds(1'000'000'000 / rate)) {}

  // So often from now on.
  void begin(std::uint64_t times) {
    left_ = times;
    due_ = Clock::now();
    turn();
  }
  bool is_over() const { return left_ == 0; }

 private:
  void turn() {
    for (; left_ > 0 && due_ <= Clock::now(); due_ += interval_, --left_) act_();
    if (left_ == 0) return;
    timer_.expires_at(due_);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  asio::steady_timer timer_;
  std::function<void()> act_;
  std::uint64_t left_ = 0;
  Clock::duration interval_;
  Time due_{};
};

}  // namespace load

#include "base/turn_meter.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <thread>

namespace {

using namespace std::chrono_literals;

void work_for(std::chrono::nanoseconds time) {
  const auto used = [] {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
  };
  const auto begin = used();
  while (used() - begin < time) {
  }
}

TEST(TurnMeter, FindsTheLongestTurn) {
  asio::io_context loop{1};
  base::TurnMeter meter;
  for (const auto time : {1ms, 30ms, 80ms, 1ms}) asio::post(loop, [time] { work_for(time); });
  meter.run(loop);
  EXPECT_GE(meter.longest(), 80ms);
  EXPECT_EQ(meter.long_turns(), 1u);
}

TEST(TurnMeter, ManyShortTurnsAreNoLongOne) {
  asio::io_context loop{1};
  base::TurnMeter meter;
  for (int i = 0; i < 100; ++i) asio::post(loop, [] { work_for(1ms); });
  meter.run(loop);
  EXPECT_EQ(meter.long_turns(), 0u);
}

TEST(TurnMeter, WaitingIsNoWork) {
  asio::io_context loop{1};
  base::TurnMeter meter;
  asio::post(loop, [] { std::this_thread::sleep_for(100ms); });
  meter.run(loop);
  EXPECT_LT(meter.longest(), base::TurnMeter::limit);
  EXPECT_EQ(meter.long_turns(), 0u);
}

TEST(TurnMeter, EndsAsTheLoopIsStopped) {
  asio::io_context loop{1};
  base::TurnMeter meter;
  bool has_run = false;
  asio::post(loop, [&loop] { loop.stop(); });
  asio::post(loop, [&has_run] { has_run = true; });
  meter.run(loop);
  EXPECT_FALSE(has_run);
}

}  // namespace

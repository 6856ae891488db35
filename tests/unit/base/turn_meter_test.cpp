#include "base/turn_meter.hpp"

#include <gtest/gtest.h>

#include <ctime>
#include <functional>
#include <thread>
#include <vector>

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

class TurnMeterTest : public testing::Test {
 protected:
  // Each in a turn of its own, on which nothing else waits.
  void run(std::vector<std::function<void()>> turns) {
    meter.start();
    next(turns.begin(), turns.end());
    loop.run();
  }
  void next(auto at, auto end) {
    if (at == end) return meter.close();
    asio::post(loop, [this, at, end] {
      (*at)();
      next(at + 1, end);
    });
  }

  asio::io_context loop{1};
  base::TurnMeter meter{loop.get_executor()};
};

TEST_F(TurnMeterTest, FindsTheLongestTurn) {
  run({[] { work_for(1ms); }, [] { work_for(30ms); }, [] { work_for(80ms); }, [] { work_for(1ms); }});
  EXPECT_GE(meter.longest(), 80ms);
  EXPECT_EQ(meter.long_turns(), 1u);
}

TEST_F(TurnMeterTest, ManyShortTurnsAreNoLongOne) {
  run(std::vector<std::function<void()>>(100, [] { work_for(1ms); }));
  EXPECT_GT(meter.longest(), 0ms);
  EXPECT_EQ(meter.long_turns(), 0u);
}

TEST_F(TurnMeterTest, WaitingIsNoWork) {
  run({[] { std::this_thread::sleep_for(100ms); }, [] { work_for(20ms); }});
  EXPECT_EQ(meter.long_turns(), 0u);
}

TEST_F(TurnMeterTest, EndsWithTheLoop) {
  meter.start();
  asio::post(loop, [this] { loop.stop(); });
  loop.run();
  meter.close();
  work_for(50ms);
  EXPECT_EQ(meter.long_turns(), 0u);
}

}  // namespace

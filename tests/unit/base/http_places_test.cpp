// Who has to go when a listener is full.
#include "base/http_places.hpp"

#include <gtest/gtest.h>

#include "base/http_bodies.hpp"
#include "base/refusals.hpp"

namespace base {
namespace {

using namespace std::chrono_literals;
using Time = Clock::time_point;

class HttpPlacesTest : public testing::Test {
 protected:
  const void* id(int number) { return &ids.at(static_cast<std::size_t>(number)); }
  int to_leave(Time when) {
    const void* const who = places.to_leave(when);
    return who == nullptr ? -1 : static_cast<int>(static_cast<const char*>(who) - ids.data());
  }
  std::array<char, 20> ids{};
  HttpPlaces places{4, 1s};
  const Time now = Clock::now();
};

TEST_F(HttpPlacesTest, TheOldestOfTheAddressThatHasMost) {
  places.enter(id(0), "honest", now);
  for (int i = 1; i < 4; ++i) places.enter(id(i), "stranger", now + std::chrono::milliseconds(i));
  EXPECT_TRUE(places.is_full());
  EXPECT_EQ(to_leave(now + 900ms), -1) << "nobody who has just come";
  EXPECT_EQ(to_leave(now + 2s), 1);
  places.leave(id(1));
  places.begin(id(2));
  EXPECT_EQ(to_leave(now + 2s), 3);
  places.begin(id(3));
  EXPECT_EQ(to_leave(now + 2s), 0);
  places.begin(id(0));
  EXPECT_EQ(to_leave(now + 2s), -1) << "all are served";
  EXPECT_EQ(places.size(), 3u);
}

TEST_F(HttpPlacesTest, WhoIsIdleGoesFirstAndWhoHasProvedSomethingLast) {
  for (int i = 0; i < 3; ++i) places.enter(id(i), "a", now);
  places.begin(id(1)), places.wait(id(1), true, now);
  places.begin(id(2)), places.wait(id(2), false, now);
  EXPECT_EQ(places.waiting(), 3u);
  EXPECT_EQ(to_leave(now), 2);
  places.leave(id(2));
  EXPECT_EQ(to_leave(now + 2s), 0);
  places.leave(id(0));
  EXPECT_EQ(to_leave(now), 1);
  places.leave(id(1));
  EXPECT_EQ(places.waiting(), 0u);
  EXPECT_EQ(to_leave(now), -1);
}

class HttpBodiesTest : public testing::Test {
 protected:
  bool enter(int number, std::size_t size, Time when, const std::string& address = "a") {
    return bodies.enter(&ids.at(static_cast<std::size_t>(number)), address, size, when,
                        [this, number] { went = number; });
  }
  std::vector<int> to_leave(Time when) {
    std::vector<int> out;
    const auto all = bodies.to_leave(when, [&](const void* who) { return received.at(index(who)); });
    for (const void* who : all) out.push_back(static_cast<int>(index(who)));
    return out;
  }
  std::size_t index(const void* who) const {
    return static_cast<std::size_t>(static_cast<const char*>(who) - ids.data());
  }
  void leave(int number, Time when) { bodies.leave(&ids.at(static_cast<std::size_t>(number)), when); }

  std::array<char, 20> ids{};
  std::array<std::size_t, 20> received{};
  HttpBodies bodies{{100, 10, 1s}};
  int went = -1;
  const Time now = Clock::now();
};

TEST_F(HttpBodiesTest, WhoSendsNothingMakesRoom) {
  EXPECT_TRUE(enter(0, 50, now));
  EXPECT_TRUE(enter(1, 50, now));
  EXPECT_TRUE(to_leave(now + 5s).empty()) << "nobody waits";
  EXPECT_FALSE(enter(2, 60, now));
  EXPECT_TRUE(to_leave(now + 900ms).empty());
  received[1] = 49;
  EXPECT_EQ(to_leave(now + 2s), std::vector<int>{0});
  leave(0, now + 2s);
  EXPECT_EQ(went, -1);
  received[1] = 5;
  EXPECT_EQ(to_leave(now + 2s), std::vector<int>{1});
  leave(1, now + 2s);
  EXPECT_EQ(went, 2);
  leave(2, now + 2s);
  EXPECT_TRUE(enter(3, 1000, now)) << "alone even what is longer";
}

TEST_F(HttpBodiesTest, AnAddressDoesNotTakeAll) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(enter(i, 25, now, "greedy"));
  received = {24, 23, 24, 24};
  EXPECT_FALSE(enter(4, 25, now, "greedy"));
  EXPECT_TRUE(to_leave(now + 2s).empty()) << "they are quick enough, and it is its own room";
  leave(4, now);
  EXPECT_FALSE(enter(5, 25, now, "other"));
  EXPECT_EQ(to_leave(now + 2s), std::vector<int>{1});
}

TEST(RefusalPace, SomeAtOnceAndThenSoManyPerSecond) {
  RefusalPace pace(3, 2);
  const Time now = Clock::now();
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(pace.may_go(now));
  EXPECT_FALSE(pace.may_go(now));
  EXPECT_TRUE(pace.may_go(now + 600ms));
  EXPECT_FALSE(pace.may_go(now + 700ms));
  EXPECT_TRUE(pace.may_go(now + 1h));
}

TEST(LogBound, CountsWhatItLeavesOut) {
  LogBound bound(2);
  const Time now = Clock::now();
  EXPECT_EQ(bound.pass(now), 0u);
  EXPECT_EQ(bound.pass(now), 0u);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(bound.pass(now), std::nullopt);
  EXPECT_EQ(bound.pass(now + 61s), 5u);
  EXPECT_EQ(bound.pass(now + 61s), 0u);
}

}  // namespace
}  // namespace base

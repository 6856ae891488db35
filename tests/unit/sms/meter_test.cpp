#include "legacy/sms/meter.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using namespace std::chrono_literals;

// 2023-11-14 22:13:20 UTC
const base::WallTime start = base::WallTime::clock::from_time_t(1700000000);

class MeterTest : public testing::Test {
 protected:
  Meter meter() { return {limits, "EUR", state, "used/x"}; }

  config::LimitsBySpan limits{};
  MemoryState state;
};

TEST_F(MeterTest, WithoutLimitsEverythingGoes) {
  meter().add({1'000'000, 1'000'000, 1'000'000'000'000}, start);
  EXPECT_FALSE(meter().exceeded({1, 1, 1}, start));
}

TEST_F(MeterTest, EachLimitHoldsAndSaysWhenItEnds) {
  const struct {
    std::size_t span;
    config::SmsLimits limit;
    Amount used;
    Amount fits;
    Amount more;
    const char* words;
  } cases[] = {
      {0, {2, 0, 0}, {1, 1, 0}, {1, 9, 9}, {2, 0, 0}, "2 messages in an hour, which ends at 2023-11-14 23:00 UTC"},
      {1, {0, 10, 0}, {1, 9, 0}, {9, 1, 9}, {1, 2, 0}, "10 segments in a day, which ends at 2023-11-15 00:00 UTC"},
      {2,
       {0, 0, 2'500'000},
       {0, 0, 2'400'000},
       {9, 9, 100'000},
       {1, 1, 100'001},
       "2.50 EUR in a month, which ends at 2023-12-01 00:00 UTC"},
  };
  for (const auto& c : cases) {
    state = {};
    limits = {};
    limits.at(c.span) = c.limit;
    meter().add(c.used, start);
    EXPECT_FALSE(meter().exceeded(c.fits, start)) << c.words;
    EXPECT_EQ(meter().exceeded(c.more, start), c.words);
  }
}

TEST_F(MeterTest, ASpanEndsWithTheCalendar) {
  limits[0].messages = limits[1].messages = limits[2].messages = 1;
  meter().add({1, 1, 0}, start);
  EXPECT_NE(meter().exceeded({1, 1, 0}, start)->find("month"), std::string::npos);
  limits[2].messages = 0;
  EXPECT_NE(meter().exceeded({1, 1, 0}, start)->find("day"), std::string::npos);
  limits[1].messages = 0;
  EXPECT_TRUE(meter().exceeded({1, 1, 0}, start + 46min));
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, start + 47min));
  limits[1].messages = 1;
  EXPECT_TRUE(meter().exceeded({1, 1, 0}, start + 1h));
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, start + 2h));
  limits[2].messages = 1;
  EXPECT_TRUE(meter().exceeded({1, 1, 0}, start + 16 * 24h));
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, start + 17 * 24h));
}

TEST_F(MeterTest, TheMonthAfterDecemberIsJanuary) {
  limits[2].messages = 1;
  const auto december = base::WallTime::clock::from_time_t(1703980800);  // 2023-12-31
  meter().add({1, 1, 0}, december);
  EXPECT_NE(meter().exceeded({1, 1, 0}, december)->find("2024-01-01 00:00"), std::string::npos);
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, december + 24h));
}

TEST_F(MeterTest, ARestartForgetsNothing) {
  limits[1].messages = 1;
  meter().add({1, 1, 0}, start);
  state.flush();
  state.commit([](bool) {});
  state.flush();
  state.crash();
  EXPECT_TRUE(meter().exceeded({1, 1, 0}, start));
}

TEST_F(MeterTest, AClockSetBackDoesNotStartASpanAnew) {
  limits[0].messages = limits[1].messages = 1;
  meter().add({1, 1, 0}, start);
  for (const auto back : {1h, 30h, 24h * 400}) {
    EXPECT_TRUE(meter().exceeded({1, 1, 0}, start - back));
  }
  // Set to the year 2033 by mistake and back again: the counts go on with the present day and end with it.
  limits[1].messages = 3;
  limits[0].messages = 0;
  meter().add({2, 2, 0}, start + 24h * 3650);
  meter().add({1, 1, 0}, start);
  EXPECT_TRUE(meter().exceeded({1, 1, 0}, start));
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, start + 24h));
}

TEST_F(MeterTest, WhatWasNotSentIsTakenBack) {
  limits[1].messages = 1;
  meter().add({1, 2, 3}, start);
  meter().take_back({1, 2, 3}, start);
  EXPECT_FALSE(meter().exceeded({1, 1, 0}, start));
  meter().take_back({1, 2, 3}, start);
  EXPECT_TRUE(meter().exceeded({2, 1, 0}, start));
}

TEST_F(MeterTest, DescribesWhatIsUsed) {
  limits[1] = {100, 0, 2'500'000};
  meter().add({3, 4, 31'000}, start);
  EXPECT_EQ(meter().describe(start),
            "this hour: 3 messages, 4 segments, 0.031 EUR\n"
            "this day: 3 of 100 messages, 4 segments, 0.031 of 2.50 EUR\n"
            "this month: 3 messages, 4 segments, 0.031 EUR");
  EXPECT_EQ(meter().describe(start + 24h * 60).find("this hour: 0 messages, 0 segments\n"), 0u);
}

}  // namespace
}  // namespace sms

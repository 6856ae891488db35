#include "legacy/sms/repeats.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

using namespace std::chrono_literals;
using Verdict = Repeats::Verdict;

const base::WallTime noon = base::WallTime::clock::from_time_t(1700000000);

TEST(Repeats, ManyNumbersForOneTextAreThrottledAndToldOnce) {
  Repeats repeats(2, 10min);
  EXPECT_EQ(repeats.note("u", "buy", "+1", noon), Verdict::fine);
  EXPECT_EQ(repeats.note("u", "buy", "+2", noon), Verdict::fine);
  EXPECT_EQ(repeats.note("u", "buy", "+3", noon), Verdict::throttled_first);
  EXPECT_EQ(repeats.note("u", "buy", "+4", noon), Verdict::throttled);
  EXPECT_EQ(repeats.note("u", "buy", "+1", noon), Verdict::fine);
  EXPECT_EQ(repeats.note("u", "something else", "+3", noon), Verdict::fine);
  EXPECT_EQ(repeats.note("another", "buy", "+3", noon), Verdict::fine);
}

TEST(Repeats, TimePasses) {
  Repeats repeats(2, 10min);
  repeats.note("u", "buy", "+1", noon);
  repeats.note("u", "buy", "+2", noon + 5min);
  EXPECT_EQ(repeats.note("u", "buy", "+3", noon + 9min), Verdict::throttled_first);
  EXPECT_EQ(repeats.note("u", "buy", "+3", noon + 10min), Verdict::fine);
  EXPECT_EQ(repeats.note("u", "buy", "+4", noon + 11min), Verdict::throttled);
  EXPECT_EQ(repeats.note("u", "buy", "+4", noon + 60min), Verdict::fine);
}

TEST(Repeats, AClockSetBackDoesNotThrottleForEver) {
  Repeats repeats(1, 10min);
  repeats.note("u", "buy", "+1", noon + 24h);
  EXPECT_EQ(repeats.note("u", "buy", "+2", noon), Verdict::fine);
}

TEST(Repeats, ZeroIsNoBound) {
  Repeats repeats(0, 10min);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(repeats.note("u", "buy", "+" + std::to_string(i), noon), Verdict::fine);
}

}  // namespace
}  // namespace sms

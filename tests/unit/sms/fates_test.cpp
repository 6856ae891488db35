#include "legacy/sms/fates.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using legacy::Delivery;
using legacy::Errc;
using State = Delivery::State;

const base::WallTime noon = base::WallTime::clock::from_time_t(1700000000);

class FatesTest : public testing::Test {
 protected:
  std::vector<Delivery> end(const std::string& token, State how, Errc reason = Errc::none, std::string words = {}) {
    std::vector<Delivery> out;
    EXPECT_TRUE(Fates(state).fold({token, how, reason, std::move(words), "out/x"}, out));
    return out;
  }

  MemoryState state;
  Fates fates{state};
};

TEST_F(FatesTest, OthersPassAsTheyAre) {
  std::vector<Delivery> out;
  EXPECT_FALSE(fates.fold({"a@x/r\n+1@y\n1\nid", State::delivered, Errc::none, {}, "out/x"}, out));
  EXPECT_FALSE(fates.take("out/x/delivered"));
  EXPECT_TRUE(out.empty());
}

TEST_F(FatesTest, DeliveredWhenAllAre) {
  const auto tokens = fates.split("whole", 3, noon);
  ASSERT_EQ(tokens.size(), 3u);
  EXPECT_TRUE(end(tokens[2], State::delivered).empty());
  EXPECT_TRUE(end(tokens[0], State::delivered).empty());
  EXPECT_TRUE(end(tokens[0], State::delivered).empty());
  const auto told = end(tokens[1], State::delivered);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].token, "whole");
  EXPECT_EQ(told[0].state, State::delivered);
  EXPECT_EQ(fates.untold().size(), 1u);
  EXPECT_TRUE(fates.take(told[0].key));
  EXPECT_EQ(state.count("many/"), 0u);
}

TEST_F(FatesTest, OneFailureIsToldAtOnceAndOnce) {
  const auto tokens = fates.split("whole", 3, noon);
  const auto told = end(tokens[1], State::failed, Errc::undeliverable, "no such subscriber");
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, State::failed);
  EXPECT_EQ(told[0].reason, Errc::undeliverable);
  EXPECT_EQ(told[0].text, "part 2 of 3: no such subscriber");
  EXPECT_TRUE(fates.take(told[0].key));
  EXPECT_TRUE(end(tokens[0], State::failed, Errc::undeliverable, "again").empty());
  EXPECT_TRUE(end(tokens[2], State::delivered).empty());
  EXPECT_TRUE(fates.untold().empty());
}

TEST_F(FatesTest, UncertainMayStillBecomeDelivered) {
  const auto tokens = fates.split("whole", 2, noon);
  EXPECT_TRUE(end(tokens[0], State::uncertain, Errc::uncertain, "who knows").empty());
  auto told = end(tokens[1], State::delivered);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, State::uncertain);
  EXPECT_EQ(told[0].reason, Errc::uncertain);
  EXPECT_EQ(told[0].text, "part 1 of 2: who knows");
  EXPECT_TRUE(fates.take(told[0].key));
  told = end(tokens[0], State::delivered);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, State::delivered);
  EXPECT_EQ(told[0].reason, Errc::none);
  EXPECT_TRUE(told[0].text.empty());
  EXPECT_EQ(fates.untold().size(), 1u);
}

TEST_F(FatesTest, WhatWasNotTakenIsToldAfterARestart) {
  const auto tokens = fates.split("whole", 1, noon);
  const auto told = end(tokens[0], State::delivered);
  Fates after(state);
  const auto again = after.untold();
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(again[0].key, told.at(0).key);
  EXPECT_EQ(again[0].token, "whole");
}

TEST_F(FatesTest, NothingIsKeptForEver) {
  fates.split("whole", 2, noon);
  fates.sweep(noon + std::chrono::hours(24 * 13));
  EXPECT_EQ(state.count("many/"), 1u);
  fates.sweep(noon + std::chrono::hours(24 * 14));
  EXPECT_EQ(state.count("many/"), 0u);
  const auto tokens = fates.split("whole", 2, noon);
  fates.forget(tokens[0]);
  EXPECT_EQ(state.count("many/"), 0u);
  EXPECT_TRUE(end(tokens[0], State::delivered).empty());
}

}  // namespace
}  // namespace sms

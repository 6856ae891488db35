// Connections and joins that one user may have, and all together.
#include "mapping/census.hpp"

#include <gtest/gtest.h>

#include "mapping/pace.hpp"

using component::Jid;
using mapping::Census;
using mapping::Pace;

namespace {

using namespace std::chrono_literals;

Jid user(const std::string& text) {
  return *Jid::parse(text);
}

TEST(Census, CountsEachUserByHimself) {
  Census census({0, 2, 0});
  const auto one = census.admit(user("a@x/phone"), false);
  auto two = census.admit(user("a@x/desk"), false);
  ASSERT_TRUE(one && two);
  const auto third = census.admit(user("a@x/phone"), false);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().condition, component::Condition::resource_constraint);
  EXPECT_NE(third.error().text.find("2 networks"), std::string::npos);
  EXPECT_TRUE(census.admit(user("b@x"), false));
  two = Census::Seat{};
  EXPECT_TRUE(census.admit(user("a@x"), false));
}

TEST(Census, CountsDomainsButOurOwn) {
  Census census({0, 0, 1});
  const auto seat = census.admit(user("a@far"), false);
  EXPECT_FALSE(census.admit(user("b@far"), false));
  EXPECT_TRUE(census.admit(user("b@further"), false));
  const auto home = census.admit(user("a@home"), true);
  EXPECT_TRUE(census.admit(user("b@home"), true));
}

TEST(Census, CountsAll) {
  Census census({2, 0, 0});
  const auto one = census.admit(user("a@x"), true);
  {
    const auto two = census.admit(user("b@y"), false);
    EXPECT_FALSE(census.admit(user("c@z"), true));
  }
  EXPECT_TRUE(census.admit(user("c@z"), true));
}

TEST(Pace, SoManyAtOnceAndThenByAndBy) {
  Pace pace(3, 6);
  const base::Clock::time_point start{};
  for (int count = 0; count < 3; ++count) EXPECT_TRUE(pace.take("a", start));
  EXPECT_FALSE(pace.take("a", start));
  EXPECT_TRUE(pace.take("b", start));
  EXPECT_FALSE(pace.take("a", start + 9s));
  EXPECT_TRUE(pace.take("a", start + 10s));
  EXPECT_FALSE(pace.take("a", start + 10s));
  for (int count = 0; count < 3; ++count) EXPECT_TRUE(pace.take("a", start + 10min));
  EXPECT_FALSE(pace.take("a", start + 10min));
}

TEST(Pace, WhoHasRestedIsForgottenAndTheOthersNot) {
  Pace pace(1, 1);
  const base::Clock::time_point start{};
  for (int count = 0; count < 1000; ++count) EXPECT_TRUE(pace.take(std::to_string(count), start));
  for (int count = 0; count < 1000; ++count) EXPECT_FALSE(pace.take(std::to_string(count), start + 1s));
  for (int count = 0; count < 1000; ++count) EXPECT_TRUE(pace.take(std::to_string(count), start + 2min));
}

TEST(Pace, WithoutABound) {
  Pace pace(0, 0);
  for (int count = 0; count < 1000; ++count) EXPECT_TRUE(pace.take("a", {}));
}

}  // namespace

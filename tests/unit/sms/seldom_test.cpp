#include "legacy/sms/seldom.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

using namespace std::chrono_literals;

TEST(Seldom, OnceInAPauseForEachMatter) {
  const auto noon = base::WallTime::clock::from_time_t(1700000000);
  Seldom seldom(1h);
  EXPECT_TRUE(seldom.may_tell("a", noon));
  EXPECT_FALSE(seldom.may_tell("a", noon + 59min));
  EXPECT_TRUE(seldom.may_tell("b", noon + 59min));
  EXPECT_TRUE(seldom.may_tell("a", noon + 60min));
  EXPECT_TRUE(seldom.may_tell("a", noon - 24h));
  for (int i = 0; i < 5000; ++i) EXPECT_TRUE(seldom.may_tell(std::to_string(i), noon));
}

}  // namespace
}  // namespace sms

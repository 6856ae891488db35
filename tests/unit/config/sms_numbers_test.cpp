// Whose numbers are whose.
#include <gtest/gtest.h>

#include "config/config.hpp"

namespace config {
namespace {

auto read(const std::string& keys) {
  return parse(
      "[http]\nlisten='127.0.0.1:1'\n[[component]]\ntype='sms'\ndomain='sms.x'\nsecret='s'\n"
      "[[component.network]]\nsend_url='http://127.0.0.1:1/'\nusername='u'\npassword='p'\n"
      "webhook_secret='0123456789abcdef'\n" +
          keys,
      "wherry.toml");
}

SmsNumbers numbers(const std::string& keys) {
  const auto config = read(keys);
  EXPECT_TRUE(config) << (config ? "" : config.error().front().str());
  return config ? config->components.at(0).sms.at(0).numbers : SmsNumbers{};
}

TEST(SmsNumbers, UsersAreBelievedWhereNoneIsListed) {
  EXPECT_EQ(numbers("").assign, Assign::trusted);
  EXPECT_EQ(numbers("numbers=['+15551234567']\n").assign, Assign::pool);
}

TEST(SmsNumbers, AreRead) {
  const auto read = numbers("assign='admin'\nnumbers=['+15551234567','12345']\nrest_days=7\n");
  EXPECT_EQ(read.assign, Assign::admin);
  EXPECT_EQ(read.numbers, (std::vector<std::string>{"+15551234567", "12345"}));
  EXPECT_EQ(read.rest, std::chrono::days{7});
  EXPECT_EQ(numbers("assign='admin'\n").assign, Assign::admin);
  EXPECT_EQ(numbers("assign='claim'\nnumbers=['+15551234567']\n").assign, Assign::claim);
}

struct Mistake {
  std::string keys, what;
};

class SmsNumbersMistakes : public testing::TestWithParam<Mistake> {};

TEST_P(SmsNumbersMistakes, AreNamed) {
  const auto config = read(GetParam().keys);
  ASSERT_FALSE(config);
  EXPECT_NE(config.error().front().str().find(GetParam().what), std::string::npos) << config.error().front().str();
}

INSTANTIATE_TEST_SUITE_P(All, SmsNumbersMistakes,
                         testing::Values(Mistake{"assign='free'\n", "assign can't be \"free\""},
                                         Mistake{"assign='pool'\n", "none is listed"},
                                         Mistake{"assign='claim'\n", "no number to text them from"},
                                         Mistake{"numbers=['+1 555']\n", "no number of an account"},
                                         Mistake{"numbers=['+12']\n", "no number of an account"},
                                         Mistake{"numbers=['MyBank']\n", "no number of an account"},
                                         Mistake{"numbers=['+15551234567','+15551234567']\n", "twice"},
                                         Mistake{"rest_days=3\n", "rest_days is about"},
                                         Mistake{"numbers=['+15551234567']\nrest_days=-1\n", "out of range"}));

}  // namespace
}  // namespace config

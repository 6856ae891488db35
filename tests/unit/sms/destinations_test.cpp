#include "legacy/sms/destinations.hpp"

#include <gtest/gtest.h>

namespace sms {
namespace {

class DestinationsTest : public testing::Test {
 protected:
  bool allows(const std::string& to, const std::string& from = "+4915112345678") {
    const auto number = Number::parse(to, {});
    if (!number) throw std::invalid_argument(to);
    return Destinations(rules, country_code).refusal(*number, from).empty();
  }
  std::optional<config::Micros> price(const std::string& to) {
    return Destinations(rules, {}).price(*Number::parse(to, {}));
  }

  config::SmsRules rules;
  std::string country_code;
};

TEST_F(DestinationsTest, CountryCodes) {
  const std::pair<const char*, const char*> cases[] = {
      {"+15551234567", "1"},
      {"+74951234567", "7"},
      {"+4915112345678", "49"},
      {"+447700900123", "44"},
      {"+420601123456", "420"},
      {"+3531234567", "353"},
      {"+886912345678", "886"},
      {"+8613012345678", "86"},
      {"12345", ""},
      {"", ""},
  };
  for (const auto& [number, expected] : cases) EXPECT_EQ(country_code_of(number), expected) << number;
}

TEST_F(DestinationsTest, ByDefaultOnlyTheOwnCountry) {
  country_code = "49";
  EXPECT_TRUE(allows("+4915112345678", "+15550001111"));
  EXPECT_FALSE(allows("+15551234567", "+15550001111"));
  country_code = "";
  EXPECT_TRUE(allows("+15551234567", "+15550001111"));
  EXPECT_FALSE(allows("+4915112345678", "+15550001111"));
  EXPECT_FALSE(allows("+4915112345678", "72975"));
  EXPECT_FALSE(allows("+420601123456", "+4930123456"));
}

TEST_F(DestinationsTest, TheLongestPrefixDecides) {
  rules.allow = {"+44", "+447700"};
  rules.deny = {"+4477", "+44770099"};
  EXPECT_TRUE(allows("+442071234567"));
  EXPECT_FALSE(allows("+447712345678"));
  EXPECT_TRUE(allows("+447700100000"));
  EXPECT_FALSE(allows("+447700990000"));
  EXPECT_FALSE(allows("+4915112345678"));
  rules.deny = {"+44"};
  rules.allow = {"+44"};
  EXPECT_FALSE(allows("+442071234567"));
}

TEST_F(DestinationsTest, PremiumNumbersNeedToBeNamed) {
  rules.allow = {"+"};
  EXPECT_TRUE(allows("+15551234567"));
  for (const char* number : {"+19005551234", "+449012345678", "+49900312345", "+88212345678", "+979123456789"})
    EXPECT_FALSE(allows(number)) << number;
  rules.allow = {"+", "+1900"};
  EXPECT_TRUE(allows("+19005551234"));
  EXPECT_FALSE(allows("+49900312345"));
  rules.premium_ok = true;
  EXPECT_TRUE(allows("+49900312345"));
}

TEST_F(DestinationsTest, ShortCodes) {
  EXPECT_TRUE(allows("72975"));
  rules.deny = {"72975"};
  EXPECT_FALSE(allows("72975"));
  EXPECT_TRUE(allows("729750"));
  rules = {};
  rules.short_codes = false;
  EXPECT_FALSE(allows("72975"));
  rules.allow = {"+49", "72975"};
  EXPECT_TRUE(allows("72975"));
  EXPECT_FALSE(allows("72976"));
}

TEST_F(DestinationsTest, TheRefusalSaysWhatMayGo) {
  rules.allow = {"+44", "+353"};
  EXPECT_EQ(Destinations(rules, {}).refusal(*Number::parse("+15551234567", {}), "+442071234567"),
            "This gateway sends texts to numbers that begin with +44, +353 only.");
}

TEST_F(DestinationsTest, PricesByTheLongestPrefix) {
  EXPECT_EQ(price("+15551234567"), 0);
  rules.prices = {{"+1", 7'900}, {"+1876", 150'000}, {"", 5}};
  EXPECT_EQ(price("+15551234567"), 7'900);
  EXPECT_EQ(price("+18765551234"), 150'000);
  EXPECT_EQ(price("12345"), 5);
  EXPECT_EQ(price("+4915112345678"), std::nullopt);
  rules.prices.push_back({"+", 90'000});
  EXPECT_EQ(price("+4915112345678"), 90'000);
}

}  // namespace
}  // namespace sms

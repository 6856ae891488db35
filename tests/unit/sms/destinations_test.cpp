#include "legacy/sms/destinations.hpp"

#include <gtest/gtest.h>

#include "config/countries.hpp"

namespace sms {
namespace {

class DestinationsTest : public testing::Test {
 protected:
  bool allows(const std::string& to, const std::string& from = "+4915112345678") {
    const auto number = Number::parse(to, {});
    if (!number) throw std::invalid_argument(to);
    return Destinations(rules, country_code, numbers).refusal(*number, from, is_answer).empty();
  }
  std::optional<config::Micros> price(const std::string& to) {
    return Destinations(rules, {}).price(*Number::parse(to, {}));
  }

  config::SmsRules rules;
  std::string country_code;
  std::vector<std::string> numbers;
  bool is_answer = false;
};

TEST_F(DestinationsTest, CountriesAndNotCallingCodes) {
  const std::pair<const char*, const char*> cases[] = {
      {"+15551234567", "US"},
      {"+12125551234", "US"},
      {"+14165551234", "CA"},
      {"+18765551234", "JM"},
      {"+16585551234", "JM"},
      {"+18095551234", "DO"},
      {"+17875551234", "PR"},
      {"+12425551234", "BS"},
      {"+74951234567", "RU"},
      {"+77012345678", "KZ"},
      {"+4915112345678", "DE"},
      {"+447700900123", "GB"},
      {"+447797123456", "JE"},
      {"+447624123456", "IM"},
      {"+447781123456", "GG"},
      {"+420601123456", "CZ"},
      {"+3531234567", "IE"},
      {"+886912345678", "TW"},
      {"+8613012345678", "CN"},
      {"+262639123456", "YT"},
      {"+881612345678", ""},
      {"12345", ""},
      {"", ""},
  };
  for (const auto& [number, expected] : cases) EXPECT_EQ(config::country_of(number).code, expected) << number;
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

TEST_F(DestinationsTest, WhoSharesTheCallingCodeIsAnotherCountry) {
  country_code = "1";
  EXPECT_TRUE(allows("+12125551234", "+15550001111"));
  for (const char* number : {"+18765551234", "+18095551234", "+18295551234", "+12425551234", "+14165551234"})
    EXPECT_FALSE(allows(number, "+15550001111")) << number;
  // The sender may say so, and nothing is gained by it.
  EXPECT_TRUE(allows("+14165551234", "+16045551234"));
  EXPECT_FALSE(allows("+18765551234", "+18765550000"));
  rules.allow = {"US", "CA"};
  EXPECT_TRUE(allows("+14165551234", "+15550001111"));
  EXPECT_TRUE(allows("+12125551234", "+15550001111"));
  EXPECT_FALSE(allows("+18765551234", "+15550001111"));
  EXPECT_FALSE(allows("+19005551234", "+15550001111"));
  EXPECT_FALSE(allows("+12129761234", "+15550001111"));
  rules.deny = {"CA"};
  EXPECT_FALSE(allows("+14165551234", "+15550001111"));
  rules = {};
  country_code = "44";
  EXPECT_TRUE(allows("+447700900123"));
  EXPECT_FALSE(allows("+447797123456"));
  country_code = "7";
  EXPECT_FALSE(allows("+77012345678"));
}

TEST_F(DestinationsTest, TheAccountsNumbersSayTheCountry) {
  country_code = "1";
  numbers = {"+16045551234"};
  EXPECT_TRUE(allows("+14165551234", "+15550001111"));
  EXPECT_FALSE(allows("+12125551234", "+15550001111"));
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
  rules.short_codes = config::ShortCodes::answers;
  EXPECT_FALSE(allows("72975"));
  is_answer = true;
  EXPECT_TRUE(allows("72975"));
  rules.short_codes = config::ShortCodes::none;
  EXPECT_FALSE(allows("72975"));
  rules.allow = {"+49", "72975"};
  EXPECT_TRUE(allows("72975"));
  EXPECT_FALSE(allows("72976"));
}

TEST_F(DestinationsTest, TheRefusalSaysWhatMayGo) {
  rules.allow = {"+44", "+353"};
  EXPECT_EQ(Destinations(rules, {}).refusal(*Number::parse("+15551234567", {}), "+442071234567"),
            "This gateway sends texts to numbers that begin with +44, +353 only.");
  rules.allow = {"US", "+44", "72975"};
  EXPECT_EQ(Destinations(rules, {}).refusal(*Number::parse("+4915112345678", {}), "+442071234567"),
            "This gateway sends texts to numbers of US, and numbers that begin with +44 only.");
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

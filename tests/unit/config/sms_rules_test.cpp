#include "config/sms_rules.hpp"

#include <gtest/gtest.h>

#include "config/config.hpp"

namespace config {
namespace {

TEST(Money, IsCountedInWholeMillionths) {
  const struct {
    const char* text;
    Micros expected;
  } cases[] = {{"0", 0},           {"12", 12'000'000}, {"0.1", 100'000},
               {"0.0079", 7'900},  {"0.000001", 1},    {"999999999.999999", 999'999'999'999'999},
               {"1.50", 1'500'000}};
  for (const auto& c : cases) EXPECT_EQ(parse_money(c.text), c.expected) << c.text;
  for (const char* text :
       {"", ".", "1.", ".5", "-1", "+1", "1,5", "1.0000001", "1e3", " 1", "1 ", "1000000000", "1.2.3"})
    EXPECT_FALSE(parse_money(text)) << text;
}

TEST(Money, IsWrittenShortly) {
  EXPECT_EQ(format_money(0), "0.00");
  EXPECT_EQ(format_money(12'000'000), "12.00");
  EXPECT_EQ(format_money(7'900), "0.0079");
  EXPECT_EQ(format_money(1'234'500), "1.2345");
  EXPECT_EQ(format_money(1), "0.000001");
}

const std::string network =
    "[http]\n[[component]]\ntype='sms'\ndomain='sms.x'\nsecret='s'\n[[component.network]]\n"
    "send_url='http://localhost:1/'\nusername='u'\npassword='p'\nwebhook_secret='0123456789abcdef'\n";

TEST(SmsRules, ValuesArrive) {
  const auto parsed = parse(
      network +
          "transliterate='letters'\nmost_segments=20\nallow=['+44','US','+']\ndeny=['+4470','12345']\n"
          "premium_ok=true\nshort_codes=false\nstop_words='all'\nuser_limits=['100 messages/day','2.50 spend/hour']\n"
          "network_limits=['9 segments/month','8 messages/month']\nprices=['+44 0.0079','+ 0.1','short 1']\n"
          "currency='EUR'\nsame_text_numbers=3\nsame_text_minutes=4\nstop_reply='a'\nstart_reply='b'\n"
          "help_reply='c'\n",
      "w.toml");
  ASSERT_TRUE(parsed);
  SmsRules expected;
  expected.transliterate = Transliterate::letters;
  expected.most_segments = 20;
  expected.allow = {"+44", "US", "+"};
  expected.deny = {"+4470", "12345"};
  expected.premium_ok = true;
  expected.short_codes = ShortCodes::none;
  expected.stop_words = StopWords::all;
  expected.user_limits[0].spend = 2'500'000;
  expected.user_limits[1].messages = 100;
  expected.network_limits[2] = {8, 9, 0};
  expected.prices = {{"+44", 7'900}, {"+", 100'000}, {"", 1'000'000}};
  expected.currency = "EUR";
  expected.same_text_numbers = 3;
  expected.same_text_time = std::chrono::minutes{4};
  expected.stop_reply = "a", expected.start_reply = "b", expected.help_reply = "c";
  EXPECT_EQ(parsed->components[0].sms[0].rules, expected);
}

TEST(SmsRules, WhoAnswersStopHeedsIt) {
  const auto words = [](const std::string& text) {
    return parse(network + text, "w.toml")->components[0].sms[0].rules.stop_words;
  };
  EXPECT_EQ(words(""), StopWords::provider);
  EXPECT_EQ(words("stop_reply='bye'\n"), StopWords::all);
  EXPECT_EQ(words("stop_reply='bye'\nstop_words='off'\n"), StopWords::off);
}

TEST(SmsRules, MistakesAreNamed) {
  const struct {
    std::string text;
    const char* said;
  } cases[] = {
      {"transliterate='all'\n", "transliterate can't be \"all\""},
      {"most_segments=0\n", "most_segments = 0 is out of range"},
      {"stop_words='none'\n", "stop_words can't be \"none\""},
      {"allow=['44']\n", "allow has \"44\", which is no prefix"},
      {"deny=['+4x']\n", "deny has \"+4x\", which is no prefix"},
      {"user_limits=['0 messages/day']\n", "which is no limit"},
      {"user_limits=['5 messages/week']\n", "which is no limit"},
      {"user_limits=['1.5 messages/day']\n", "which is no limit"},
      {"network_limits=['5 letters/day']\n", "which is no limit"},
      {"network_limits=['5/day messages']\n", "which is no limit"},
      {"user_limits=['5.00 spend/day']\n", "a limit on spend needs prices"},
      {"prices=['+44']\n", "which is no price"},
      {"prices=['44 1']\n", "which is no price"},
      {"prices=['+44 1,5']\n", "which is no price"},
  };
  for (const auto& c : cases) {
    const auto parsed = parse(network + c.text, "w.toml");
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_NE(parsed.error().front().what.find(c.said), std::string::npos) << parsed.error().front().str();
  }
}

}  // namespace
}  // namespace config

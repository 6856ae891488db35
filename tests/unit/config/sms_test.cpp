// The keys of SMS providers, and the examples of docs/sms.md.
#include "config/sms.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "config/config.hpp"

namespace {

using config::parse;

const std::string head =
    "[http]\n[[component]]\ntype = 'sms'\ndomain = 'sms.x'\nsecret = 's'\n[[component.network]]\nprovider = '";
const std::string twilio = "twilio'\naccount_sid = 'AC1'\nauth_token = 't'\n";
const std::string plivo = "plivo'\nauth_id = 'MA1'\nauth_token = 't'\nwebhook_secret = '0123456789abcdef'\n";
const std::string telnyx = "telnyx'\napi_key = 'KEY1'\npublic_key = '11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo='\n";
const std::string bandwidth =
    "bandwidth'\naccount_id = '99'\napplication_id = 'a-1'\nusername = 'u'\npassword = 'p'\n"
    "webhook_username = 'h'\nwebhook_password = 'hp'\nwebhook_secret = '0123456789abcdef'\n";

std::string all(const config::Problems& problems) {
  std::string out;
  for (const auto& problem : problems) out += problem.str() + "\n";
  return out;
}

config::SmsNetwork read(const std::string& lines) {
  const auto parsed = parse(head + lines, "w.toml");
  EXPECT_TRUE(parsed) << all(parsed.error());
  return parsed ? parsed->components.at(0).sms.at(0) : config::SmsNetwork{};
}

TEST(SmsConfig, TwilioArrives) {
  const auto plain = std::get<config::Twilio>(read(twilio).provider);
  EXPECT_EQ(plain.api.base_url, "https://api.twilio.com");
  EXPECT_EQ(plain.account_sid, "AC1");
  EXPECT_EQ(plain.auth_token.value, "t");
  const auto network = read(twilio + "api_key_sid = 'SK1'\napi_key_secret = 'ks'\nca_file = '" WHERRY_SOURCE
                                     "/LICENSE'\nrate = 3\n"
                                     "base_url = 'https://proxy/twilio//'\n");
  const auto with_key = std::get<config::Twilio>(network.provider);
  EXPECT_EQ(with_key.api.base_url, "https://proxy/twilio");
  EXPECT_EQ(with_key.api.ca_file, WHERRY_SOURCE "/LICENSE");
  EXPECT_EQ(with_key.api_key_sid, "SK1");
  EXPECT_EQ(with_key.api_key_secret.value, "ks");
  EXPECT_EQ(network.rate, 3);
}

TEST(SmsConfig, TheOthersArrive) {
  const auto p = std::get<config::Plivo>(read(plivo + "base_url = 'http://127.0.0.1:1'\n").provider);
  EXPECT_EQ(p.api.base_url, "http://127.0.0.1:1");
  EXPECT_EQ(p.auth_id + p.auth_token.value + p.webhook_secret.value, "MA1t0123456789abcdef");
  const auto t = std::get<config::Telnyx>(read(telnyx + "messaging_profile = 'm'\n").provider);
  EXPECT_EQ(t.api.base_url, "https://api.telnyx.com");
  EXPECT_EQ(t.api_key.value + t.messaging_profile, "KEY1m");
  EXPECT_EQ(t.public_key, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");
  const auto b = std::get<config::Bandwidth>(read(bandwidth).provider);
  EXPECT_EQ(b.api.base_url, "https://messaging.bandwidth.com");
  EXPECT_EQ(b.account_id + b.application_id + b.username + b.password.value, "99a-1up");
  EXPECT_EQ(b.webhook_username + b.webhook_password.value + b.webhook_secret.value, "hhp0123456789abcdef");
}

TEST(SmsConfig, MistakesAreNamed) {
  const std::pair<std::string, const char*> cases[] = {
      {"twilo'\n", "provider can't be \"twilo\"; write \"twilio\""},
      {"twilio'\n", "account_sid is missing in [[component.network]]; write the Account SID, which starts with AC"},
      {"twilio'\n", "auth_token is missing"},
      {"twilio'\naccount_sid = 'SK1'\nauth_token = 't'\n", "account_sid can't be \"SK1\"; write the Account SID, AC"},
      {"twilio'\naccount_sid = 'AC/../1'\nauth_token = 't'\n", "account_sid can't be"},
      {twilio + "api_key_sid = 'SK1'\n", "api_key_secret is missing"},
      {twilio + "api_key_secret = 'x'\n", "api_key_secret without api_key_sid; write api_key_sid = \"SK...\""},
      {twilio + "auth_token_file = '/none'\n", "auth_token is given in several ways"},
      {twilio + "webhook_secret = '0123456789abcdef'\n", "unknown key \"webhook_secret\""},
      {twilio + "base_url = 'http://api.twilio.com'\n", "base_url would carry the account's key and all messages"},
      {twilio + "base_url = 'http://127.0.0.1@elsewhere'\n", "without TLS; write an https URL; http is allowed"},
      {twilio + "base_url = 'ftp://a'\n", "base_url would carry"},
      {twilio + "rate = -1\n", "rate = -1 is out of range"},
      {"plivo'\nauth_id = 'M A'\nauth_token = 't'\nwebhook_secret = 'short'\n", "auth_id can't be \"M A\""},
      {"plivo'\nauth_id = 'MA'\nauth_token = 't'\nwebhook_secret = 'short'\n", "nobody guesses"},
      {"telnyx'\napi_key = 'k'\npublic_key = 'AAAA'\n", "public_key is not an Ed25519 key; write the account's public"},
      {"telnyx'\napi_key = 'k'\n", "public_key is missing"},
      {"bandwidth'\n", "webhook_password is missing"},
      {"bandwidth'\n", "application_id is missing"},
  };
  for (const auto& [lines, said] : cases) {
    const auto parsed = parse(head + lines, "w.toml");
    ASSERT_FALSE(parsed) << lines;
    EXPECT_NE(all(parsed.error()).find(said), std::string::npos) << lines << all(parsed.error());
  }
  const auto unknown = parse(head + "twilo'\naccount_sid = 'AC1'\n", "w.toml");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().size(), 1u) << "the keys of a provider that there isn't are no mistakes of their own";
}

TEST(SmsConfig, TheGuidesExamplesAreWhole) {
  std::ifstream file(WHERRY_SOURCE "/docs/sms.md");
  std::string line;
  std::string block;
  int blocks = 0;
  while (std::getline(file, line)) {
    if (line.find("```toml") != std::string::npos) {
      while (std::getline(file, line) && line.find("```") == std::string::npos) block += line + "\n";
      const auto parsed = parse(block, "docs/sms.md");
      EXPECT_TRUE(parsed) << block << all(parsed.error());
      block.clear();
      ++blocks;
    }
  }
  EXPECT_GE(blocks, 2);
}

}  // namespace

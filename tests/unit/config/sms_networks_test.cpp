#include <gtest/gtest.h>

#include "config/config.hpp"

namespace {

using config::GenericSms;
using config::parse;

const std::string head = "[http]\n[[component]]\ntype='sms'\ndomain='sms.x'\nsecret='s'\n[[component.network]]\n";

std::string all(const config::Problems& problems) {
  std::string out;
  for (const auto& problem : problems) out += problem.str() + "\n";
  return out;
}

template <class Provider>
Provider read(const std::string& text) {
  const auto parsed = parse(head + text, "w.toml");
  if (!parsed) {
    ADD_FAILURE() << text << all(parsed.error());
    return {};
  }
  return std::get<Provider>(parsed->components.at(0).sms.at(0).provider);
}

const std::string secret = "webhook_secret='0123456789abcdef'\n";
const std::string vonage = "provider='vonage-sms'\napi_key='k'\napi_secret='s'\n" + secret;
const std::string messages = "provider='vonage-messages'\napi_key='k'\napi_secret='s'\nsignature_secret='g'\n";
const std::string bird = "provider='messagebird'\naccess_key='k'\n" + secret;
const std::string sinch = "provider='sinch'\nservice_plan_id='p'\napi_token='t'\n" + secret;
const std::string gate =
    "provider='smsgate'\nsend_url='http://127.0.0.1:8080/message'\nusername='u'\npassword='p'\nsigning_key='k'\n";
const std::string generic = "provider='generic'\nurl='https://a/send'\n";
const std::string body = "body='{\"to\":\"{to}\",\"text\":\"{text}\",\"dlr\":\"{report_url}\"}'\n";
const std::string hook = "[component.network.webhook]\n" + secret;

TEST(SmsNetworks, DefaultsOfEachProvider) {
  EXPECT_EQ(read<config::VonageSms>(vonage).api.base_url, "https://rest.nexmo.com");
  EXPECT_EQ(read<config::VonageSms>(vonage).signature_method, "md5hash");
  EXPECT_EQ(read<config::VonageMessages>(messages).api.base_url, "https://api.nexmo.com");
  EXPECT_EQ(read<config::MessageBird>(bird).api.base_url, "https://rest.messagebird.com");
  EXPECT_EQ(read<config::Sinch>(sinch).api.base_url, "https://us.sms.api.sinch.com");
  EXPECT_EQ(read<config::Sinch>(sinch + "region='eu'\n").api.base_url, "https://eu.sms.api.sinch.com");
  EXPECT_EQ(read<config::Sinch>(sinch + "base_url='https://h/'\n").api.base_url, "https://h");
  EXPECT_EQ(read<config::SmsGate>(gate + "sim=2\nnumber='+15550001111'\n").sim, 2);
  EXPECT_EQ(read<config::SmsGate>(gate).signing_key.value, "k");
}

TEST(SmsNetworks, TheGenericOneInFull) {
  const auto read_back = read<GenericSms>(
      generic + body + "method='PUT'\nheaders=['X-Key: {secret}','X-Empty:']\nsecret='s'\nplus=false\n" +
      "[component.network.answer]\nid='/id'\nerror='/errors/0/text'\nretry=[420]\nstop=[402,403]\n"
      "[component.network.inbound]\nformat='form'\nfrom='f'\nto='t'\ntext='x'\nid='i'\ntime='w'\n"
      "[component.network.report]\nforeign_id='/id'\nstate='/state'\nerror='/why'\ndelivered=['ok']\nfailed=['no']\n"
      "[component.network.webhook]\nauth='hmac'\nheader='X-Sig'\ndigest='sha512'\nencoding='base64'\n"
      "timestamp_header='X-Time'\nseparator='.'\nstatus=202\nthanks='ok'\nwebhook_secret='k'\n");
  EXPECT_EQ(read_back.method, "PUT");
  EXPECT_FALSE(read_back.has_plus);
  using Headers = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(read_back.headers, (Headers{{"X-Key", "{secret}"}, {"X-Empty", ""}}));
  EXPECT_EQ(read_back.answer.id, "/id");
  EXPECT_EQ(read_back.answer.stop, (std::vector{402, 403}));
  EXPECT_EQ(read_back.inbound.format, GenericSms::Format::form);
  EXPECT_EQ(read_back.inbound.time, "w");
  EXPECT_EQ(read_back.report.foreign, "/id");
  EXPECT_EQ(read_back.report.failed, std::vector<std::string>{"no"});
  EXPECT_EQ(read_back.webhook.auth, GenericSms::Auth::hmac);
  EXPECT_EQ(read_back.webhook.digest, "sha512");
  EXPECT_FALSE(read_back.webhook.is_hex);
  EXPECT_EQ(read_back.webhook.status, 202);
}

TEST(SmsNetworks, MistakesAreNamedWithTheirPlaceAndTheirCure) {
  const std::string report = "[component.network.report]\nstate='/s'\ndelivered=['ok']\n";
  const struct {
    std::string text;
    const char* said;
  } cases[] = {
      {"provider='sinhc'\n", "w.toml:7:10: provider can't be \"sinhc\"; write \"sinch\""},
      {"provider='sinch'\n" + secret, "service_plan_id is missing"},
      {sinch + "region='mars'\n", "region can't be \"mars\""},
      {sinch + "base_url='http://elsewhere/'\n", "without TLS"},
      {"provider='messagebird'\naccess_key='k'\nwebhook_secret='short'\n", "nobody guesses"},
      {vonage + "signature_method='md4'\n", "signature_method can't be"},
      {"provider='vonage-messages'\napi_key='k'\napi_secret='s'\n", "signature_secret is missing"},
      {gate + "sim=4\n", "sim = 4 is out of range"},
      {"provider='smsgate'\nsend_url='http://192.0.2.5:8080/message'\nusername='u'\npassword='p'\nsigning_key='k'\n",
       "without TLS"},
      {generic, "neither body nor url has {text}"},
      {"provider='generic'\n" + body, "url is missing"},
      {"provider='generic'\nurl='http://elsewhere/'\n" + body, "w.toml:8:5: url would carry"},
      {generic + "body='{\"text\":{text}}'\n", "w.toml:9:6: body is not JSON"},
      {generic + "body='{\"text\":\"{text}\",\"n\":\"{number}\"}'\n", "body has {number}, which nothing"},
      {generic + body + "headers=['X-Text: {text}']\n", "headers has {text}"},
      {generic + body + "headers=['nonsense']\n", "\"nonsense\" is not a header"},
      {generic + body + "format='xml'\n", "format can't be \"xml\""},
      {generic + body + "[component.network.answer]\nid='id'\n",
       "w.toml:11:4: id is not a JSON pointer; write \"/id\""},
      {generic + body + "[component.network.answer]\nretry=['x']\n", "retry is not a list of numbers"},
      {generic + body + "[component.network.answer]\nretry=[99]\n", "retry is not a list of numbers from 100"},
      {generic + body + "[component.network.answer]\nwrong=1\n", "unknown key \"wrong\""},
      {generic + body + report, "webhooks need a way to tell"},
      {generic + body + "[component.network.inbound]\nfrom='/f'\nto='/t'\n" + hook, "text is missing"},
      {generic + body + "[component.network.inbound]\nfrom='/f'\nto='/t'\ntext='x'\n" + hook, "write \"/x\""},
      {generic + body + "[component.network.report]\nstate='/s'\n" + hook, "delivered names no state"},
      {generic + "body='{\"t\":\"{text}\"}'\n" + report + hook, "which message they are about"},
      {generic + body + report + "foreign_id='/id'\n" + hook, "known only from the answer"},
      {generic + body + report + "[component.network.webhook]\nauth='hmac'\n", "webhook_secret"},
      {generic + body + report + "[component.network.webhook]\nauth='hmac'\n" + secret, "needs the header"},
      {generic + body + report + "[component.network.webhook]\nauth='basic'\n" + secret, "needs a username"},
      {generic + body + report + "[component.network.webhook]\nwebhook_secret='short'\n", "nobody guesses"},
      {generic + body + "answer=1\n", "answer is a number"},
  };
  for (const auto& c : cases) {
    const auto parsed = parse(head + c.text, "w.toml");
    ASSERT_FALSE(parsed) << c.text;
    EXPECT_NE(all(parsed.error()).find(c.said), std::string::npos) << c.text << "--- said:\n" << all(parsed.error());
  }
}

}  // namespace

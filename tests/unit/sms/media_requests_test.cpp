// What providers with MMS are asked: for a message with a file, whole, and for a file that came in.
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {
namespace {

struct Case {
  const char* name;
  config::SmsProvider settings;
  std::size_t most_media;
  std::string api;   // where files lie that credentials are for
  std::string body;  // of a message from +15550001111 to +15551234567 with one file; JSON unless it is a form
  std::string authorization;
};

std::string basic(const std::string& user, const std::string& password) {
  return "Basic " + base::to_base64(user + ":" + password);
}

std::vector<Case> cases() {
  config::Twilio twilio;
  twilio.account_sid = "AC1", twilio.auth_token = {"t"};
  config::Plivo plivo;
  plivo.auth_id = "MA1", plivo.auth_token = {"t"}, plivo.webhook_secret = {"hook"};
  config::Telnyx telnyx;
  telnyx.api_key = {"KEY1"};
  config::Bandwidth bandwidth;
  bandwidth.account_id = "1", bandwidth.application_id = "app", bandwidth.username = "u", bandwidth.password = {"p"};
  config::VonageMessages vonage;
  vonage.api_key = "k", vonage.api_secret = {"s"};
  config::Sinch sinch;
  sinch.service_plan_id = "plan", sinch.api_token = {"t"}, sinch.webhook_secret = {"hook"};
  const std::string json_numbers = R"("from":"+15550001111","to":"+15551234567")";
  return {
      {"twilio", twilio, 10, "https://api.twilio.com",
       "To=%2B15551234567&From=%2B15550001111&Body=look&MediaUrl=https%3A%2F%2Fup%2F1.jpg&"
       "StatusCallback=https%3A%2F%2Fgw%2Ftwilio%2Fsms%2Fdlr%3Fid%3Dtag.1",
       basic("AC1", "t")},
      {"plivo", plivo, 10, "https://api.plivo.com",
       R"({"src":"15550001111","dst":"15551234567","type":"mms","text":"look","media_urls":["https://up/1.jpg"],
           "url":"https://gw/plivo/sms/hook/dlr?id=tag.1","method":"POST"})",
       basic("MA1", "t")},
      {"telnyx", telnyx, 10, "https://api.telnyx.com",
       "{" + json_numbers + R"(,"type":"MMS","text":"look","media_urls":["https://up/1.jpg"],
           "webhook_url":"https://gw/telnyx/sms/dlr?id=tag.1","use_profile_webhooks":false})",
       "Bearer KEY1"},
      {"bandwidth", bandwidth, 10, "https://messaging.bandwidth.com",
       R"({"applicationId":"app","to":["+15551234567"],"from":"+15550001111","text":"look",
           "media":["https://up/1.jpg"],"tag":"tag.1"})",
       basic("u", "p")},
      {"vonage-messages", vonage, 1, "https://api.nexmo.com",
       R"({"channel":"mms","to":"15551234567","from":"15550001111","message_type":"image",
           "image":{"url":"https://up/1.jpg","caption":"look"},"client_ref":"tag.1",
           "webhook_url":"https://gw/vonage-messages/sms/dlr","webhook_version":"v1"})",
       basic("k", "s")},
      {"sinch", sinch, 1, "https://us.sms.api.sinch.com",
       R"({"from":"15550001111","to":["15551234567"],"type":"mt_media",
           "body":{"url":"https://up/1.jpg","message":"look"},"delivery_report":"per_recipient",
           "client_reference":"tag.1","callback_url":"https://gw/sinch/sms/hook/dlr"})",
       "Bearer t"},
  };
}

std::unique_ptr<Provider> make(const Case& c) {
  config::SmsNetwork network;
  network.provider = c.settings;
  return make_provider(network, "https://gw");
}

TEST(MediaRequests, AMessageWithAFile) {
  for (const Case& c : cases()) {
    const auto provider = make(c);
    EXPECT_EQ(provider->traits().most_media, c.most_media) << c.name;
    const auto call = provider->request({"tag.1", "+15550001111", "+15551234567", "look", {"https://up/1.jpg"}});
    if (c.body.starts_with('{')) {
      EXPECT_EQ(parse_json(call.body), parse_json(c.body)) << c.name << call.body;
    } else {
      EXPECT_EQ(call.body, c.body) << c.name;
    }
    EXPECT_EQ(base::find_header(call.headers, "Authorization"), c.authorization) << c.name;
  }
}

TEST(MediaRequests, AFileIsAskedForWithTheAccountsCredentialsAtTheApiOnly) {
  for (const Case& c : cases()) {
    const auto provider = make(c);
    const auto own = provider->media_call(c.api + "/media/1");
    EXPECT_EQ(own.method, "GET") << c.name;
    EXPECT_EQ(own.url, c.api + "/media/1") << c.name;
    EXPECT_EQ(own.headers, (base::HttpHeaders{{"Authorization", c.authorization}})) << c.name;
    for (const std::string& other : {std::string("https://store.test/1"), c.api + ".store.test/1", c.api + ":8443/1",
                                     "http" + c.api.substr(5) + "/1"}) {
      const auto call = provider->media_call(other);
      EXPECT_TRUE(call.headers.empty()) << c.name << " " << other;
      EXPECT_EQ(call.public_only, other.find("store.test") != other.npos) << c.name << " " << other;
    }
  }
}

TEST(MediaRequests, OthersAskWithoutCredentials) {
  config::SmsNetwork network;
  config::SmsGate gate;
  gate.send_url = "http://127.0.0.1:8080/message", gate.username = "u", gate.password = {"p"};
  for (const config::SmsProvider& settings : {config::SmsProvider(gate), config::SmsProvider(config::MessageBird{})}) {
    network.provider = settings;
    const auto call = make_provider(network, "https://gw")->media_call("http://127.0.0.1:8080/1");
    EXPECT_TRUE(call.headers.empty());
    EXPECT_TRUE(call.public_only);
  }
}

}  // namespace
}  // namespace sms

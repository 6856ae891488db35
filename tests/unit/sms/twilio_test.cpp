#include "legacy/sms/providers/twilio.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "legacy/sms/webhook.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Headers = base::HttpHeaders;

config::Twilio settings() {
  config::Twilio twilio;
  twilio.account_sid = "AC33333333333333333333333333333333";
  twilio.auth_token = {"token"};
  return twilio;
}

Twilio provider() {
  return {settings(), "my net", "https://gw.example.net"};
}

// What Twilio signs: the URL, then names and values in order.
base::HttpRequest signed_call(const std::string& target, const Headers& sorted_fields) {
  std::string bytes = "https://gw.example.net" + target;
  std::string body;
  for (const auto& [name, value] : sorted_fields) {
    bytes += name + value;
    body += (body.empty() ? "" : "&") + name + "=" + base::url_encode(value);
  }
  const auto signature = base::to_base64(base::hmac(base::Digest::sha1, "token", bytes));
  return {"POST", target, {{"Host", "127.0.0.1"}, {"X-Twilio-Signature", signature}}, body, "127.0.0.1"};
}

Notice read(const base::HttpRequest& request) {
  return provider().notice(request, {});
}

TEST(Twilio, SendsText) {
  const auto call = provider().request({"tag.id1", "+15550001111", "+15551234567", "Gr\xC3\xBC\xC3\x9F & ok"});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.twilio.com/2010-04-01/Accounts/AC33333333333333333333333333333333/Messages.json");
  EXPECT_EQ(call.headers,
            (Headers{{"Content-Type", "application/x-www-form-urlencoded"},
                     {"Authorization", "Basic QUMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzp0b2tlbg=="}}));
  EXPECT_EQ(call.body,
            "To=%2B15551234567&From=%2B15550001111&Body=Gr%C3%BC%C3%9F%20%26%20ok"
            "&StatusCallback=https%3A%2F%2Fgw.example.net%2Ftwilio%2Fmy%2520net%2Fdlr%3Fid%3Dtag.id1");
}

TEST(Twilio, SendsMediaWithAnApiKeyAndWithoutWebhooks) {
  auto with_key = settings();
  with_key.api = {"http://127.0.0.1:1", "/ca.pem"};
  with_key.api_key_sid = "SK1";
  with_key.api_key_secret = {"s"};
  const auto call = Twilio(with_key, "sms", "").request({"i", "+1", "72975", "", {"https://a/1", "https://a/2"}});
  EXPECT_EQ(call.url, "http://127.0.0.1:1/2010-04-01/Accounts/AC33333333333333333333333333333333/Messages.json");
  EXPECT_EQ(call.ca_file, "/ca.pem");
  EXPECT_EQ(base::find_header(call.headers, "Authorization"), "Basic U0sxOnM=");
  EXPECT_EQ(call.body, "To=72975&From=%2B1&MediaUrl=https%3A%2F%2Fa%2F1&MediaUrl=https%3A%2F%2Fa%2F2");
  EXPECT_EQ(provider().traits().longest_text, 1600u);
  EXPECT_EQ(provider().traits().most_media, 10u);
}

TEST(Twilio, JudgesAnswers) {
  using Kind = Verdict::Kind;
  const struct {
    int status;
    const char* body;
    Kind kind;
    const char* words;
    Errc reason = Errc::provider_refused;
  } cases[] = {
      {201, R"({"sid":"SM1","status":"queued"})", Kind::accepted, R"({"sid":"SM1","status":"queued"})"},
      {400, R"({"code":21211,"message":"Invalid 'To'","status":400})", Kind::refused, "Invalid 'To'",
       Errc::undeliverable},
      {400, R"({"code":21614,"message":"not mobile","status":400})", Kind::refused, "not mobile", Errc::undeliverable},
      {400, R"({"code":21610,"message":"unsubscribed","status":400})", Kind::refused, "unsubscribed", Errc::opted_out},
      {400, R"({"code":21408,"message":"region","status":400})", Kind::refused, "region"},
      {400, R"({"code":21606,"message":"From","status":400})", Kind::refused, "From"},
      {400, R"({"type":"x","title":"Bad","code":"21610","detail":"stopped"})", Kind::refused, "stopped",
       Errc::opted_out},
      {401, R"({"code":20003,"message":"Authenticate","status":401})", Kind::stopped, "Authenticate"},
      {400, R"({"code":20003,"message":"Authenticate"})", Kind::stopped, "Authenticate"},
      {403, "", Kind::stopped, "HTTP status 403"},
      {429, R"({"code":20429,"message":"Too Many Requests"})", Kind::retry, "Too Many Requests"},
      {500, "<html>", Kind::retry, "<html>"},
      {404, R"({"title":"Not found"})", Kind::refused, "Not found"},
      {400, R"({"message":["x"],"code":{}})", Kind::refused, R"({"message":["x"],"code":{}})"},
  };
  for (const auto& c : cases) {
    const auto verdict = provider().verdict({c.status, {}, c.body});
    EXPECT_EQ(verdict.kind, c.kind) << c.body;
    EXPECT_EQ(verdict.words, c.words) << c.body;
    EXPECT_EQ(verdict.reason, c.reason) << c.body;
  }
  EXPECT_EQ(provider().verdict({429, {{"Retry-After", "7"}}, ""}).retry_after, std::chrono::seconds(7));
}

TEST(Twilio, ReadsTextsWithMedia) {
  const auto inbound = only<Inbound>(read(signed_call("/twilio/my%20net/mo", {{"Body", "Gr\xC3\xBC\xC3\x9F + \xFF"},
                                                                              {"Empty", ""},
                                                                              {"From", "+15551234567"},
                                                                              {"MediaContentType0", "image/jpeg"},
                                                                              {"MediaUrl0", "https://api/M0"},
                                                                              {"MediaUrl1", "https://api/M1"},
                                                                              {"MessageSid", "SM1"},
                                                                              {"NumMedia", "2"},
                                                                              {"To", "+15550001111"}})));
  EXPECT_EQ(inbound.from, "+15551234567");
  EXPECT_EQ(inbound.to, "+15550001111");
  EXPECT_EQ(inbound.text, "Gr\xC3\xBC\xC3\x9F + \xEF\xBF\xBD");
  EXPECT_EQ(inbound.id, "SM1");
  ASSERT_EQ(inbound.media.size(), 2u);
  EXPECT_EQ(inbound.media[0].url, "https://api/M0");
  EXPECT_EQ(inbound.media[0].content_type, "image/jpeg");
  EXPECT_EQ(inbound.media[1].content_type, "");
}

TEST(Twilio, ReadsATextInTheQuery) {
  const std::string target = "/twilio/my%20net/mo?From=%2B1555&To=%2B1666&SmsSid=SM2&Body=a+b";
  const auto signature = base::to_base64(base::hmac(base::Digest::sha1, "token", "https://gw.example.net" + target));
  const auto inbound = only<Inbound>(read({"GET", target, {{"X-Twilio-Signature", signature}}, "", ""}));
  EXPECT_EQ(inbound.text, "a b");
  EXPECT_EQ(inbound.id, "SM2");
}

TEST(Twilio, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* status;
    const char* code;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"delivered", "", State::delivered, ""},
      {"read", "", State::delivered, ""},
      {"accepted", "", State::under_way, ""},
      {"queued", "", State::under_way, ""},
      {"sending", "", State::under_way, ""},
      {"sent", "", State::under_way, ""},
      {"partially_delivered", "", State::under_way, ""},
      {"something new", "", State::under_way, ""},
      {"undelivered", "30005", State::failed, "error 30005: unknown handset"},
      {"undelivered", "30003", State::failed, "error 30003: the handset can't be reached", Errc::unreachable_now},
      {"undelivered", "30008", State::failed, "error 30008: unknown error", Errc::unreachable_now},
      {"failed", "21610", State::failed, "error 21610: the recipient has opted out", Errc::opted_out},
      {"failed", "30999", State::failed, "failed, error 30999"},
      {"canceled", "", State::failed, "canceled"},
  };
  for (const auto& c : cases) {
    const auto report = only<Report>(
        read(signed_call("/twilio/my%20net/dlr?id=t.1", {{"ErrorCode", c.code}, {"MessageStatus", c.status}})));
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.status;
    EXPECT_EQ(report.words, c.words) << c.status;
    EXPECT_EQ(report.reason, c.reason) << c.status << c.code;
  }
}

TEST(Twilio, RefusesWhatIsForgedOrIncomplete) {
  auto forged = signed_call("/twilio/my%20net/mo", {{"Body", "x"}, {"From", "+1"}, {"To", "+2"}});
  forged.body += "&Body=y";
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 403);
  auto elsewhere = signed_call("/twilio/my%20net/dlr?id=1", {{"MessageStatus", "delivered"}});
  elsewhere.target = "/twilio/my%20net/dlr?id=2";
  EXPECT_EQ(std::get<Rejection>(read(elsewhere)).status, 403);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/twilio/my%20net/mo", {{"From", "+1"}}))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/twilio/my%20net/dlr", {{"MessageStatus", "sent"}}))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/twilio/my%20net/dlr?id=1", {}))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/twilio/my%20net/x", {}))).status, 404);
  const auto long_text = signed_call("/twilio/my%20net/mo",
                                     {{"Body", std::string(longest_inbound + 1, 'x')}, {"From", "+1"}, {"To", "+2"}});
  EXPECT_EQ(std::get<Rejection>(read(long_text)).status, 413);
}

TEST(Twilio, IsThankedWithAnEmptyDocument) {
  const auto response = provider().thanks();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(base::find_header(response.headers, "Content-Type"), "text/xml");
  EXPECT_EQ(response.body, R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)");
}

}  // namespace
}  // namespace sms

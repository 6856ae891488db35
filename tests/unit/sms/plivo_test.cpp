#include "legacy/sms/providers/plivo.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Headers = base::HttpHeaders;

Plivo provider(const std::string& public_url = "https://gw.example.net") {
  config::Plivo plivo;
  plivo.auth_id = "MA1";
  plivo.auth_token = {"token"};
  plivo.webhook_secret = {"s3cret"};
  return {plivo, "sms", public_url};
}

// V2, as messages are signed: the URL without its query, and the nonce.
base::HttpRequest signed_call(const std::string& target, const std::string& body, const std::string& method = "POST") {
  const std::string url = "https://gw.example.net" + target.substr(0, target.find('?'));
  const auto signature = base::to_base64(base::hmac_sha256("token", url + "77"));
  return {method, target, {{"X-Plivo-Signature-V2", signature}, {"X-Plivo-Signature-V2-Nonce", "77"}}, body, ""};
}

Notice read(const base::HttpRequest& request) {
  return provider().notice(request, {});
}

TEST(Plivo, SendsText) {
  const auto call = provider().request({"tag.id1", "+15550001111", "+15551234567", "Gr\xC3\xBC\xC3\x9F \"x\""});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.plivo.com/v1/Account/MA1/Message/");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/json"}, {"Authorization", "Basic TUExOnRva2Vu"}}));
  EXPECT_EQ(
      call.body,
      "{\"src\":\"15550001111\",\"dst\":\"15551234567\",\"type\":\"sms\",\"text\":\"Gr\xC3\xBC\xC3\x9F \\\"x\\\"\","
      "\"url\":\"https://gw.example.net/plivo/sms/s3cret/dlr?id=tag.id1\",\"method\":\"POST\"}");
}

TEST(Plivo, SendsMedia) {
  const auto call = provider("").request({"i", "+1555", "72975", "", {"https://a/1"}});
  EXPECT_EQ(call.body, R"({"src":"1555","dst":"72975","type":"mms","media_urls":["https://a/1"]})");
  EXPECT_EQ(provider().traits().most_media, 10u);
}

TEST(Plivo, JudgesAnswers) {
  using Kind = Verdict::Kind;
  const struct {
    int status;
    const char* body;
    Kind kind;
    const char* words;
  } cases[] = {
      {202, "{}", Kind::accepted, "{}"},
      {400, R"({"api_id":"x","error":"dst is invalid"})", Kind::refused, "dst is invalid"},
      {401, "Could not verify", Kind::stopped, "Could not verify"},
      {403, R"({"error":"blocked"})", Kind::stopped, "blocked"},
      {404, R"({"error":"not found"})", Kind::refused, "not found"},
      {405, "", Kind::refused, "HTTP status 405"},
      {409, "", Kind::refused, "HTTP status 409"},
      {422, "", Kind::refused, "HTTP status 422"},
      {429, "", Kind::retry, "HTTP status 429"},
      {500, R"({"error":"oops"})", Kind::retry, "oops"},
  };
  for (const auto& c : cases) {
    const auto verdict = provider().verdict({c.status, {}, c.body});
    EXPECT_EQ(verdict.kind, c.kind) << c.status;
    EXPECT_EQ(verdict.words, c.words) << c.status;
  }
}

TEST(Plivo, ReadsTexts) {
  const auto inbound = only<Inbound>(read(signed_call(
      "/plivo/sms/s3cret/mo", "From=15551234567&To=15550001111&Text=Hi+%E2%82%AC&MessageUUID=u1&Type=sms&Units=1")));
  EXPECT_EQ(inbound.from, "+15551234567");
  EXPECT_EQ(inbound.to, "+15550001111");
  EXPECT_EQ(inbound.text, "Hi \xE2\x82\xAC");
  EXPECT_EQ(inbound.id, "u1");
  EXPECT_TRUE(inbound.media.empty());
}

TEST(Plivo, ReadsMediaCountedEitherWay) {
  for (const std::string media : {"Media0=https%3A%2F%2Fa%2F1&Media1=https%3A%2F%2Fa%2F2",
                                  "Media1=https%3A%2F%2Fa%2F1&Media2=https%3A%2F%2Fa%2F2"}) {
    const auto inbound = only<Inbound>(read(signed_call(
        "/plivo/sms/s3cret/mo", "From=72975&To=15550001111&Body=look&MessageUUID=u&MediaCount=2&" + media)));
    EXPECT_EQ(inbound.from, "72975");
    EXPECT_EQ(inbound.text, "look");
    ASSERT_EQ(inbound.media.size(), 2u) << media;
    EXPECT_EQ(inbound.media[1].url, "https://a/2");
  }
}

TEST(Plivo, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* fields;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"Status=queued&ErrorCode=000", State::under_way, ""},
      {"Status=sent&ErrorCode=000", State::under_way, ""},
      {"Status=mystery", State::under_way, ""},
      {"Status=delivered&ErrorCode=000", State::delivered, ""},
      {"Status=read", State::delivered, ""},
      {"Status=undelivered&ErrorCode=20", State::failed, "error 20: network error", Errc::unreachable_now},
      {"Status=failed&ErrorCode=050", State::failed, "error 50: invalid destination number"},
      {"Status=rejected&ErrorCode=200", State::failed, "error 200: the recipient has opted out", Errc::opted_out},
      {"Status=failed&ErrorCode=900", State::failed, "failed, error 900"},
      {"Status=failed", State::failed, "failed"},
  };
  for (const auto& c : cases) {
    const auto report = only<Report>(read(signed_call("/plivo/sms/s3cret/dlr?id=t.1", c.fields)));
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.fields;
    EXPECT_EQ(report.words, c.words) << c.fields;
    EXPECT_EQ(report.reason, c.reason) << c.fields;
  }
  const auto in_query = read(signed_call("/plivo/sms/s3cret/dlr?id=t.1&Status=delivered", "", "GET"));
  EXPECT_EQ(only<Report>(in_query).state, State::delivered);
}

TEST(Plivo, RefusesWhatIsForgedOrIncomplete) {
  const std::string text = "From=15551234567&To=15550001111&Text=x";
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/plivo/sms/wrong/mo", text))).status, 403);
  auto forged = signed_call("/plivo/sms/s3cret/mo", text);
  forged.headers[1].second = "78";
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 403);
  forged.headers.clear();
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 403);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/plivo/sms/s3cret/mo", "From=1"))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/plivo/sms/s3cret/dlr", "Status=sent"))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/plivo/sms/s3cret/x", text))).status, 404);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/plivo/sms/mo", text))).status, 404);
}

TEST(Plivo, IsThankedWith200) {
  EXPECT_EQ(provider().thanks().status, 200);
  EXPECT_EQ(provider().thanks().body, "");
}

}  // namespace
}  // namespace sms

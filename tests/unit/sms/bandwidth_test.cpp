#include "legacy/sms/providers/bandwidth.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Headers = base::HttpHeaders;

Bandwidth provider() {
  config::Bandwidth bandwidth;
  bandwidth.account_id = "9900000";
  bandwidth.application_id = "app-1";
  bandwidth.username = "user";
  bandwidth.password = {"pass"};
  bandwidth.webhook_username = "hook";
  bandwidth.webhook_password = {"s3cret"};
  bandwidth.webhook_secret = {"0123456789abcdef"};
  return {bandwidth, "sms"};
}

base::HttpRequest call_with(const std::string& body) {
  return {"POST", "/bandwidth/sms/0123456789abcdef/callback", {{"Authorization", "Basic aG9vazpzM2NyZXQ="}}, body, ""};
}

Notice read(const base::HttpRequest& request) {
  return provider().notice(request, {});
}

TEST(Bandwidth, SendsText) {
  const auto call = provider().request({"tag.id1", "+15550001111", "+15551234567", "Gr\xC3\xBC\xC3\x9F"});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://messaging.bandwidth.com/api/v2/users/9900000/messages");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/json"}, {"Authorization", "Basic dXNlcjpwYXNz"}}));
  EXPECT_EQ(call.body,
            "{\"applicationId\":\"app-1\",\"to\":[\"+15551234567\"],\"from\":\"+15550001111\","
            "\"text\":\"Gr\xC3\xBC\xC3\x9F\",\"tag\":\"tag.id1\"}");
}

TEST(Bandwidth, SendsMedia) {
  const auto call = provider().request({"i", "+1", "+2", "", {"https://a/1", "https://a/2"}});
  EXPECT_EQ(call.body,
            R"({"applicationId":"app-1","to":["+2"],"from":"+1","media":["https://a/1","https://a/2"],"tag":"i"})");
  EXPECT_EQ(provider().traits().longest_text, 2048u);
}

TEST(Bandwidth, SendsGroupTexts) {
  const auto call = provider().request({"i", "+1", "+2", "hi", {}, {"+3", "+4"}});
  EXPECT_EQ(call.url, "https://messaging.bandwidth.com/api/v2/users/9900000/messages");
  EXPECT_EQ(call.body, R"({"applicationId":"app-1","to":["+2","+3","+4"],"from":"+1","text":"hi","tag":"i"})");
  EXPECT_EQ(provider().traits().most_recipients, 10u);
  EXPECT_EQ(provider().verdict({202, {}, "{}"}).segments, Verdict::as_counted);
}

TEST(Bandwidth, ReadsReportsOnGroupTexts) {
  const auto report = only<Report>(read(call_with(
      R"([{"type":"message-failed","errorCode":4720,"description":"why","to":"+3",
           "message":{"tag":"t.1","to":["+2","+3"]}}])")));
  EXPECT_EQ(report.id, "t.1");
  EXPECT_EQ(report.segment, "+3");
  EXPECT_EQ(report.words, "+3: error 4720: why");
}

TEST(Bandwidth, JudgesAnswers) {
  using Kind = Verdict::Kind;
  const struct {
    int status;
    const char* body;
    Kind kind;
    const char* words;
  } cases[] = {
      {202, "{}", Kind::accepted, "{}"},
      {400,
       R"({"type":"request-validation","description":"Bad.","fieldErrors":[{"fieldName":"from","description":"x"}]})",
       Kind::refused, "Bad. from: x"},
      {401, R"({"type":"unauthorized","description":"no"})", Kind::stopped, "no"},
      {403, R"({"type":"forbidden","description":"never"})", Kind::stopped, "never"},
      {404, "", Kind::refused, "HTTP status 404"},
      {415, "", Kind::refused, "HTTP status 415"},
      {429, R"({"type":"max-message-queue-size-exceeded","description":"full"})", Kind::retry, "full"},
      {500, "", Kind::retry, "HTTP status 500"},
  };
  for (const auto& c : cases) {
    const auto verdict = provider().verdict({c.status, {}, c.body});
    EXPECT_EQ(verdict.kind, c.kind) << c.status;
    EXPECT_EQ(verdict.words, c.words) << c.status;
  }
}

TEST(Bandwidth, ReadsGroupTextsWithMedia) {
  const auto inbound = only<Inbound>(read(call_with(
      R"([{"type":"message-received","time":"2023-11-14T22:13:25Z","to":"+15550001111","message":{"id":"m1",
          "time":"2023-11-14T22:13:20Z","owner":"+15550001111","direction":"in","from":"+15551234567",
          "to":["+15550001111","+15552222222","+15551234567"],"text":"hi","media":["https://m/1",7],
          "segmentCount":1}}])")));
  EXPECT_EQ(inbound.from, "+15551234567");
  EXPECT_EQ(inbound.to, "+15550001111");
  EXPECT_EQ(inbound.others, (std::vector<std::string>{"+15552222222"}));
  EXPECT_EQ(inbound.text, "hi");
  EXPECT_EQ(inbound.id, "m1");
  EXPECT_EQ(inbound.when, base::WallTime::clock::from_time_t(1700000000));
  ASSERT_EQ(inbound.media.size(), 1u);
  EXPECT_EQ(inbound.media[0].url, "https://m/1");
}

TEST(Bandwidth, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* type;
    int code;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"message-sending", 0, State::under_way, ""},
      {"message-sent", 0, State::under_way, ""},
      {"message-new", 0, State::under_way, ""},
      {"message-delivered", 0, State::delivered, ""},
      {"message-read", 0, State::delivered, ""},
      {"message-failed", 4720, State::failed, "error 4720: why"},
      {"message-failed", 4406, State::failed, "error 4406: why"},
      {"message-failed", 4770, State::failed, "error 4770: why"},
      {"message-failed", 4775, State::failed, "error 4775: why", Errc::opted_out},
      {"message-failed", 4702, State::failed, "error 4702: why", Errc::unreachable_now},
      {"message-failed", 4780, State::failed, "error 4780: why", Errc::unreachable_now},
      {"message-failed", 5106, State::failed, "error 5106: why", Errc::unreachable_now},
      {"message-failed", 5620, State::failed, "error 5620: why", Errc::unreachable_now},
      {"message-failed", 9902, State::under_way, ""},
      {"message-failed", 9999, State::under_way, ""},
  };
  for (const auto& c : cases) {
    const auto code = c.code == 0 ? std::string{} : ",\"errorCode\":" + std::to_string(c.code);
    const auto report =
        only<Report>(read(call_with("[{\"type\":\"" + std::string(c.type) + "\",\"description\":\"why\",\"to\":\"+1\"" +
                                    code + ",\"message\":{\"id\":\"m\",\"tag\":\"t.1\",\"text\":\"\"}}]")));
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.type << c.code;
    EXPECT_EQ(report.words, c.words) << c.type << c.code;
    EXPECT_EQ(report.reason, c.reason) << c.type << c.code;
  }
}

TEST(Bandwidth, ACallMaySaySeveralThings) {
  const auto notice = read(call_with(
      R"([{"type":"message-delivered","message":{"tag":"t.1"}},{"type":"message-sent","message":{"id":"no tag"}},
          {"type":"message-received","to":"+1","message":{"from":"+2","id":"x"}}])"));
  const auto& notices = std::get<Notices>(notice);
  ASSERT_EQ(notices.size(), 2u);
  EXPECT_EQ(std::get<Report>(notices[0]).id, "t.1");
  EXPECT_EQ(std::get<Inbound>(notices[1]).from, "+2");
}

TEST(Bandwidth, RefusesWhatIsForgedOrIncomplete) {
  const std::string good = R"([{"type":"message-delivered","message":{"tag":"t.1"}}])";
  auto forged = call_with(good);
  forged.headers[0].second = "Basic aG9vazp3cm9uZw==";
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 401);
  forged.headers.clear();
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 401);
  auto elsewhere = call_with(good);
  elsewhere.target = "/bandwidth/sms/0123456789abcdeF/callback";
  EXPECT_EQ(std::get<Rejection>(read(elsewhere)).status, 403);
  elsewhere.target = "/bandwidth/sms/0123456789abcdef/mo";
  EXPECT_EQ(std::get<Rejection>(read(elsewhere)).status, 404);
  for (const std::string body : {"", "{}", "[{\"type\":\"message-received\",\"to\":\"+1\"}]"}) {
    EXPECT_EQ(std::get<Rejection>(read(call_with(body))).status, 400) << body;
  }
}

}  // namespace
}  // namespace sms

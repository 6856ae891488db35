#include "legacy/sms/providers/messagebird.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/json_field.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using Kind = Verdict::Kind;

MessageBird bird(const std::string& signing_key = "") {
  config::MessageBird settings;
  settings.access_key = {"live_key"};
  settings.webhook_secret = {"hook"};
  settings.signing_key = {signing_key};
  return MessageBird(settings, "sms", "https://gw");
}

Notice call(const std::string& rest, const std::string& body = {}) {
  return bird().notice({body.empty() ? "GET" : "POST", "/messagebird/sms/" + rest, {}, body, {}}, {});
}

TEST(MessageBird, SendsExactlyTheseFields) {
  const auto request = bird().request({"tag.id1", "+15550001111", "+15551234567", "Hi \xE2\x82\xAC"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://rest.messagebird.com/messages");
  EXPECT_EQ(request.headers,
            (base::HttpHeaders{{"Content-Type", "application/json"}, {"Authorization", "AccessKey live_key"}}));
  EXPECT_EQ(parse_json(request.body),
            parse_json(R"({"originator":"15550001111","recipients":["15551234567"],"body":"Hi \u20ac",
              "datacoding":"auto","reference":"tag.id1","reportUrl":"https://gw/messagebird/sms/hook/dlr"})"));
}

TEST(MessageBird, JudgesAnswers) {
  const auto error = [](int status, int code) {
    return bird().verdict(
        {status, {}, R"({"errors":[{"code":)" + std::to_string(code) + R"(,"description":"no","parameter":null}]})"});
  };
  EXPECT_EQ(bird().verdict({201, {}, R"({"id":"x"})"}).kind, Kind::accepted);
  EXPECT_EQ(error(401, 2).kind, Kind::stopped);
  EXPECT_EQ(error(422, 2).kind, Kind::stopped);
  EXPECT_EQ(error(402, 25).kind, Kind::stopped);
  EXPECT_EQ(error(422, 9).kind, Kind::refused);
  EXPECT_EQ(error(422, 10).kind, Kind::refused);
  EXPECT_EQ(error(404, 20).kind, Kind::refused);
  EXPECT_EQ(error(429, 0).kind, Kind::retry);
  EXPECT_EQ(error(500, 99).kind, Kind::retry);
  EXPECT_EQ(error(422, 10).words, "no");
}

TEST(MessageBird, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* query;
    State state;
    const char* words;
    legacy::Errc reason = legacy::Errc::undeliverable;
  } cases[] = {
      {"status=scheduled", State::under_way, ""},
      {"status=sent", State::under_way, ""},
      {"status=buffered", State::under_way, ""},
      {"status=delivered", State::delivered, ""},
      {"status=expired", State::failed, "expired", legacy::Errc::unreachable_now},
      {"status=delivery_failed&statusReason=unknown+subscriber&statusErrorCode=1", State::failed,
       "unknown subscriber, error 1"},
  };
  for (const auto& c : cases) {
    const auto notice = call(std::string("hook/dlr?reference=t.1&") + c.query);
    const auto& report = only<Report>(notice);
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.query;
    EXPECT_EQ(report.words, c.words) << c.query;
    EXPECT_EQ(report.reason, c.reason) << c.query;
  }
}

TEST(MessageBird, ReadsTexts) {
  const auto text = only<Inbound>(call("hook/mo",
                                       "originator=15551234567&recipient=15550001111&payload=Hi+%E2%82%AC"
                                       "&message_id=m1&createdDatetime=2023-11-14T22%3A13%3A20Z"));
  EXPECT_EQ(text.from, "15551234567");
  EXPECT_EQ(text.to, "15550001111");
  EXPECT_EQ(text.text, "Hi \xE2\x82\xAC");
  EXPECT_EQ(text.id, "m1");
  EXPECT_EQ(text.when, base::WallTime::clock::from_time_t(1700000000));
  EXPECT_EQ(only<Inbound>(call("hook/mo?recipient=2", "originator=1&payload=x")).to, "2");
  EXPECT_EQ(std::get<Rejection>(call("hook/mo", "originator=1&payload=x")).status, 400);
}

TEST(MessageBird, RefusesForgeries) {
  EXPECT_EQ(std::get<Rejection>(call("wrong/dlr?reference=1&status=sent")).status, 403);
  EXPECT_EQ(std::get<Rejection>(call("hook/else")).status, 404);
  const base::HttpRequest request{"GET", "/messagebird/sms/hook/dlr?reference=1&status=sent", {}, {}, {}};
  EXPECT_EQ(std::get<Rejection>(bird("key").notice(request, {})).status, 401);
}

}  // namespace
}  // namespace sms

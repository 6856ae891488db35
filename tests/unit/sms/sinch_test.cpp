#include "legacy/sms/providers/sinch.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/json_field.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using Kind = Verdict::Kind;
using legacy::Errc;

Sinch sinch(const std::string& signature_secret = "") {
  config::Sinch settings;
  settings.service_plan_id = "plan 1";
  settings.api_token = {"token"};
  settings.webhook_secret = {"hook"};
  settings.signature_secret = {signature_secret};
  return Sinch(settings, "sms", "https://gw");
}

Notice call(const std::string& body, const std::string& path = "hook/dlr") {
  return sinch().notice({"POST", "/sinch/sms/" + path, {}, body, {}}, {});
}

TEST(Sinch, SendsExactlyTheseFields) {
  const auto request = sinch().request({"tag.id1", "+15550001111", "+15551234567", "Hi \xE2\x82\xAC"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://us.sms.api.sinch.com/xms/v1/plan%201/batches");
  EXPECT_EQ(request.headers,
            (base::HttpHeaders{{"Content-Type", "application/json"}, {"Authorization", "Bearer token"}}));
  EXPECT_EQ(parse_json(request.body),
            parse_json(R"({"from":"15550001111","to":["15551234567"],"type":"mt_text","body":"Hi \u20ac",
              "delivery_report":"per_recipient","client_reference":"tag.id1",
              "callback_url":"https://gw/sinch/sms/hook/dlr"})"));
  const auto picture = sinch().request({"i", "+1", "+2", "look", {"https://a/b.jpg"}});
  const auto body = parse_json(picture.body);
  EXPECT_EQ(json_text(body, "/type"), "mt_media");
  EXPECT_EQ(*find_json(body, "/body"), parse_json(R"({"url":"https://a/b.jpg","message":"look"})"));
}

TEST(Sinch, JudgesAnswers) {
  const auto taken = sinch().verdict({201, {}, R"({"id":"batch 1"})"});
  EXPECT_EQ(taken.kind, Kind::accepted);
  EXPECT_EQ(taken.foreign_id, "batch 1");
  const auto refused = sinch().verdict({400, {}, R"({"code":"syntax_invalid_json","text":"no"})"});
  EXPECT_EQ(refused.kind, Kind::refused);
  EXPECT_EQ(refused.words, "no");
  EXPECT_EQ(sinch().verdict({401, {}, ""}).kind, Kind::stopped);
  EXPECT_EQ(sinch().verdict({429, {}, ""}).kind, Kind::retry);
  EXPECT_EQ(sinch().verdict({503, {}, ""}).kind, Kind::retry);
}

TEST(Sinch, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* status;
    int code;
    State state;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"Queued", 400, State::under_way},
      {"Dispatched", 401, State::under_way},
      {"Unknown", 0, State::under_way},
      {"Delivered", 0, State::delivered},
      {"Aborted", 407, State::failed},
      {"Cancelled", 407, State::failed},
      {"Rejected", 408, State::failed},
      {"Deleted", 0, State::failed},
      {"Failed", 402, State::failed},
      {"Failed", 403, State::failed, Errc::unreachable_now},
      {"Failed", 404, State::failed, Errc::unreachable_now},
      {"Expired", 406, State::failed, Errc::unreachable_now},
  };
  for (const auto& c : cases) {
    const auto status = R"("status":")" + std::string(c.status) + R"(","code":)" + std::to_string(c.code);
    const auto one =
        call(R"({"type":"recipient_delivery_report_sms","batch_id":"b","client_reference":"t.1",)" + status + "}");
    EXPECT_EQ(only<Report>(one).id, "t.1");
    EXPECT_EQ(only<Report>(one).state, c.state) << status;
    if (c.state == State::failed) {
      EXPECT_EQ(only<Report>(one).reason, c.reason) << status;
    }
    const auto all = call(R"({"type":"delivery_report_sms","batch_id":"b","total_message_count":1,"statuses":[{)" +
                          status + R"(,"count":1}]})");
    EXPECT_EQ(only<Report>(all).id, "");
    EXPECT_EQ(only<Report>(all).foreign_id, "b");
    EXPECT_EQ(only<Report>(all).state, c.state) << status;
  }
  EXPECT_EQ(std::get<Rejection>(call(R"({"type":"delivery_report_sms","batch_id":"b","statuses":[]})")).status, 400);
}

TEST(Sinch, ReadsTextsAndPictures) {
  const auto text = only<Inbound>(call(R"({"type":"mo_text","id":"m1","from":"15551234567","to":"15550001111",
    "body":"Hi \u20ac","received_at":"2023-11-14T22:13:21Z","sent_at":"2023-11-14T22:13:20Z"})",
                                       "hook/mo"));
  EXPECT_EQ(text.from, "15551234567");
  EXPECT_EQ(text.to, "15550001111");
  EXPECT_EQ(text.text, "Hi \xE2\x82\xAC");
  EXPECT_EQ(text.id, "m1");
  EXPECT_EQ(text.when, base::WallTime::clock::from_time_t(1700000000));
  const auto picture = only<Inbound>(call(R"({"type":"mo_media","id":"m2","from":"1","to":"2","body":{"message":"look",
    "media":[{"url":"https://a/b","content_type":"image/jpeg","status":"Uploaded","code":0}]}})"));
  EXPECT_EQ(picture.text, "look");
  ASSERT_EQ(picture.media.size(), 1u);
  EXPECT_EQ(picture.media[0].url, "https://a/b");
  EXPECT_EQ(picture.media[0].content_type, "image/jpeg");
  EXPECT_TRUE(std::get<Notices>(call(R"({"type":"mo_binary","body":"AA==","udh":"00"})")).empty());
}

TEST(Sinch, RefusesForgeries) {
  EXPECT_EQ(std::get<Rejection>(call("{}", "wrong/mo")).status, 403);
  EXPECT_EQ(std::get<Rejection>(call("{}", "hook/else")).status, 404);
  EXPECT_EQ(std::get<Rejection>(call("x")).status, 400);
  EXPECT_EQ(std::get<Rejection>(sinch("key").notice({"POST", "/sinch/sms/hook/mo", {}, "{}", {}}, {})).status, 401);
}

}  // namespace
}  // namespace sms

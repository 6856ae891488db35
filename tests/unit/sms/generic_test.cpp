#include "legacy/sms/providers/generic.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "legacy/sms/json_field.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using config::GenericSms;
using Kind = Verdict::Kind;

GenericSms settings() {
  GenericSms generic;
  generic.url = "https://api/send";
  generic.headers = {{"X-Api-Key", "k {secret}"}};
  generic.body = R"({"to":"{to}","from":"{from}","text":"{text}","ref":"{id}","dlr":"{report_url}","x":{"y":1}})";
  generic.secret = {"api s3cret"};
  generic.answer = {"/data/id", "/error/0/text", {420}, {402}, {409}};
  generic.webhook.secret = {"hook"};
  generic.inbound = {GenericSms::Format::json, "/msg/from", "/msg/to", "/msg/text", "/msg/id", "/msg/time"};
  generic.report = {GenericSms::Format::form, "", "mid", "state", "why", {"DELIVRD", "READ"}, {"UNDELIV"}};
  return generic;
}

Generic generic(GenericSms given = settings()) {
  return Generic(std::move(given), "sms", "https://gw");
}

const Outbound message{"tag.id1", "+15550001111", "+15551234567", "q\" {to} \\ & \n\xE2\x82\xAC"};

TEST(Generic, FillsJsonInSafely) {
  const auto call = generic().request(message);
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api/send");
  EXPECT_EQ(call.headers, (base::HttpHeaders{{"Content-Type", "application/json"}, {"X-Api-Key", "k api s3cret"}}));
  const auto json = parse_json(call.body);
  EXPECT_EQ(json_text(json, "/to"), "+15551234567");
  EXPECT_EQ(json_text(json, "/from"), "+15550001111");
  EXPECT_EQ(json_text(json, "/text"), message.text) << "and its {to} is left alone";
  EXPECT_EQ(json_text(json, "/ref"), "tag.id1");
  EXPECT_EQ(json_text(json, "/dlr"), "https://gw/generic/sms/hook/dlr?id=tag.id1");
  EXPECT_EQ(json_text(json, "/x/y"), "1");
}

TEST(Generic, FillsFormsAndUrlsInSafely) {
  auto given = settings();
  given.method = "PUT";
  given.url = "https://api/{from}/send?key={secret}&to={to}";
  given.format = GenericSms::Format::form;
  given.body = "text={text}&to={to}";
  given.has_plus = false;
  given.headers.clear();
  given.username = "u";
  given.password = {"p"};
  const auto call = generic(given).request(message);
  EXPECT_EQ(call.method, "PUT");
  EXPECT_EQ(call.url, "https://api/15550001111/send?key=api%20s3cret&to=15551234567");
  EXPECT_EQ(call.body, "text=q%22%20%7Bto%7D%20%5C%20%26%20%0A%E2%82%AC&to=15551234567");
  EXPECT_EQ(call.headers, (base::HttpHeaders{{"Content-Type", "application/x-www-form-urlencoded"},
                                             {"Authorization", "Basic dTpw"}}));
}

TEST(Generic, JudgesAnswersAsConfigured) {
  const auto taken = generic().verdict({200, {}, R"({"data":{"id":77}})"});
  EXPECT_EQ(taken.kind, Kind::accepted);
  EXPECT_EQ(taken.foreign_id, "77");
  EXPECT_EQ(generic().verdict({420, {}, ""}).kind, Kind::retry);
  EXPECT_EQ(generic().verdict({402, {}, ""}).kind, Kind::stopped);
  EXPECT_EQ(generic().verdict({409, {}, ""}).kind, Kind::refused);
  EXPECT_EQ(generic().verdict({503, {}, ""}).kind, Kind::retry);
  EXPECT_EQ(generic().verdict({403, {}, ""}).kind, Kind::stopped);
  EXPECT_EQ(generic().verdict({400, {}, R"({"error":[{"text":"bad"}]})"}).words, "bad");
  EXPECT_EQ(generic().verdict({400, {}, "worse"}).words, "worse");
}

const std::string text_body =
    R"({"msg":{"from":"15551234567","to":"+15550001111","text":"Hi","id":7,"time":1700000000}})";

TEST(Generic, ReadsTexts) {
  const auto text = only<Inbound>(generic().notice({"POST", "/generic/sms/hook/mo", {}, text_body, {}}, {}));
  EXPECT_EQ(text.from, "15551234567");
  EXPECT_EQ(text.to, "+15550001111");
  EXPECT_EQ(text.text, "Hi");
  EXPECT_EQ(text.id, "7");
  EXPECT_EQ(text.when, base::WallTime::clock::from_time_t(1700000000));
  const auto notice = generic().notice({"POST", "/generic/sms/hook/mo", {}, "{}", {}}, {});
  EXPECT_EQ(std::get<Rejection>(notice).status, 400);
}

TEST(Generic, ReadsReports) {
  using State = Report::State;
  const auto report = [](const std::string& body) {
    return only<Report>(generic().notice({"POST", "/generic/sms/hook/dlr?id=t.1", {}, body, {}}, {}));
  };
  EXPECT_EQ(report("state=DELIVRD&mid=7").state, State::delivered);
  EXPECT_EQ(report("state=DELIVRD&mid=7").id, "t.1");
  EXPECT_EQ(report("state=DELIVRD&mid=7").foreign_id, "7");
  EXPECT_EQ(report("state=READ").state, State::delivered);
  EXPECT_EQ(report("state=ENROUTE").state, State::under_way);
  EXPECT_EQ(report("state=UNDELIV&why=no+such+number").words, "no such number");
  EXPECT_EQ(report("state=UNDELIV").words, "UNDELIV");
  EXPECT_EQ(report("state=UNDELIV").state, State::failed);
}

Notice authorised(const GenericSms& given, base::HttpHeaders headers, const std::string& path = "mo") {
  const auto now = base::WallTime::clock::from_time_t(1700000100);
  return generic(given).notice({"POST", "/generic/sms/" + path, std::move(headers), text_body, {}}, now);
}
bool is_taken(const Notice& notice) {
  if (std::holds_alternative<Notices>(notice)) return true;
  const int status = std::get<Rejection>(notice).status;
  EXPECT_TRUE(status == 401 || status == 403) << status;
  return false;
}

TEST(Generic, AuthenticatesByPathOrBasic) {
  EXPECT_TRUE(is_taken(authorised(settings(), {}, "hook/mo")));
  EXPECT_FALSE(is_taken(authorised(settings(), {}, "wrong/mo")));
  auto given = settings();
  given.webhook.auth = GenericSms::Auth::basic;
  given.webhook.username = "u";
  given.webhook.secret = {"p"};
  EXPECT_TRUE(is_taken(authorised(given, {{"Authorization", "Basic dTpw"}})));
  EXPECT_FALSE(is_taken(authorised(given, {{"Authorization", "Basic dTpx"}})));
  EXPECT_FALSE(is_taken(authorised(given, {})));
}

TEST(Generic, AuthenticatesByHmac) {
  auto given = settings();
  auto& webhook = given.webhook;
  webhook.auth = GenericSms::Auth::hmac;
  webhook.header = "X-Sig";
  webhook.prefix = "sha256=";
  const auto mac = base::hmac_sha256("hook", text_body);
  EXPECT_TRUE(is_taken(authorised(given, {{"x-sig", "sha256=" + base::to_hex(mac)}})));
  EXPECT_FALSE(is_taken(authorised(given, {{"x-sig", base::to_hex(mac)}})));
  EXPECT_FALSE(is_taken(authorised(given, {})));
  webhook.is_hex = false;
  webhook.prefix.clear();
  EXPECT_TRUE(is_taken(authorised(given, {{"X-Sig", base::to_base64(mac)}})));
  webhook.timestamp_header = "X-Time";
  webhook.separator = ".";
  const auto timed = [&](const std::string& time) {
    return authorised(
        given, {{"X-Sig", base::to_base64(base::hmac_sha256("hook", time + "." + text_body))}, {"X-Time", time}});
  };
  EXPECT_TRUE(is_taken(timed("1700000000")));
  EXPECT_FALSE(is_taken(timed("1699999000"))) << "old";
  EXPECT_FALSE(is_taken(authorised(given, {{"X-Sig", base::to_base64(mac)}, {"X-Time", "1700000000"}})));
  const auto empty = base::to_base64(base::hmac_sha256("hook", "1700000000."));
  const auto query = generic(given).notice(
      {"GET", "/generic/sms/dlr?id=t.1&state=DELIVRD", {{"X-Sig", empty}, {"X-Time", "1700000000"}}, "", {}},
      base::WallTime::clock::from_time_t(1700000000));
  EXPECT_FALSE(is_taken(query)) << "a query is not signed";
}

TEST(Generic, WhatIsNotConfiguredIsNotThere) {
  auto given = settings();
  given.inbound = {};
  EXPECT_EQ(std::get<Rejection>(authorised(given, {}, "hook/mo")).status, 404);
  given.webhook.status = 202;
  given.webhook.thanks = "ok";
  EXPECT_EQ(generic(given).thanks().status, 202);
  EXPECT_EQ(generic(given).thanks().body, "ok");
}

}  // namespace
}  // namespace sms

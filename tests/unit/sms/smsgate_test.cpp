#include "legacy/sms/providers/smsgate.hpp"

#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "legacy/sms/json_field.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using Kind = Verdict::Kind;

const std::string long_id = "0123456789abcdef.ABCDEFGHIJKLMNOPQRST_-";

SmsGate gate(int sim = 0, const std::string& number = "+15550001111") {
  config::SmsGate settings;
  settings.send_url = "http://127.0.0.1:8080/message";
  settings.username = "sms";
  settings.password = {"pass"};
  settings.signing_key = {"key"};
  settings.number = number;
  settings.sim = sim;
  return SmsGate(settings, "sms", "https://gw");
}

Notice event(const std::string& body, const SmsGate& provider = gate()) {
  const auto signature = base::to_hex(base::hmac_sha256("key", body + "1700000000"));
  return provider.notice(
      {"POST", "/smsgate/sms/event", {{"X-Signature", signature}, {"X-Timestamp", "1700000000"}}, body, {}},
      base::WallTime::clock::from_time_t(1700000000));
}

TEST(SmsGate, SendsExactlyTheseFields) {
  const auto request = gate(2).request({long_id, "+15550001111", "+15551234567", "Hi \xE2\x82\xAC"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://127.0.0.1:8080/message");
  EXPECT_EQ(request.headers,
            (base::HttpHeaders{{"Content-Type", "application/json"}, {"Authorization", "Basic c21zOnBhc3M="}}));
  EXPECT_EQ(parse_json(request.body),
            parse_json(R"({"id":"ASNFZ4mrze8.ABCDEFGHIJKLMNOPQRST_-","textMessage":{"text":"Hi \u20ac"},
              "phoneNumbers":["+15551234567"],"withDeliveryReport":true,"simNumber":2})"));
  EXPECT_EQ(parse_json(gate().request({long_id, "1", "2", "x"}).body).as_object().contains("simNumber"), false);
}

TEST(SmsGate, IdsFitAndComeBack) {
  for (const std::string& id : {long_id, std::string("ffffffffffffffff.ABCDEFGHIJKLMNOPQRST_-"),
                                std::string("fbefbe0000000000.AAAAAAAAAAAAAAAAAAAAAA"), std::string("tag.id1")}) {
    EXPECT_LE(to_smsgate_id(id).size(), 36u);
    EXPECT_EQ(to_smsgate_id(id).find_first_of("+/="), std::string::npos);
    EXPECT_EQ(from_smsgate_id(to_smsgate_id(id)), id);
  }
  for (const std::string other : {"", "x", "!!!!!!!!!!!.x", "0123456789abcdeg.x"}) {
    EXPECT_EQ(from_smsgate_id(other), other);
    EXPECT_EQ(to_smsgate_id(other), other);
  }
}

TEST(SmsGate, JudgesAnswers) {
  EXPECT_TRUE(gate().traits().is_idempotent);
  const auto taken = gate().verdict({202, {}, R"({"id":"x","state":"Pending"})"});
  EXPECT_EQ(taken.kind, Kind::accepted);
  EXPECT_EQ(taken.segments, Verdict::as_counted);
  EXPECT_EQ(gate().verdict({409, {}, R"({"message":"exists"})"}).kind, Kind::accepted) << "it has it already";
  const auto refused = gate().verdict({400, {}, R"({"code":"x","message":"bad number"})"});
  EXPECT_EQ(refused.kind, Kind::refused);
  EXPECT_EQ(refused.words, "bad number");
  EXPECT_EQ(gate().verdict({401, {}, ""}).kind, Kind::stopped);
  EXPECT_EQ(gate().verdict({500, {}, ""}).kind, Kind::retry);
  EXPECT_EQ(gate().verdict({503, {}, ""}).kind, Kind::retry);
}

TEST(SmsGate, ReadsReports) {
  using State = Report::State;
  const auto report = [](const std::string& name, const std::string& rest = "") {
    return only<Report>(event(R"({"event":")" + name + R"(","id":"e1","payload":{"messageId":")" +
                              to_smsgate_id(long_id) + "\"" + rest + "}}"));
  };
  EXPECT_EQ(report("sms:sent").state, State::under_way);
  EXPECT_EQ(report("sms:sent").id, long_id);
  EXPECT_EQ(report("sms:delivered").state, State::delivered);
  EXPECT_EQ(report("sms:delivered").segment, "e1");
  EXPECT_EQ(report("sms:failed", R"(,"reason":"RESULT_ERROR_NO_SERVICE")").state, State::failed);
  EXPECT_EQ(report("sms:failed", R"(,"reason":"RESULT_ERROR_NO_SERVICE")").words, "RESULT_ERROR_NO_SERVICE");
  EXPECT_EQ(report("sms:failed").segment, "") << "one fails all";
  EXPECT_EQ(std::get<Rejection>(event(R"({"event":"sms:sent","payload":{}})")).status, 400);
  EXPECT_TRUE(std::get<Notices>(event(R"({"event":"system:ping","payload":{}})")).empty());
}

TEST(SmsGate, ReadsTextsAndPictures) {
  const auto text = only<Inbound>(event(R"({"event":"sms:received","id":"e","payload":{"messageId":"m",
    "message":"Hi \u20ac","sender":"+15551234567","recipient":"+15550002222","simNumber":1,
    "receivedAt":"2023-11-14T23:13:20.000+01:00"}})"));
  EXPECT_EQ(text.from, "+15551234567");
  EXPECT_EQ(text.to, "+15550002222");
  EXPECT_EQ(text.text, "Hi \xE2\x82\xAC");
  EXPECT_EQ(text.id, "m 2023-11-14T23:13:20.000+01:00");
  EXPECT_EQ(text.when, base::WallTime::clock::from_time_t(1700000000));
  const std::string old = R"({"event":"sms:received","payload":{"message":"x","phoneNumber":"+1","recipient":null}})";
  EXPECT_EQ(only<Inbound>(event(old)).from, "+1");
  EXPECT_EQ(only<Inbound>(event(old)).to, "+15550001111") << "the configured number";
  EXPECT_EQ(std::get<Rejection>(event(old, gate(0, ""))).status, 400);
  const auto picture = only<Inbound>(event(R"({"event":"mms:downloaded","payload":{"sender":"+1","subject":"look",
    "attachments":[{"contentType":"image/png","name":"a","size":2,"data":"aGk="},{"contentType":"x","data":null}]}})"));
  EXPECT_EQ(picture.text, "look");
  ASSERT_EQ(picture.media.size(), 2u) << "also one that the phone didn't pass on";
  EXPECT_EQ(picture.media[0].data, "hi");
  EXPECT_EQ(picture.media[0].content_type, "image/png");
  const char* const words = R"({"event":"mms:downloaded","payload":{"sender":"+1","body":"hi","attachments":[]}})";
  EXPECT_EQ(only<Inbound>(event(words)).text, "hi");
}

TEST(SmsGate, RefusesForgeries) {
  EXPECT_EQ(std::get<Rejection>(gate().notice({"POST", "/smsgate/sms/event", {}, "{}", {}}, {})).status, 401);
  EXPECT_EQ(std::get<Rejection>(gate().notice({"POST", "/smsgate/sms/else", {}, "{}", {}}, {})).status, 404);
  EXPECT_EQ(std::get<Rejection>(event("[]")).status, 400);
}

}  // namespace
}  // namespace sms

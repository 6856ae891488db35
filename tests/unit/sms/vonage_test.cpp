#include <gtest/gtest.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "legacy/sms/json_field.hpp"
#include "legacy/sms/providers/vonage_messages.hpp"
#include "legacy/sms/providers/vonage_sms.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using Kind = Verdict::Kind;
using legacy::Errc;

VonageSms vonage(const std::string& public_url = "https://gw.example.net") {
  config::VonageSms settings;
  settings.api_key = "abcd1234";
  settings.api_secret = {"s3:cret"};
  settings.webhook_secret = {"hook"};
  return VonageSms(settings, "sms", public_url);
}

Notice call(const std::string& kind, const std::string& query) {
  return vonage().notice({"GET", "/vonage/sms/hook/" + kind + "?" + query, {}, {}, {}}, base::WallTime{});
}

TEST(VonageSms, SendsExactlyTheseFields) {
  const auto request = vonage().request({"tag.id1", "+15550001111", "+15551234567", "Hi & \xE2\x82\xAC"});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://rest.nexmo.com/sms/json");
  EXPECT_EQ(request.headers, (base::HttpHeaders{{"Content-Type", "application/x-www-form-urlencoded"},
                                                {"Authorization", "Basic YWJjZDEyMzQ6czM6Y3JldA=="}}));
  EXPECT_EQ(request.body,
            "from=15550001111&to=15551234567&text=Hi%20%26%20%E2%82%AC&type=text&client-ref=tag.id1"
            "&callback=https%3A%2F%2Fgw.example.net%2Fvonage%2Fsms%2Fhook%2Fdlr");
}

TEST(VonageSms, OtherTextIsUnicodeAndALongCallbackIsLeftOut) {
  EXPECT_EQ(vonage("").request({"i", "Shop", "72975", "\xD0\x9F"}).body,
            "from=Shop&to=72975&text=%D0%9F&type=unicode&client-ref=i");
  const auto body = vonage("https://" + std::string(80, 'x')).request({"i", "1", "2", "x"}).body;
  EXPECT_EQ(body.find("callback"), std::string::npos);
}

TEST(VonageSms, EachSegmentHasAStatus) {
  const auto answer = [](std::vector<std::string> statuses) {
    std::string body;
    for (const auto& status : statuses) {
      body += (body.empty() ? "" : ",") + std::string(R"({"status":")") + status + '"' +
              (status == "0" ? "}" : R"(,"error-text":"words )" + status + "\"}");
    }
    return vonage().verdict({200, {}, R"({"message-count":"1","messages":[)" + body + "]}"});
  };
  EXPECT_EQ(answer({"0"}).kind, Kind::accepted);
  EXPECT_EQ(answer({"0"}).segments, 1u);
  EXPECT_EQ(answer({"0", "0", "0"}).segments, 3u);
  for (const char* status : {"1", "5", "10"}) EXPECT_EQ(answer({status}).kind, Kind::retry) << status;
  for (const char* status : {"2", "3", "6", "7", "12", "15", "22", "23", "29", "33", "99"}) {
    EXPECT_EQ(answer({status}).kind, Kind::refused) << status;
  }
  for (const char* status : {"4", "8", "9", "11", "14", "32"}) EXPECT_EQ(answer({status}).kind, Kind::stopped);
  EXPECT_EQ(answer({"1"}).words, "words 1");
  const auto partial = answer({"0", "1"});
  EXPECT_EQ(partial.kind, Kind::refused) << "again would send the first segment twice";
  EXPECT_EQ(partial.words, "words 1 (1 of 2 sent)");
  EXPECT_EQ(vonage().verdict({200, {}, "?"}).kind, Kind::unknown);
  EXPECT_EQ(vonage().verdict({503, {{"Retry-After", "7"}}, ""}).retry_after, std::chrono::seconds(7));
  EXPECT_EQ(vonage().verdict({401, {}, ""}).kind, Kind::stopped);
}

TEST(VonageSms, ReadsTextsAndTheirParts) {
  const auto notice = call("mo",
                           "msisdn=15551234567&to=15550001111&messageId=02A&text=Hi+%E2%82%AC&type=unicode"
                           "&message-timestamp=2023-11-14+22%3A13%3A20&concat=true&concat-ref=9&concat-total=3"
                           "&concat-part=2");
  const auto inbound = only<Inbound>(notice);
  EXPECT_EQ(inbound.from, "15551234567");
  EXPECT_EQ(inbound.to, "15550001111");
  EXPECT_EQ(inbound.text, "Hi \xE2\x82\xAC");
  EXPECT_EQ(inbound.id, "02A");
  EXPECT_EQ(inbound.when, base::WallTime::clock::from_time_t(1700000000));
  ASSERT_TRUE(inbound.part);
  EXPECT_EQ(inbound.part->reference, "9");
  EXPECT_EQ(inbound.part->number, 2u);
  EXPECT_EQ(inbound.part->total, 3u);
  EXPECT_FALSE(only<Inbound>(call("mo", "msisdn=1&to=2&text=x")).part);
  EXPECT_TRUE(std::get<Notices>(call("mo", "msisdn=1&to=2&type=binary&data=00")).empty());
  EXPECT_EQ(std::get<Rejection>(call("mo", "msisdn=1")).status, 400);
}

TEST(VonageSms, ReadsFormsAndJson) {
  base::HttpRequest request{"POST",
                            "/vonage/sms/hook/mo",
                            {{"Content-Type", "application/json; charset=utf-8"}},
                            R"({"msisdn":"1","to":"2","text":"a&b","concat-part":1})",
                            {}};
  EXPECT_EQ(only<Inbound>(vonage().notice(request, {})).text, "a&b");
  request.headers.clear();
  request.body = "msisdn=1&to=2&text=a%26b";
  EXPECT_EQ(only<Inbound>(vonage().notice(request, {})).text, "a&b");
}

TEST(VonageSms, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* query;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"status=delivered&err-code=0", State::delivered, ""},
      {"status=accepted&err-code=0", State::under_way, ""},
      {"status=buffered&err-code=0", State::under_way, ""},
      {"status=unknown&err-code=0", State::under_way, ""},
      {"status=failed&err-code=3", State::failed, "failed, error 3"},
      {"status=failed&err-code=2", State::failed, "failed, error 2", Errc::unreachable_now},
      {"status=expired&err-code=8", State::failed, "expired, error 8", Errc::unreachable_now},
      {"status=rejected&err-code=9", State::failed, "rejected, error 9", Errc::opted_out},
      {"status=rejected", State::failed, "rejected"},
  };
  for (const auto& c : cases) {
    const auto notice = call("dlr", std::string("messageId=0B&client-ref=t.1&") + c.query);
    const auto& report = only<Report>(notice);
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.segment, "0B");
    EXPECT_EQ(report.state, c.state) << c.query;
    EXPECT_EQ(report.words, c.words) << c.query;
    EXPECT_EQ(report.reason, c.reason) << c.query;
  }
  EXPECT_TRUE(std::get<Notices>(call("dlr", "messageId=0B&status=delivered")).empty());
  EXPECT_EQ(std::get<Rejection>(call("dlr", "client-ref=1")).status, 400);
}

TEST(VonageSms, RefusesForgeries) {
  EXPECT_EQ(std::get<Rejection>(vonage().notice({"GET", "/vonage/sms/wrong/mo", {}, {}, {}}, {})).status, 403);
  EXPECT_EQ(std::get<Rejection>(vonage().notice({"GET", "/vonage/sms/hook", {}, {}, {}}, {})).status, 404);
  EXPECT_EQ(std::get<Rejection>(call("else", "")).status, 404);
  const auto now = base::WallTime::clock::from_time_t(1234567890);
  const base::HttpHeaders fields = {
      {"param", "value"}, {"timestamp", "1234567890"}, {"sig", "655A4D0B7F064DFF438DEFC2C3D1C3A3"}};
  EXPECT_FALSE(is_vonage_signed(fields, "md5", "", now)) << "without a secret nothing is signed";
}

VonageMessages messages() {
  config::VonageMessages settings;
  settings.api_key = "key";
  settings.api_secret = {"secret"};
  settings.signature_secret = {"sign"};
  return VonageMessages(settings, "sms", "https://gw");
}

TEST(VonageMessages, SendsExactlyTheseFields) {
  const auto request = messages().request({"tag.id1", "+15550001111", "+15551234567", "Hi \"\xE2\x82\xAC\""});
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "https://api.nexmo.com/v1/messages");
  EXPECT_EQ(request.headers,
            (base::HttpHeaders{{"Content-Type", "application/json"}, {"Authorization", "Basic a2V5OnNlY3JldA=="}}));
  EXPECT_EQ(parse_json(request.body),
            parse_json(R"({"channel":"sms","to":"15551234567","from":"15550001111","message_type":"text",
              "text":"Hi \"\u20ac\"","sms":{"encoding_type":"auto"},"client_ref":"tag.id1",
              "webhook_url":"https://gw/vonage-messages/sms/dlr","webhook_version":"v1"})"));
}

TEST(VonageMessages, SendsPictures) {
  const auto request = messages().request({"i", "+1", "+2", "look", {"https://a/b.jpg?x=.mp3"}});
  EXPECT_EQ(parse_json(request.body), parse_json(R"({"channel":"mms","to":"2","from":"1","message_type":"image",
              "image":{"url":"https://a/b.jpg?x=.mp3","caption":"look"},"client_ref":"i",
              "webhook_url":"https://gw/vonage-messages/sms/dlr","webhook_version":"v1"})"));
  const auto sound = messages().request({"i", "+1", "+2", "", {"https://a/b.mp3"}});
  EXPECT_EQ(json_text(parse_json(sound.body), "/audio/url"), "https://a/b.mp3");
}

TEST(VonageMessages, JudgesAnswers) {
  const auto kind = [](int status, const std::string& code) {
    return messages()
        .verdict({status, {}, R"({"type":"https://x/messages#)" + code + R"(","title":"T","detail":"D"})"})
        .kind;
  };
  EXPECT_EQ(messages().verdict({202, {}, R"({"message_uuid":"u"})"}).kind, Kind::accepted);
  EXPECT_EQ(kind(422, "1020"), Kind::refused);
  for (const char* code : {"1000", "1030", "1100"}) EXPECT_EQ(kind(422, code), Kind::retry) << code;
  for (const char* code : {"1060", "1070", "1080"}) EXPECT_EQ(kind(422, code), Kind::stopped) << code;
  EXPECT_EQ(kind(402, ""), Kind::stopped);
  EXPECT_EQ(kind(401, ""), Kind::stopped);
  EXPECT_EQ(kind(429, ""), Kind::retry);
  EXPECT_EQ(kind(500, ""), Kind::retry);
  EXPECT_EQ(messages().verdict({422, {}, R"({"title":"T","detail":"D"})"}).words, "T: D");
}

std::string encode(std::string text) {
  text = base::to_base64(text);
  while (text.ends_with('=')) text.pop_back();
  std::replace(text.begin(), text.end(), '+', '-');
  std::replace(text.begin(), text.end(), '/', '_');
  return text;
}

Notice signed_call(const std::string& kind, const std::string& body, int age = 0) {
  const auto now = base::WallTime::clock::from_time_t(1700000000);
  const auto claims = R"({"iss":"Vonage","iat":)" + std::to_string(1700000000 - age) + R"(,"payload_hash":")" +
                      base::to_hex(base::sha256(body)) + "\"}";
  const auto text = encode(R"({"alg":"HS256"})") + "." + encode(claims);
  const auto token = text + "." + encode(base::hmac_sha256("sign", text));
  return messages().notice({"POST", "/vonage-messages/sms/" + kind, {{"Authorization", "Bearer " + token}}, body, {}},
                           now);
}

TEST(VonageMessages, ReadsTextsAndPictures) {
  const auto text =
      only<Inbound>(signed_call("mo", R"({"channel":"sms","message_uuid":"u","to":"15550001111","from":"15551234567",
        "timestamp":"2023-11-14T22:13:20Z","message_type":"text","text":"Hi"})"));
  EXPECT_EQ(text.from, "15551234567");
  EXPECT_EQ(text.to, "15550001111");
  EXPECT_EQ(text.text, "Hi");
  EXPECT_EQ(text.id, "u");
  EXPECT_EQ(text.when, base::WallTime::clock::from_time_t(1700000000));
  const auto picture = only<Inbound>(signed_call(
      "mo", R"({"to":"1","from":"2","message_type":"image","image":{"url":"https://a/b","caption":"look"}})"));
  EXPECT_EQ(picture.text, "look");
  ASSERT_EQ(picture.media.size(), 1u);
  EXPECT_EQ(picture.media[0].url, "https://a/b");
}

TEST(VonageMessages, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* rest;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {R"("status":"submitted")", State::under_way, ""},
      {R"("status":"delivered")", State::delivered, ""},
      {R"("status":"read")", State::delivered, ""},
      {R"("status":"undeliverable")", State::failed, "undeliverable", Errc::unreachable_now},
      {R"("status":"rejected","error":{"type":"https://x#1050","title":"Barred","detail":"no"})", State::failed,
       "Barred: no"},
      {R"("status":"rejected","error":{"type":"https://x#1000","title":"Throttled"})", State::failed, "Throttled",
       Errc::unreachable_now},
  };
  for (const auto& c : cases) {
    const auto notice = signed_call("dlr", std::string(R"({"client_ref":"t.1",)") + c.rest + "}");
    const auto& report = only<Report>(notice);
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.rest;
    EXPECT_EQ(report.words, c.words) << c.rest;
    EXPECT_EQ(report.reason, c.reason) << c.rest;
  }
  EXPECT_TRUE(std::get<Notices>(signed_call("dlr", R"({"status":"delivered"})")).empty());
}

TEST(VonageMessages, RefusesWhatIsOldUnsignedOrStrange) {
  EXPECT_TRUE(std::holds_alternative<Notices>(signed_call("dlr", R"({"status":"read"})", 300)));
  EXPECT_EQ(std::get<Rejection>(signed_call("dlr", R"({"status":"read"})", 301)).status, 401);
  EXPECT_TRUE(std::holds_alternative<Notices>(signed_call("dlr", R"({"status":"read"})", -300))) << "by our clock";
  EXPECT_EQ(std::get<Rejection>(signed_call("dlr", R"({"status":"read"})", -302)).status, 401);
  EXPECT_EQ(std::get<Rejection>(signed_call("else", "{}")).status, 404);
  EXPECT_EQ(std::get<Rejection>(signed_call("mo", "[]")).status, 400);
  const auto unsigned_call = messages().notice({"POST", "/vonage-messages/sms/mo", {}, "{}", {}}, {});
  EXPECT_EQ(std::get<Rejection>(unsigned_call).status, 503) << "Vonage repeats it, with a token then";
}

}  // namespace
}  // namespace sms

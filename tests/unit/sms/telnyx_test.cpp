#include "legacy/sms/providers/telnyx.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "base/crypto.hpp"
#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Headers = base::HttpHeaders;

constexpr std::int64_t signed_at = 1'700'000'000;

// The account's key, as it would be at Telnyx.
struct AccountKey {
  AccountKey() {
    const std::string seed(32, 'k');
    key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, bytes(seed), seed.size()));
  }
  static const unsigned char* bytes(const std::string& text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  }
  std::string sign(const std::string& text) const {
    std::string out(64, '\0');
    std::size_t size = out.size();
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
    EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get());
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, bytes(text), text.size());
    return base::to_base64(out);
  }
  std::string public_key() const {
    std::string out(32, '\0');
    std::size_t size = out.size();
    EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(out.data()), &size);
    return base::to_base64(out);
  }
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{nullptr, &EVP_PKEY_free};
};

config::Telnyx settings() {
  config::Telnyx telnyx;
  telnyx.api_key = {"KEY1"};
  telnyx.public_key = AccountKey().public_key();
  return telnyx;
}

Telnyx provider() {
  return {settings(), "sms", "https://gw.example.net"};
}

base::HttpRequest signed_call(const std::string& target, const std::string& body) {
  const auto time = std::to_string(signed_at);
  return {"POST",
          target,
          {{"telnyx-timestamp", time}, {"telnyx-signature-ed25519", AccountKey().sign(time + "|" + body)}},
          body,
          ""};
}

Notice read(const base::HttpRequest& request, std::int64_t age = 5) {
  return provider().notice(request, base::WallTime::clock::from_time_t(signed_at + age));
}

std::string event(const std::string& type, const std::string& payload) {
  return R"({"data":{"event_type":")" + type + R"(","id":"e","payload":)" + payload + R"(,"record_type":"event"}})";
}

TEST(Telnyx, SendsText) {
  const auto call = provider().request({"tag.id1", "+15550001111", "+15551234567", "Gr\xC3\xBC\xC3\x9F"});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.telnyx.com/v2/messages");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/json"}, {"Authorization", "Bearer KEY1"}}));
  EXPECT_EQ(call.body,
            "{\"from\":\"+15550001111\",\"to\":\"+15551234567\",\"type\":\"SMS\",\"text\":\"Gr\xC3\xBC\xC3\x9F\","
            "\"webhook_url\":\"https://gw.example.net/telnyx/sms/dlr?id=tag.id1\",\"use_profile_webhooks\":false}");
}

TEST(Telnyx, SendsMediaThroughAProfile) {
  auto telnyx = settings();
  telnyx.messaging_profile = "profile";
  const auto call = Telnyx(telnyx, "sms", "").request({"i", "+1", "72975", "", {"https://a/1"}});
  EXPECT_EQ(call.body,
            R"({"from":"+1","to":"72975","type":"MMS","media_urls":["https://a/1"],"messaging_profile_id":"profile"})");
}

TEST(Telnyx, SendsGroupTexts) {
  auto telnyx = settings();
  telnyx.messaging_profile = "profile";
  const auto call = Telnyx(telnyx, "sms", "https://gw.example.net")
                        .request({"tag.id1", "+15550001111", "+15551230001", "hi", {"https://a/1"}, {"+15551230002"}});
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.telnyx.com/v2/messages/group_mms");
  EXPECT_EQ(call.headers, (Headers{{"Content-Type", "application/json"}, {"Authorization", "Bearer KEY1"}}));
  EXPECT_EQ(
      call.body,
      R"({"from":"+15550001111","to":["+15551230001","+15551230002"],"text":"hi","media_urls":["https://a/1"],)"
      R"("webhook_url":"https://gw.example.net/telnyx/sms/dlr?id=tag.id1&group=1","use_profile_webhooks":false})");
  EXPECT_EQ(provider().traits().most_recipients, 8u);
  EXPECT_EQ(provider().verdict({200, {}, "{}"}).segments, Verdict::as_counted);
}

TEST(Telnyx, ReadsReportsOnGroupTexts) {
  const auto notice =
      read(signed_call("/telnyx/sms/dlr?id=t.1&group=1",
                       event("message.finalized", R"({"id":"m","to":[{"phone_number":"+1","status":"delivered"},
                                     {"phone_number":"+2","status":"queued"}],
                                     "cc":[{"phone_number":"+3","status":"delivery_failed"},
                                     {"phone_number":"+4","status":"unknown"}],
                                     "errors":[{"code":"40001","title":"Not routable"}]})")));
  const auto& notices = std::get<Notices>(notice);
  ASSERT_EQ(notices.size(), 2u);
  const auto& first = std::get<Report>(notices[0]);
  EXPECT_EQ(first.id, "t.1");
  EXPECT_EQ(first.segment, "+1");
  EXPECT_EQ(first.state, Report::State::delivered);
  const auto& second = std::get<Report>(notices[1]);
  EXPECT_EQ(second.segment, "+3");
  EXPECT_EQ(second.state, Report::State::failed);
  EXPECT_EQ(second.words, "+3: error 40001: Not routable");
}

TEST(Telnyx, JudgesAnswers) {
  using Kind = Verdict::Kind;
  const struct {
    int status;
    const char* body;
    Kind kind;
    const char* words;
    Errc reason = Errc::provider_refused;
  } cases[] = {
      {200, "{}", Kind::accepted, "{}"},
      {400, R"({"errors":[{"code":"40300","title":"Blocked due to STOP message"}]})", Kind::refused,
       "Blocked due to STOP message", Errc::opted_out},
      {403, R"({"errors":[{"code":"40300","title":"t","detail":"d"}]})", Kind::refused, "d", Errc::opted_out},
      {422, R"({"errors":[{"code":"40310","title":"Invalid 'to'"}]})", Kind::refused, "Invalid 'to'",
       Errc::undeliverable},
      {400, R"({"errors":[{"code":"40305","title":"Invalid 'from'"}]})", Kind::refused, "Invalid 'from'"},
      {401, R"({"errors":[{"code":"10009","title":"Authentication failed"}]})", Kind::stopped, "Authentication failed"},
      {429, R"({"errors":[{"code":"10011","title":"Too many requests"}]})", Kind::retry, "Too many requests"},
      {503, "", Kind::retry, "HTTP status 503"},
      {404, R"({"errors":[]})", Kind::refused, R"({"errors":[]})"},
  };
  for (const auto& c : cases) {
    const auto verdict = provider().verdict({c.status, {}, c.body});
    EXPECT_EQ(verdict.kind, c.kind) << c.body;
    EXPECT_EQ(verdict.words, c.words) << c.body;
    EXPECT_EQ(verdict.reason, c.reason) << c.body;
  }
}

TEST(Telnyx, ReadsGroupTextsWithMedia) {
  const auto inbound = only<Inbound>(read(signed_call(
      "/telnyx/sms/mo",
      event("message.received",
            R"({"direction":"inbound","id":"m1","from":{"phone_number":"+15551234567"},"text":"hi","type":"MMS",
                "to":[{"phone_number":"+15552222222","status":""},
                      {"phone_number":"+15550001111","status":"webhook_delivered"}],
                "cc":[{"phone_number":"+15553333333"},{"phone_number":"+15551234567"}],
                "media":[{"url":"https://m/1","content_type":"image/png","size":1}],
                "received_at":"2023-11-14T22:13:20.000+00:00"})"))));
  EXPECT_EQ(inbound.from, "+15551234567");
  EXPECT_EQ(inbound.to, "+15550001111");
  EXPECT_EQ(inbound.others, (std::vector<std::string>{"+15552222222", "+15553333333"}));
  EXPECT_EQ(inbound.text, "hi");
  EXPECT_EQ(inbound.id, "m1");
  EXPECT_EQ(inbound.when, base::WallTime::clock::from_time_t(1'700'000'000));
  ASSERT_EQ(inbound.media.size(), 1u);
  EXPECT_EQ(inbound.media[0].content_type, "image/png");
}

TEST(Telnyx, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* status;
    const char* errors;
    State state;
    const char* words;
    Errc reason = Errc::undeliverable;
  } cases[] = {
      {"queued", "[]", State::under_way, ""},
      {"sent", "[]", State::under_way, ""},
      {"delivery_unconfirmed", "[]", State::under_way, ""},
      {"something_new", "[]", State::under_way, ""},
      {"delivered", "[]", State::delivered, ""},
      {"delivery_failed", R"([{"code":"40001","title":"Not routable"}])", State::failed, "error 40001: Not routable"},
      {"delivery_failed", R"([{"code":"40002","title":"Spam"}])", State::failed, "error 40002: Spam",
       Errc::unreachable_now},
      {"sending_failed", R"([{"code":"40300","title":"Blocked"}])", State::failed, "error 40300: Blocked",
       Errc::opted_out},
      {"expired", "[]", State::failed, "expired", Errc::unreachable_now},
  };
  for (const auto& c : cases) {
    const auto payload = std::string(R"({"id":"m","to":[{"phone_number":"+1","status":")") + c.status +
                         R"("}],"errors":)" + c.errors + "}";
    const auto report = only<Report>(read(signed_call("/telnyx/sms/dlr?id=t.1", event("message.finalized", payload))));
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.status;
    EXPECT_EQ(report.words, c.words) << c.status;
    EXPECT_EQ(report.reason, c.reason) << c.status;
  }
}

TEST(Telnyx, RefusesWhatIsForgedOldOrIncomplete) {
  const auto good = signed_call("/telnyx/sms/dlr?id=1", event("message.finalized", "{}"));
  EXPECT_TRUE(std::holds_alternative<Notices>(read(good)));
  EXPECT_EQ(std::get<Rejection>(read(good, 301)).status, 403);
  auto forged = good;
  forged.body += " ";
  EXPECT_EQ(std::get<Rejection>(read(forged)).status, 403);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/telnyx/sms/x", "{}"))).status, 404);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/telnyx/sms/mo", "{}"))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/telnyx/sms/mo", event("message.received", "{}")))).status, 400);
  EXPECT_EQ(std::get<Rejection>(read(signed_call("/telnyx/sms/dlr", event("message.sent", "{}")))).status, 400);
  EXPECT_TRUE(std::get<Notices>(read(signed_call("/telnyx/sms/mo", event("number.ordered", "{}")))).empty());
}

}  // namespace
}  // namespace sms

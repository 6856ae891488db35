#include "legacy/sms/providers/kannel.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/notices.hpp"

namespace sms {
namespace {

config::Kannel settings() {
  config::Kannel kannel;
  kannel.send_url = "http://127.0.0.1:13013/cgi-bin/sendsms";
  kannel.username = "gw";
  kannel.password = {"p&ss w"};
  kannel.webhook_secret = {"s3cret"};
  return kannel;
}

Notice notice_of(const Kannel& kannel, const base::HttpRequest& request) {
  return kannel.notice(request, base::WallTime{});
}

Kannel provider() {
  return Kannel(settings(), "sms", "http://127.0.0.1:8080/");
}

base::HttpRequest get(std::string target) {
  return {"GET", std::move(target), {}, {}, "127.0.0.1"};
}

TEST(Kannel, SendsGsmText) {
  const auto call = provider().request({"tag.id1", "+15550001111", "+15551234567", "Hi \xE2\x82\xAC & more"});
  EXPECT_EQ(call.method, "GET");
  EXPECT_EQ(call.body, "");
  EXPECT_EQ(call.url,
            "http://127.0.0.1:13013/cgi-bin/sendsms?username=gw&password=p%26ss%20w&from=%2B15550001111"
            "&to=%2B15551234567&text=Hi%20%E2%82%AC%20%26%20more&charset=UTF-8&dlr-mask=31"
            "&dlr-url=http%3A%2F%2F127.0.0.1%3A8080%2Fkannel%2Fsms%2Fs3cret%2Fdlr%3Fid%3Dtag.id1%26type%3D%25d"
            "%26reply%3D%25A%26fid%3D%25F");
}

TEST(Kannel, SendsOtherTextAsUcs2ThroughTheChosenSmsc) {
  auto kannel = settings();
  kannel.smsc = "GEN";
  const auto call = Kannel(kannel, "my net", "").request({"i", "1", "72975", "\xF0\x9F\x98\x80"});
  EXPECT_EQ(call.url,
            "http://127.0.0.1:13013/cgi-bin/sendsms?username=gw&password=p%26ss%20w&from=1&to=72975"
            "&text=%F0%9F%98%80&charset=UTF-8&coding=2&smsc=GEN");
}

TEST(Kannel, ProtectsEscapesOfTheReportUrlFromItsOwn) {
  const auto call = Kannel(settings(), "my net", "http://h").request({"i", "1", "2", "x"});
  EXPECT_NE(call.url.find("%2Fkannel%2Fmy%25%2520net%2Fs3cret%2Fdlr"), std::string::npos) << call.url;
}

TEST(Kannel, AppendsToAnUrlThatHasAQuery) {
  auto kannel = settings();
  kannel.send_url += "?account=x";
  const auto call = Kannel(kannel, "sms", "").request({"i", "1", "2", "x"});
  EXPECT_NE(call.url.find("sendsms?account=x&username=gw"), std::string::npos) << call.url;
}

TEST(Kannel, JudgesAnswers) {
  using Kind = Verdict::Kind;
  const struct {
    int status;
    const char* body;
    Kind kind;
    const char* words;
  } cases[] = {
      {202, "0: Accepted for delivery", Kind::accepted, "0: Accepted for delivery"},
      {202, "3: Queued for later delivery\r\n", Kind::accepted, "3: Queued for later delivery"},
      {403, "Authorization failed for sendsms", Kind::stopped, "Authorization failed for sendsms"},
      {401, "", Kind::stopped, "HTTP status 401"},
      {400, "Missing receiver number, rejected", Kind::refused, "Missing receiver number, rejected"},
      {404, "", Kind::refused, "HTTP status 404"},
      {302, "", Kind::refused, "HTTP status 302"},
      {503, "Temporal failure, try again later.", Kind::retry, "Temporal failure, try again later."},
      {429, "", Kind::retry, "HTTP status 429"},
      {500, "", Kind::retry, "HTTP status 500"},
  };
  for (const auto& c : cases) {
    const auto verdict = provider().verdict({c.status, {}, c.body});
    EXPECT_EQ(verdict.kind, c.kind) << c.status;
    EXPECT_EQ(verdict.words, c.words) << c.status;
    EXPECT_FALSE(verdict.retry_after);
  }
}

TEST(Kannel, HonoursRetryAfter) {
  using std::chrono::seconds;
  const auto now = base::WallTime::clock::from_time_t(1700000000);  // Tue, 14 Nov 2023 22:13:20 GMT
  const struct {
    const char* value;
    std::optional<seconds> expected;
  } cases[] = {
      {"120", seconds(120)},
      {"0", seconds(0)},
      {"999999999", seconds(86400)},
      {"Tue, 14 Nov 2023 22:14:20 GMT", seconds(60)},
      {"Tue, 14 Nov 2023 22:00:00 GMT", seconds(0)},
      {"Fri, 31 Dec 9999 23:59:59 GMT", seconds(86400)},
      {"soon", std::nullopt},
      {"-5", std::nullopt},
      {"99999999999999999999", std::nullopt},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(judge_status({503, {{"retry-after", c.value}}, ""}, now).retry_after, c.expected) << c.value;
  }
}

TEST(Kannel, RefusesWrongTargetsAndSecrets) {
  const struct {
    const char* target;
    int status;
  } cases[] = {
      {"/kannel/sms/s3cret/else", 404},     {"/kannel/sms/s3cret", 404},    {"/kannel/sms/s3cret/mo/x", 404},
      {"/kannel/other/s3cret/dlr", 404},    {"/kannel/sms/wrong/mo", 403},  {"/kannel/sms//mo", 403},
      {"/kannel/sms/S3CRET/dlr?id=1", 403}, {"/kannel/sms/s3cre/dlr", 403}, {"/kannel/sms/s3cret/dlr", 400},
      {"/kannel/sms/s3cret/dlr?id=1", 400}, {"/kannel/sms/s3cret/mo", 400}, {"/kannel/sms/s3cret/mo?from=1", 400},
      {"/kannel/sms/wrong/nonsense", 403},
  };
  for (const auto& c : cases) {
    const auto notice = notice_of(provider(), get(c.target));
    const auto* rejection = std::get_if<Rejection>(&notice);
    ASSERT_NE(rejection, nullptr) << c.target;
    EXPECT_EQ(rejection->status, c.status) << c.target;
  }
  auto strange = get("/kannel/sms/s3cret/mo?from=1&to=2");
  strange.method = "PUT";
  EXPECT_EQ(std::get<Rejection>(notice_of(provider(), strange)).status, 405);
}

TEST(Kannel, ASecretMayHaveWhatAnUrlCarries) {
  auto kannel = settings();
  kannel.webhook_secret = {"a+b~c\xC3\xA9"};
  const Kannel provider(kannel, "sms", "http://h");
  for (const std::string written : {"a+b~c%C3%A9", "a%2Bb%7Ec\xC3\xA9"}) {
    EXPECT_TRUE(
        std::holds_alternative<Notices>(notice_of(provider, get("/kannel/sms/" + written + "/dlr?id=1&type=1"))))
        << written;
  }
}

TEST(Kannel, WithoutASecretNothingComesIn) {
  auto kannel = settings();
  kannel.webhook_secret = {};
  const auto notice = notice_of(Kannel(kannel, "sms", ""), get("/kannel/sms//dlr?id=1&type=1"));
  EXPECT_EQ(std::get<Rejection>(notice).status, 403);
}

TEST(Kannel, ReadsPostedText) {
  base::HttpRequest request{"POST",
                            "/kannel/sms/s3cret/mo?id=uuid-1",
                            {{"x-kannel-from", "15551234567"},
                             {"X-Kannel-To", "15550001111"},
                             {"X-Kannel-Time", "2023-11-14 22:13:20"},
                             {"X-Kannel-Coding", "2"},
                             {"Date", "2026-11-21 00:04:26"}},
                            "Gr\xC3\xBC\xC3\x9F"
                            "e \xF0\x9F\x98\x80",
                            "127.0.0.1"};
  const auto inbound = only<Inbound>(notice_of(provider(), request));
  EXPECT_EQ(inbound.from, "15551234567");
  EXPECT_EQ(inbound.to, "15550001111");
  EXPECT_EQ(inbound.text, request.body);
  EXPECT_EQ(inbound.id, "uuid-1");
  EXPECT_EQ(inbound.when, base::WallTime::clock::from_time_t(1700000000));
}

TEST(Kannel, ReadsTextInTheQuery) {
  const auto notice =
      notice_of(provider(),
                get("/kannel/sms/s3cret/mo?from=%2B15551234567&to=72975&text=a++b%26+%E2%82%AC&time=1700000000&id=7"));
  const auto& inbound = only<Inbound>(notice);
  EXPECT_EQ(inbound.from, "+15551234567");
  EXPECT_EQ(inbound.text, "a  b& \xE2\x82\xAC");
  EXPECT_EQ(inbound.when, base::WallTime::clock::from_time_t(1700000000));
}

TEST(Kannel, IgnoresTimesThatCannotBe) {
  for (const std::string time : {"-1", "9223372036854775807", "99999999999999999999", "9999-12-31+00:00:00", "soon"}) {
    const auto notice = notice_of(provider(), get("/kannel/sms/s3cret/mo?from=1&to=2&text=a&time=" + time));
    EXPECT_EQ(only<Inbound>(notice).when, std::nullopt) << time;
  }
}

TEST(Kannel, DecodesWhatWasNotRecoded) {
  const struct {
    const char* query;
    const char* expected;
  } cases[] = {
      {"text=%00H%00i%D8%3D%DE%00&coding=2", "Hi\xF0\x9F\x98\x80"},
      {"text=%04%1F%04%40&coding=2", "\xD0\x9F\xD1\x80"},
      {"text=%D8%3D&coding=2", "\xEF\xBF\xBD"},
      {"text=ok%FF&coding=0", "ok\xEF\xBF\xBD"},
      {"text=&coding=0", ""},
      {"text=AA&coding=2&charset=UTF-16BE", "\xE4\x85\x81"},
      {"text=a%0Fb.&coding=2&charset=UTF-8",
       "a\x0F"
       "b."},
  };
  for (const auto& c : cases) {
    const auto notice = notice_of(provider(), get(std::string("/kannel/sms/s3cret/mo?from=1&to=2&") + c.query));
    EXPECT_EQ(only<Inbound>(notice).text, c.expected) << c.query;
  }
}

TEST(Kannel, DecodesPostedTextByItsContentType) {
  base::HttpRequest request{"POST",
                            "/kannel/sms/s3cret/mo",
                            {{"X-Kannel-From", "1"}, {"X-Kannel-To", "2"}, {"X-Kannel-Coding", "2"}},
                            "AA",
                            "127.0.0.1"};
  EXPECT_EQ(only<Inbound>(notice_of(provider(), request)).text, "AA");
  request.headers.emplace_back("Content-Type", "text/plain; charset=\"UTF-16BE\"");
  EXPECT_EQ(only<Inbound>(notice_of(provider(), request)).text, "\xE4\x85\x81");
}

TEST(Kannel, RefusesATextThatIsTooLongForAStanza) {
  base::HttpRequest request{
      "POST", "/kannel/sms/s3cret/mo", {{"X-Kannel-From", "1"}, {"X-Kannel-To", "2"}}, std::string(64 << 10, '&'), {}};
  EXPECT_TRUE(std::holds_alternative<Notices>(notice_of(provider(), request)));
  request.body += '&';
  EXPECT_EQ(std::get<Rejection>(notice_of(provider(), request)).status, 413);
  request.headers.emplace_back("X-Kannel-Coding", "2");
  request.headers.emplace_back("Content-Type", "text/plain; charset=UTF-16BE");
  request.body.clear();
  for (int i = 0; i < 30000; ++i) request.body.append("\x4E\x01", 2);  // three bytes each in UTF-8
  EXPECT_EQ(std::get<Rejection>(notice_of(provider(), request)).status, 413);
}

TEST(Kannel, ReadsReports) {
  using State = Report::State;
  const struct {
    const char* query;
    State state;
    const char* words;
    legacy::Errc reason = legacy::Errc::undeliverable;
  } cases[] = {
      {"id=t.1&type=1&reply=&fid=x", State::delivered, ""},
      {"id=t.1&type=8&reply=ACK%2F", State::under_way, ""},
      {"id=t.1&type=4&reply=", State::under_way, ""},
      {"id=t.1&type=2&reply=undeliv", State::failed, "undeliv"},
      {"id=t.1&type=16&reply=NACK%2FERR+bad", State::failed, "ERR bad"},
      {"id=t.1&type=16&reply=NACK%2FRetries+Exceeded", State::failed, "Retries Exceeded",
       legacy::Errc::unreachable_now},
      {"id=t.1&type=2&reply=Retries+Exceeded", State::failed, "Retries Exceeded"},
      {"id=t.1&type=16&reply=NACK%2F", State::failed, "not delivered"},
      {"id=t.1&type=99", State::under_way, ""},
  };
  for (const auto& c : cases) {
    const auto notice = notice_of(provider(), get(std::string("/kannel/sms/s3cret/dlr?") + c.query));
    const auto& report = only<Report>(notice);
    EXPECT_EQ(report.id, "t.1");
    EXPECT_EQ(report.state, c.state) << c.query;
    EXPECT_EQ(report.words, c.words) << c.query;
    EXPECT_EQ(report.reason, c.reason) << c.query;
  }
}

TEST(Kannel, IsThankedWithExactly200AndNothing) {
  const auto response = provider().thanks();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "");
  EXPECT_EQ(base::find_header(response.headers, "content-type"), "text/plain");
}

}  // namespace
}  // namespace sms

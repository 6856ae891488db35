#include "legacy/sms/rehost.hpp"

#include "base/crypto.hpp"
#include "tests/unit/sms/media_fixture.hpp"

namespace sms {
namespace {

using base::HttpResponse;
using Kind = Rehosted::Kind;
using Slot = legacy::SlotAnswer;

class RehostTest : public testing::Test {
 protected:
  RehostTest() {
    rules.files = &files;
    rules.longest = 100;
    slots = [this](const legacy::FileInfo& file, std::function<void(Slot)> done) {
      asked.push_back(file);
      done(slot);
    };
  }
  Rehost& start(const std::string& url, const std::string& type = {}) {
    if (!rehost) rehost = std::make_unique<Rehost>(client, *provider, slots, rules);
    rehost->start({url, type, {}}, [this](Rehosted end) { ends.push_back(std::move(end)); });
    return *rehost;
  }
  void answer(int status, base::HttpHeaders headers, const std::string& body = {}) {
    client.answer(client.calls.size() - 1, HttpResponse{status, std::move(headers), body});
    disk.flush();
  }
  void redirect(const std::string& where) { answer(302, {{"Location", where}}); }
  const base::HttpCall& call() const { return client.calls.back(); }
  std::string authorization() const { return base::find_header(call().headers, "Authorization"); }
  Kind end() {
    EXPECT_EQ(ends.size(), 1u);
    return ends.empty() ? Kind::dropped : ends.back().kind;
  }

  asio::io_context io{1};
  Directory directory;
  Disk disk;
  MediaFiles files{io.get_executor(), directory.path.string(), "https://gw.test", MediaFiles::Bounds{48h, 1 << 20},
                   disk.aside()};
  FakeClient client;
  std::unique_ptr<Provider> provider = make_provider(twilio_settings(), "https://hooks.test");
  legacy::AskSlot slots;
  Slot slot;
  std::vector<legacy::FileInfo> asked;
  MediaRules rules;
  std::unique_ptr<Rehost> rehost;
  std::vector<Rehosted> ends;
};

const base::HttpHeaders jpeg = {{"Content-Type", "image/jpeg"}};

TEST_F(RehostTest, IsFetchedWithTheAccountsCredentialsAndServedByUs) {
  start("https://api.test/Media/ME1");
  EXPECT_EQ(call().method, "GET");
  EXPECT_EQ(authorization(), "Basic " + base::to_base64("AC1:token"));
  EXPECT_EQ(call().longest_body, 100u);
  EXPECT_FALSE(call().public_only);
  EXPECT_LE(call().timeout, 60s);
  answer(200, jpeg, "picture");
  ASSERT_EQ(end(), Kind::placed);
  const auto& file = ends[0].file;
  EXPECT_TRUE(file.url.starts_with("https://gw.test/media/")) << file.url;
  EXPECT_EQ(file.content_type, "image/jpeg");
  EXPECT_EQ(file.name, "image.jpg");
  EXPECT_EQ(file.size, 7u);
  EXPECT_EQ(file.sha256, base::sha256("picture"));
}

TEST_F(RehostTest, CredentialsStayWhereTheyBelong) {
  const struct {
    const char* start;
    const char* next;
    bool first, second, is_public_only;
  } cases[] = {
      {"https://api.test/m", "https://api.test/n", true, true, false},
      {"https://api.test/m", "https://store.test/n", true, false, true},
      {"https://api.test/m", "https://api.test:8443/n", true, false, false},
      {"https://store.test/m", "https://api.test/n", false, false, false},
      {"http://api.test/m", "https://api.test/n", false, false, false},
  };
  for (const auto& c : cases) {
    rehost.reset();
    start(c.start);
    EXPECT_EQ(!authorization().empty(), c.first) << c.start;
    redirect(c.next);
    EXPECT_EQ(call().url, c.next);
    EXPECT_EQ(!authorization().empty(), c.second) << c.start << " " << c.next;
    EXPECT_EQ(call().public_only, c.is_public_only) << c.next;
  }
}

TEST_F(RehostTest, RedirectsHaveAnEnd) {
  start("https://api.test/0");
  for (int i = 1; i <= 4; ++i) redirect("/" + std::to_string(i));
  EXPECT_TRUE(ends.empty());
  redirect("/5");
  EXPECT_EQ(end(), Kind::never);
  EXPECT_EQ(client.calls.size(), 5u);
}

TEST_F(RehostTest, WhereNoRedirectMayLead) {
  for (const char* where : {"", "file:///etc/passwd", "http://store.test/x", "https://u:p@store.test/"}) {
    ends.clear(), rehost.reset();
    start("https://api.test/m");
    redirect(where);
    EXPECT_EQ(end(), Kind::never) << where;
  }
  ends.clear();
  start("ftp://api.test/m");
  EXPECT_EQ(end(), Kind::never);
}

TEST_F(RehostTest, WhatFailsForNowAndForGood) {
  const struct {
    int status;
    Kind expected;
  } cases[] = {{404, Kind::absent}, {204, Kind::absent}, {410, Kind::never}, {401, Kind::later}, {403, Kind::later},
               {408, Kind::later},  {429, Kind::later},  {500, Kind::later}, {503, Kind::later}};
  for (const auto& c : cases) {
    ends.clear(), rehost.reset();
    start("https://api.test/m");
    answer(c.status, jpeg, "x");
    EXPECT_EQ(end(), c.expected) << c.status;
  }
  using Cause = base::HttpFailure::Cause;
  for (const auto& [cause, expected] :
       {std::pair{Cause::other, Kind::later}, {Cause::too_long, Kind::never}, {Cause::not_public, Kind::never}}) {
    ends.clear(), rehost.reset();
    start("https://api.test/m");
    client.answer(client.calls.size() - 1, base::HttpFailure{true, "x", cause});
    EXPECT_EQ(end(), expected);
  }
}

TEST_F(RehostTest, TheTypeIsTheOneAsAnswered) {
  const struct {
    const char* told;
    const char* answered;
    Kind expected;
  } cases[] = {
      {"image/jpeg", "text/html", Kind::never},          {"application/zip", "image/png", Kind::placed},
      {"image/jpeg", "application/smil", Kind::dropped}, {"image/jpeg", "binary/octet-stream", Kind::placed},
      {"", "application/octet-stream", Kind::never},
  };
  for (const auto& c : cases) {
    ends.clear(), rehost.reset();
    start("https://api.test/m", c.told);
    answer(200, {{"Content-Type", c.answered}}, "x");
    EXPECT_EQ(end(), c.expected) << c.told << " " << c.answered;
  }
}

TEST_F(RehostTest, AFewAtATime) {
  for (int i = 0; i < 4; ++i) start("https://api.test/" + std::to_string(i));
  EXPECT_EQ(client.calls.size(), 2u);
  client.answer(0, HttpResponse{404, {}, {}});
  EXPECT_EQ(client.calls.size(), 3u);
  rehost.reset();
  client.answer(1, HttpResponse{200, jpeg, "x"});
  EXPECT_EQ(client.calls.size(), 3u);
}

TEST_F(RehostTest, TimeIsBoundedOverAllRedirects) {
  start("https://api.test/m");
  base::Clock::advance(40s);
  redirect("/n");
  EXPECT_LE(call().timeout, 20s);
  base::Clock::advance(21s);
  redirect("/o");
  EXPECT_EQ(end(), Kind::later);
}

TEST_F(RehostTest, TheUploadServiceIsPreferred) {
  slot = {Slot::Kind::given,
          {"https://up.test/put",
           "https://up.test/get",
           {{"Authorization", "Bearer x"}, {"X-Evil", "y"}, {"Cookie", "a\r\nHost: b"}, {"expires", "z"}}}};
  start("https://api.test/m");
  answer(200, jpeg, "picture");
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].name, "image.jpg");
  EXPECT_EQ(asked[0].size, 7u);
  EXPECT_EQ(asked[0].content_type, "image/jpeg");
  EXPECT_EQ(call().method, "PUT");
  EXPECT_EQ(call().url, "https://up.test/put");
  EXPECT_EQ(call().body, "picture");
  const base::HttpHeaders expected = {{"Content-Type", "image/jpeg"}, {"Authorization", "Bearer x"}, {"expires", "z"}};
  EXPECT_EQ(call().headers, expected);
  answer(201, {});
  ASSERT_EQ(end(), Kind::placed);
  EXPECT_EQ(ends[0].file.url, "https://up.test/get");
  EXPECT_EQ(directory.count(), 0u);
}

TEST_F(RehostTest, WithoutUploadItIsServedByUs) {
  const legacy::UploadSlot good{"https://up.test/put", "https://up.test/get", {}};
  const struct {
    Slot slot;
    int status;  // of the PUT; 0: there is none
  } cases[] = {{{Slot::Kind::none, {}}, 0},
               {{Slot::Kind::later, {}}, 0},
               {{Slot::Kind::given, {"http://up.test/put", "https://up.test/get", {}}}, 0},
               {{Slot::Kind::given, good}, 413},
               {{Slot::Kind::given, good}, 500}};
  for (const auto& c : cases) {
    ends.clear(), rehost.reset();
    slot = c.slot;
    start("https://api.test/m");
    answer(200, jpeg, "x");
    if (c.status != 0) answer(c.status, {});
    ASSERT_EQ(end(), Kind::placed);
    EXPECT_TRUE(ends[0].file.url.starts_with("https://gw.test/media/"));
  }
}

TEST_F(RehostTest, WithNoPlaceAtAll) {
  rules.files = nullptr;
  for (const auto& [kind, expected] : {std::pair{Slot::Kind::none, Kind::never}, {Slot::Kind::later, Kind::later}}) {
    ends.clear(), rehost.reset();
    slot = {kind, {}};
    EXPECT_TRUE(start("https://api.test/m").is_possible());
    answer(200, jpeg, "x");
    EXPECT_EQ(end(), expected);
  }
  rehost.reset();
  slots = nullptr;
  EXPECT_FALSE(start("https://api.test/m").is_possible());
}

TEST_F(RehostTest, WhatThePhoneSentAlongNeedsNoRequest) {
  rehost = std::make_unique<Rehost>(client, *provider, slots, rules);
  for (const std::string& data : {std::string("bytes"), std::string(), std::string(101, 'x')})
    rehost->start({{}, "image/png", data}, [this](Rehosted end) { ends.push_back(std::move(end)); });
  disk.flush();
  EXPECT_TRUE(client.calls.empty());
  ASSERT_EQ(ends.size(), 3u);
  EXPECT_EQ(std::count_if(ends.begin(), ends.end(), [](const auto& e) { return e.kind == Kind::placed; }), 1);
}

}  // namespace
}  // namespace sms

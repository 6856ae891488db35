// Files that come with texts, and links that go out as MMS.
#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "tests/unit/sms/media_fixture.hpp"

namespace sms {
namespace {

constexpr const char* number = "+15550001111";

class MediaTest : public SessionTest {
 protected:
  void open_mms(bool is_wanted = true, std::int64_t segments_a_day = 0) {
    mms.reset();
    auto settings = twilio_settings();
    settings.rules.mms = is_wanted;
    settings.rules.user_limits.at(1).segments = segments_a_day;
    mms = std::make_unique<Network>(settings, client, &server, "http://gw", nullptr, MediaRules{&files});
    io.restart();
    session = mms->open({"romeo", {{"number", number}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
    settle_all();
  }
  void TearDown() override {
    if (session) crash();
  }
  void settle_all() {
    do settle();
    while (disk.flush());
  }
  void pass_all(base::Clock::duration time) {
    advance(time);
    settle_all();
  }
  // A text with files at these URLs.
  int call(const std::vector<std::string>& urls, const std::string& text, const std::string& id = "SM1") {
    std::map<std::string, std::string> fields = {
        {"MessageSid", id}, {"From", "+15551234567"}, {"To", number}, {"Body", text}};
    for (std::size_t i = 0; i < urls.size(); ++i) {
      fields["MediaUrl" + std::to_string(i)] = urls[i];
      fields["MediaContentType" + std::to_string(i)] = "image/jpeg";
    }
    std::string text_to_sign = "http://gw/twilio/mms/mo", body;
    for (const auto& [name, value] : fields) {
      text_to_sign += name + value;
      body += (body.empty() ? "" : "&") + name + "=" + base::url_encode(value);
    }
    const auto signature = base::to_base64(base::hmac(base::Digest::sha1, "token", text_to_sign));
    int status = 0;
    mms->on_webhook({"POST", "/twilio/mms/mo", {{"X-Twilio-Signature", signature}}, body, "127.0.0.1"},
                    base::HttpReply([&](const base::HttpResponse& response) { status = response.status; }));
    settle();
    return status;
  }
  void answer(std::size_t index, int status, const std::string& type = "image/jpeg",
              const std::string& body = "picture") {
    client.answer(index, base::HttpResponse{status, {{"Content-Type", type}}, body});
    settle_all();
  }
  std::vector<Received> texts() const { return sink.all<Received>(); }
  // The only one with files.
  static Received file_of(const std::vector<Received>& all) {
    std::vector<Received> out;
    std::copy_if(all.begin(), all.end(), std::back_inserter(out), [](const auto& r) { return !r.attachments.empty(); });
    EXPECT_EQ(out.size(), 1u);
    return out.at(0);
  }
  Errc send_link(const std::string& text, std::vector<std::string> media) {
    legacy::SendText request{{ChatKind::person, "+15551234567"}, text, "token"};
    request.media = std::move(media);
    session->submit(++last_ref, request);
    settle();
    return sink.all<Outcome>().back().error;
  }

  Directory directory;
  Disk disk;
  MediaFiles files{io.get_executor(), directory.path.string(), "https://gw.test", MediaFiles::Bounds{48h, 1 << 20},
                   disk.aside()};
  std::unique_ptr<Network> mms;
};

TEST_F(MediaTest, TheTextComesAtOnceAndTheFileWhenItIsThere) {
  open_mms();
  state.fails = true;
  EXPECT_EQ(call({"https://api.test/m"}, "look"), 503);
  EXPECT_EQ(send("+15551234567", "x"), Errc::storage_failed);
  EXPECT_TRUE(client.calls.empty()) << "nothing is fetched before it is on the disk";
  state.fails = false;
  EXPECT_EQ(call({"https://api.test/m"}, "look"), 200);
  ASSERT_EQ(texts().size(), 1u);
  EXPECT_EQ(texts()[0].text, "look");
  EXPECT_TRUE(texts()[0].attachments.empty());
  ASSERT_EQ(client.calls.size(), 1u);
  answer(0, 200);
  ASSERT_EQ(texts().size(), 2u);
  const auto file = texts()[1];
  EXPECT_EQ(file.text, "");
  EXPECT_EQ(file.chat.id, "+15551234567");
  ASSERT_EQ(file.attachments.size(), 1u);
  EXPECT_TRUE(file.attachments[0].url.ends_with("/image.jpg"));
  EXPECT_NE(file.key, texts()[0].key);
  EXPECT_EQ(file.id, texts()[0].id + ".0");
}

TEST_F(MediaTest, APictureAloneIsOneMessage) {
  open_mms();
  EXPECT_EQ(call({"https://api.test/m"}, ""), 200);
  EXPECT_EQ(call({"https://api.test/m"}, ""), 200) << "a repeat";
  EXPECT_TRUE(texts().empty());
  answer(0, 200);
  EXPECT_EQ(texts().size(), 1u);
  EXPECT_EQ(client.calls.size(), 1u);
}

TEST_F(MediaTest, WhatIsNotThereIsNamedInWords) {
  open_mms();
  call({"https://api.test/m", "https://api.test/n"}, "");
  answer(0, 404);
  answer(1, 200, "application/zip");
  ASSERT_EQ(texts().size(), 2u);
  for (const auto& text : texts()) EXPECT_EQ(text.text, "[an attachment came with this and is not shown: image/jpeg]");
  EXPECT_EQ(state.count("media/"), 0u);
}

TEST_F(MediaTest, ItIsTriedForAnHour) {
  open_mms();
  call({"https://api.test/m"}, "");
  std::size_t tried = 0;
  for (int minutes = 0; minutes < 59; ++minutes) {
    for (; tried < client.calls.size(); ++tried) answer(tried, 503);
    pass_all(60s);
  }
  EXPECT_GT(tried, 10u);
  EXPECT_TRUE(texts().empty());
  for (int minutes = 0; minutes < 6; ++minutes) {
    for (; tried < client.calls.size(); ++tried) answer(tried, 503);
    pass_all(60s);
  }
  ASSERT_EQ(texts().size(), 1u);
  EXPECT_NE(texts()[0].text.find("not shown"), std::string::npos);
}

// A crash after every step: the file comes once it can, and stays until it was taken.
TEST_F(MediaTest, ACrashAtAnyStepLosesNothing) {
  for (int step = 0; step < 5; ++step) {
    SCOPED_TRACE(step);
    client.calls.clear(), client.waiting.clear();
    state.live.clear(), state.disk.clear();
    open_mms();
    EXPECT_EQ(call({"https://api.test/m"}, "look"), 200);
    ASSERT_EQ(client.calls.size(), 1u);
    EXPECT_EQ(call({}, "more", "SM2"), 200) << "which writes all that has changed by now";
    if (step >= 1) client.answer(0, base::HttpResponse{200, {{"Content-Type", "image/png"}}, "picture"});
    if (step >= 2) disk.tasks.front().first();  // written, and nobody has heard of it
    if (step >= 3) disk.flush();
    if (step >= 4) settle_all();
    disk.tasks.clear();
    crash();
    open_mms();
    if (step < 4) {
      ASSERT_EQ(client.calls.size(), 2u) << "it is fetched again";
      answer(1, 200, "image/png");
    }
    const auto first = file_of(texts());
    EXPECT_EQ(first.attachments.at(0).content_type, "image/png");
    crash();
    open_mms();
    ASSERT_EQ(texts().size(), 3u) << "until they were taken";
    const auto second = file_of(texts());
    EXPECT_EQ(second.attachments, first.attachments);
    EXPECT_EQ(second.id, first.id);
    for (const auto& text : texts()) session->submit(++last_ref, legacy::Taken{text.key});
    settle_all();
    EXPECT_EQ(state.count("in/") + state.count("media/"), 0u);
    EXPECT_EQ(call({"https://api.test/m"}, "look"), 200);
    crash();
  }
}

TEST_F(MediaTest, StopIsHeededAlsoWithAPicture) {
  open_mms();
  call({"https://api.test/m"}, "STOP");
  EXPECT_EQ(send("+15551234567", "x"), Errc::opted_out);
}

TEST_F(MediaTest, ALinkGoesOutAsMedia) {
  open_mms();
  const std::string url = "https://up.test/cat.jpg";
  EXPECT_EQ(send_link("my cat\n" + url, {url}), Errc::none);
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].body.find("Body=my%20cat&MediaUrl=" + base::url_encode(url)), std::string::npos)
      << client.calls[0].body;
  EXPECT_NE(state.disk.begin()->second.find("media"), std::string::npos);
  answer(0, 201, "application/json", "{}");
  EXPECT_EQ(state.disk.begin()->second.find("cat.jpg"), std::string::npos) << "kept only as long as it is needed";
  EXPECT_EQ(send_link(url, {url}), Errc::none);
  EXPECT_EQ(client.calls.at(1).body.find("Body="), std::string::npos);
}

TEST_F(MediaTest, ALinkStaysInTheTextWhereMmsIsNotWanted) {
  open_mms(false);
  const std::string url = "https://up.test/cat.jpg";
  EXPECT_EQ(send_link("my cat\n" + url, {url}), Errc::none);
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_EQ(client.calls[0].body.find("MediaUrl"), std::string::npos);
  EXPECT_NE(client.calls[0].body.find(base::url_encode(url)), std::string::npos) << client.calls[0].body;
}

TEST_F(MediaTest, MediaSurviveARestart) {
  open_mms();
  session->submit(
      1, legacy::SendText{{ChatKind::person, "+15551234567"}, "https://up.test/1", "t", {}, {}, {"https://up.test/1"}});
  const auto commits = std::exchange(state.waiting, {});
  state.disk = state.live;
  crash();
  open_mms();
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].body.find("MediaUrl=https%3A%2F%2Fup.test%2F1"), std::string::npos) << client.calls[0].body;
}

TEST_F(MediaTest, WithoutMmsALinkStaysInTheText) {
  open();
  legacy::SendText request{{ChatKind::person, "+15551234567"}, "https://up.test/1", "t"};
  request.media = {"https://up.test/1"};
  session->submit(1, request);
  settle();
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].url.find("text=https%3A%2F%2Fup.test%2F1"), std::string::npos) << client.calls[0].url;
}

TEST_F(MediaTest, WhatIsRefusedWithFilesCountsAsTheTextThatGoesInstead) {
  const std::string url = "https://up.test/cat.jpg";
  const base::HttpResponse unroutable{400, {}, R"({"code":21612,"message":"Cannot route"})"};
  open_mms(true, 3);
  EXPECT_EQ(send_link(std::string(300, 'x') + " " + url, {url}), Errc::none);
  client.answer(0, unroutable);
  settle();
  ASSERT_EQ(client.calls.size(), 2u) << "three segments";
  EXPECT_EQ(client.calls[1].body.find("MediaUrl"), std::string::npos);
  EXPECT_EQ(send("+15551234567", "x"), Errc::busy);
  crash();
  open_mms(true, 2);
  EXPECT_EQ(send_link(std::string(300, 'x') + " " + url, {url}), Errc::none);
  client.answer(2, unroutable);
  settle();
  EXPECT_EQ(client.calls.size(), 3u) << "more than is allowed";
  ASSERT_FALSE(sink.all<Delivery>().empty());
  EXPECT_EQ(sink.all<Delivery>().back().text, "Cannot route");
}

}  // namespace
}  // namespace sms

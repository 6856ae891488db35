#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

TEST_F(SessionTest, TakesATextOnceAndOnlyWhenItIsOnDisk) {
  open();
  state.fails = true;
  EXPECT_EQ(text("hello", "1"), 503);
  EXPECT_TRUE(sink.all<Received>().empty());
  state.fails = false;
  EXPECT_EQ(text("hello", "1"), 200);
  EXPECT_EQ(text("hello", "1"), 200);
  EXPECT_EQ(text("again", "2"), 200);
  const auto got = sink.all<Received>();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].chat, (legacy::Chat{ChatKind::person, "+15551234567"}));
  EXPECT_EQ(got[0].text, "hello");
  EXPECT_EQ(got[0].when, base::WallTime::clock::from_time_t(1700000000));
  EXPECT_EQ(got[1].text, "again");
}

TEST_F(SessionTest, ARepeatThatComesWhileTheFirstIsBeingWrittenWaitsToo) {
  open();
  std::vector<int> statuses;
  for (int i = 0; i < 2; ++i) {
    network.on_webhook({"GET", "/kannel/sms/s3cret/mo?from=15551234567&to=15550001111&text=x&id=1", {}, {}, ""},
                       base::HttpReply([&](const base::HttpResponse& r) { statuses.push_back(r.status); }));
  }
  EXPECT_TRUE(statuses.empty());
  settle();
  EXPECT_EQ(statuses, (std::vector{200, 200}));
  EXPECT_EQ(sink.all<Received>().size(), 1u);
}

TEST_F(SessionTest, TextsAreToldAgainAfterARestartUntilTaken) {
  open();
  text("one", "1"), text("two", "2");
  crash();
  open();
  auto got = sink.all<Received>();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].text, "one");
  EXPECT_EQ(got[1].text, "two");
  EXPECT_TRUE(got[0].when);
  session->submit(1, legacy::Taken{got[0].key});
  settle();
  EXPECT_EQ(text("one", "1"), 200);
  crash();
  open();
  got = sink.all<Received>();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].text, "two");
}

TEST_F(SessionTest, WithoutIdsTheContentAndTimeTellRepeats) {
  open();
  const std::string base = "mo?from=15551234567&to=15550001111&text=ok";
  EXPECT_EQ(webhook(base + "&time=1700000000"), 200);
  EXPECT_EQ(webhook(base + "&time=1700000000"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_EQ(webhook(base + "&time=1700000001"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 2u);
  EXPECT_EQ(webhook(base), 200);
  EXPECT_EQ(webhook(base), 200);
  EXPECT_EQ(sink.all<Received>().size(), 4u);
}

TEST_F(SessionTest, MissingIdsAreNoticedOnce) {
  open();
  testing::internal::CaptureStderr();
  text("with", "1");
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
  testing::internal::CaptureStderr();
  for (int i = 0; i < 3; ++i) webhook("mo?from=15551234567&to=15550001111&text=x");
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("id=%I"), std::string::npos) << said;
  EXPECT_EQ(said.find("id=%I"), said.rfind("id=%I")) << said;
}

TEST_F(SessionTest, TracesOfTextsExpire) {
  open();
  text("one", "1");
  EXPECT_EQ(state.count("seen/"), 1u);
  pass(8 * 24h);
  pass(2h);
  EXPECT_EQ(state.count("seen/"), 0u);
}

// A call that somebody has recorded has no time that its provider signed.
TEST_F(SessionTest, ACallIsKnownAgainAfterItsTracesHaveExpired) {
  open();
  text("one", "1");
  pass(9 * 24h);
  pass(2h);
  ASSERT_EQ(state.count("seen/"), 0u);
  EXPECT_EQ(text("one", "1"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_EQ(text("one", "2"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 2u);
}

TEST_F(SessionTest, NationalNumbersAreReadAsTheyAreTyped) {
  config::SmsNetwork american = settings();
  american.name = "american";
  american.country_code = "1";
  american.international_prefix = "011";
  Network there(american, client, nullptr, "");
  session = there.open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
  asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
  settle();
  int number = 0;
  for (const char* from : {"5551234567", "15551234567", "%2B15551234567", "(555)%20123-4567"}) {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    there.on_webhook(
        {"GET",
         "/kannel/american/s3cret/mo?to=5550001111&text=hi&id=" + std::to_string(++number) + "&from=" + from,
         {},
         {},
         "::1"},
        std::move(reply));
    settle();
    EXPECT_EQ(status, 200) << from;
    EXPECT_EQ(sink.all<Received>().back().chat.id, "+15551234567") << from;
  }
  end.emit(asio::cancellation_type::terminal);
  io.restart();
  io.poll();
  advance(4s);
  session.reset();
}

TEST_F(SessionTest, WebhooksForStrangers) {
  open();
  EXPECT_EQ(webhook("mo?from=15551234567&to=15559999999&text=x"), 503);
  EXPECT_EQ(webhook("dlr?id=ffff.x&type=1"), 404);
  EXPECT_EQ(webhook("dlr?id=" + static_cast<Session&>(*session).tag() + ".unknown&type=1"), 200);
}

// Pictures and groups have no place in a chat yet; that they came is said.
TEST(InboxTest, NamesWhatItCannotShow) {
  MemoryState state;
  Inbox inbox(state);
  Inbound message;
  message.from = "+15551234567";
  message.id = "1";
  message.media = {{"https://provider.test/1", "image/jpeg", {}}, {"https://provider.test/2", {}, {}}};
  message.others = {"+15552222222", "+15553333333"};
  inbox.offer(message, message.from, base::WallTime{});
  const auto got = inbox.announce(inbox.mark());
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].text,
            "[an attachment came with this and is not shown: image/jpeg]\n"
            "[an attachment came with this and is not shown]\n"
            "[to a group, also to +15552222222, +15553333333]");
  message.id = "2";
  message.text = "STOP";
  inbox.offer(message, message.from, base::WallTime{});
  EXPECT_EQ(said_text(inbox.announce(inbox.mark()).at(0).text), "STOP");
}

}  // namespace
}  // namespace sms

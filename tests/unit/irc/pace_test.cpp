// The session over a pipe: what waits for what, how much, and for how long.
#include "session_fixture.hpp"

namespace irc_test {
namespace {

class IrcPace : public IrcSession {};

TEST_F(IrcPace, AJoinDoesNotWaitBehindTexts) {
  online();
  for (Ref i = 1; i <= 100; ++i) session_->submit(i, SendText{{ChatKind::person, "bob"}, "x", ""});
  settle();
  take_sent();
  session_->submit(101, Leave{{ChatKind::room, "#a"}, ""});
  session_->submit(102, Join{{ChatKind::room, "#a"}, "me", ""});
  session_->submit(103, Join{{ChatKind::room, "#b"}, "me", ""});
  session_->submit(104, Leave{{ChatKind::room, "#b"}, ""});
  session_->submit(105, Join{{ChatKind::room, "#b"}, "me", ""});
  pass(1s);
  EXPECT_EQ(take_sent(), "JOIN #a\r\n");
  pass(1s);
  EXPECT_EQ(take_sent(), "JOIN #b\r\n");
  pass(1s);
  EXPECT_EQ(take_sent(), "PRIVMSG bob :x\r\n");
}

// What we want to know ourselves leaves when there is nothing of the user's.
TEST_F(IrcPace, IdleCuriosityWaits) {
  online();
  for (Ref i = 1; i <= 20; ++i) session_->submit(i, SendText{{ChatKind::person, "bob"}, "x", ""});
  session_->submit(30, Query{{ChatKind::person, "alice"}, Query::Kind::profile});
  session_->submit(31, Watch{{ChatKind::person, "alice"}, true});
  session_->submit(32, SendText{{ChatKind::person, "bob"}, "y", ""});
  session_->submit(33, Leave{{ChatKind::room, "#a"}, ""});
  session_->submit(34, Join{{ChatKind::room, "#b"}, "me", ""});
  for (int i = 0; i < 60; ++i) pass(1s);
  const std::string sent = take_sent();
  for (const char* const line : {"WHOIS alice", "ISON alice"}) {
    ASSERT_NE(sent.find(line), sent.npos) << sent;
    EXPECT_GT(sent.find(line), sent.find("PRIVMSG bob :y")) << sent;
    EXPECT_GT(sent.find(line), sent.find("JOIN #b")) << sent;
  }
}

TEST_F(IrcPace, AJoinThatIsNotSentYetDoesNotExpire) {
  online();
  for (Ref i = 1; i <= 80; ++i) session_->submit(i, SendText{{ChatKind::network, ""}, "VERSION", ""});
  session_->submit(100, Join{{ChatKind::room, "#a"}, "me", ""});
  for (int i = 0; i < 75; ++i) pass(1s);
  EXPECT_EQ(take_sent().find("JOIN"), std::string::npos);
  EXPECT_FALSE(heard("outcome#100 timeout: no answer from the server"));
  for (int i = 0; i < 5; ++i) pass(1s);
  EXPECT_NE(take_sent().find("JOIN"), std::string::npos);
  pass(27s);
  EXPECT_FALSE(heard("outcome#100 timeout: no answer from the server"));
  pass(2s);
  EXPECT_TRUE(heard("outcome#100 timeout: no answer from the server"));
}

TEST_F(IrcPace, LeavingIsPossibleWithAFullQueue) {
  online();
  server(":me!u@h JOIN #a\r\n:srv 366 me #a :End");
  Ref ref = 0;
  while (ref < 3000 && !heard("outcome#" + std::to_string(ref) + " queue_full: too much is waiting to be sent"))
    session_->submit(++ref, SendText{{ChatKind::network, ""}, "VERSION", ""});
  ASSERT_LT(ref, 3000U);
  events_.heard.clear();
  session_->submit(++ref, Leave{{ChatKind::room, "#a"}, ""});
  EXPECT_TRUE(events_.heard.empty());
}

// Whoever accepts and hangs up at once is not called every few seconds for ever.
TEST_F(IrcPace, PausesGrowUntilAConnectionHasLasted) {
  start();
  const auto redialled_after = [this](base::Clock::duration longest) {
    const int before = dialer_.dialled;
    server(":srv 001 me :Hi\r\nERROR :go away");
    dialer_.server->close();
    settle();
    reading_ = false;
    pass(longest / 2 - 100ms);
    EXPECT_EQ(dialer_.dialled, before) << longest / 1s;
    pass(longest / 2 + 100ms);
    EXPECT_EQ(dialer_.dialled, before + 1) << longest / 1s;
  };
  for (const auto longest : {5s, 10s, 20s, 40s, 80s, 160s, 320s, 600s, 600s}) redialled_after(longest);
  server(":srv 001 me :Hi");
  pass(61s);
  redialled_after(5s);
}

// A user waits for it.
TEST_F(IrcPace, ANetworkThatIsLostIsTriedOften) {
  const auto dialled_in = [this](int seconds) {
    const int before = dialer_.dialled;
    for (int second = 0; second < seconds; ++second) pass(1s);
    return dialer_.dialled - before;
  };
  online();
  pass(20s);
  dialer_.refuse = asio::error::connection_refused;
  dialer_.server->close();
  settle();
  dialled_in(300);
  EXPECT_GE(dialled_in(60), 3);
  dialled_in(1800);
  EXPECT_LE(dialled_in(60), 1);
}

TEST_F(IrcPace, AServerThatNeverAnswersTheCallFailsTheJoin) {
  dialer_.refuse = asio::error::timed_out;
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  start();
  EXPECT_TRUE(std::any_of(events_.heard.begin(), events_.heard.end(),
                          [](const auto& e) { return e.starts_with("outcome#1 timeout: can't connect to net"); }));
  EXPECT_TRUE(heard("link offline timeout"));
}

// What the server makes us say is bounded, whether it is to leave at once or at the permitted speed.
TEST_F(IrcPace, EndsAConnectionThatWantsTooMuchSaid) {
  online();
  std::string joins;
  for (int i = 0; i < 6000; ++i) joins += ":me!u@h JOIN #x\r\n:me!u@h PART #x\r\n";
  server(joins);
  for (int i = 0; i < 100; ++i) settle();
  EXPECT_TRUE(heard("link offline disconnected"));
}

// In between the answers leave.
TEST_F(IrcPace, AnswersAFloodOfPings) {
  online();
  std::string pings;
  for (int i = 0; i < 5000; ++i) pings += "PING " + std::to_string(i) + "\r\n";
  server(pings);
  for (int i = 0; i < 100; ++i) settle();
  EXPECT_FALSE(heard("link offline disconnected"));
  EXPECT_NE(take_sent().find("PONG :4999\r\n"), std::string::npos);
}

}  // namespace
}  // namespace irc_test

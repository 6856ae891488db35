// A session whose events are taken slowly, and one to which a server says more than is one turn's work.
#include "session_fixture.hpp"

namespace {

using namespace irc_test;

std::string lines(int first, int end) {
  std::string out;
  for (int i = first; i < end; ++i) out += ":al!a@h PRIVMSG me :" + std::to_string(i) + (i + 1 < end ? "\r\n" : "");
  return out;
}

using IrcPressure = IrcSession;

TEST_F(IrcPressure, ReadsNothingWhileTheSinkIsFull) {
  online();
  events_.most = 10;
  server(lines(0, 25));
  EXPECT_EQ(events_.heard.size(), 10u);
  server("PING :late");
  EXPECT_EQ(take_sent(), "");
  events_.make_room();
  settle();
  EXPECT_EQ(events_.heard.size(), 10u);
  EXPECT_NE(events_.heard.front().find("10"), std::string::npos) << events_.heard.front();
  events_.make_room();
  settle();
  EXPECT_EQ(events_.heard.size(), 5u);
  EXPECT_NE(take_sent().find("PONG"), std::string::npos);
}

TEST_F(IrcPressure, NothingIsLateWhileNothingIsRead) {
  online();
  events_.most = 1;
  server(lines(0, 2));
  session_->submit(5, Join{{ChatKind::room, "#a"}, {}, {}});
  settle();
  EXPECT_NE(take_sent().find("JOIN #a"), std::string::npos);
  for (int i = 0; i < 20; ++i) pass(60s);
  EXPECT_EQ(dialer_.dialled, 1);
  EXPECT_EQ(events_.heard.size(), 1u);
  events_.most = 1000;
  events_.make_room();
  settle();
  pass(1s);
  server(":me!m@h JOIN #a\r\n:srv 353 me = #a :me\r\n:srv 366 me #a :End");
  EXPECT_TRUE(heard("outcome#5 ok")) << testing::PrintToString(events_.heard);
  EXPECT_EQ(dialer_.dialled, 1);
}

TEST_F(IrcPressure, ACloseIsServedWhileNothingIsRead) {
  online();
  events_.most = 1;
  server(lines(0, 30));
  session_->submit(9, Close{"bye"});
  settle();
  EXPECT_NE(take_sent().find("QUIT :bye"), std::string::npos);
  close_on_eof_ = true;
  pass(2s);
  EXPECT_TRUE(done_);
}

TEST_F(IrcPressure, ALineWaitsUntilAllHaveBeenLookedAt) {
  online();
  session_->submit(5, Join{{ChatKind::room, "#a"}, {}, {}});
  settle();
  std::string names = ":me!m@h JOIN #a\r\n";
  for (int i = 0; i < 1500; ++i) names += ":srv 353 me = #a :p" + std::to_string(i) + "\r\n";
  server(names + ":srv 366 me #a :End\r\n:p7!u@h PRIVMSG #a :hello");
  EXPECT_TRUE(heard("outcome#5 ok"));
  EXPECT_EQ(events_.heard.back(), "#a/p7: hello");
  events_.heard.clear();
  server(":srv 353 me = #a :me\r\n:srv 366 me #a :End\r\n:p7!u@h JOIN #a");
  EXPECT_EQ(events_.heard.size(), 1501u);
  EXPECT_EQ(events_.heard.back(), "occupant #a p7=none/participant");
}

TEST_F(IrcPressure, ManyLinesAreSeveralTurns) {
  online();
  std::size_t seen = 0;
  const std::string bytes = lines(0, 1000) + "\r\n";
  auto work = [this, bytes]() -> asio::awaitable<void> {
    const std::span<const char> view(bytes);
    co_await dialer_.server->write_all(view);
  };
  asio::co_spawn(io_, work, asio::detached);
  std::vector<std::size_t> steps;
  io_.restart();
  while (io_.poll_one() > 0) {
    if (events_.heard.size() != seen) steps.push_back(events_.heard.size() - seen);
    seen = events_.heard.size();
  }
  EXPECT_EQ(seen, 1000u);
  EXPECT_LE(*std::max_element(steps.begin(), steps.end()), 256u);  // the end of one read and the next
}

}  // namespace

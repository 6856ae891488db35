// The link: keepalive, reconnects, its end and its bounds.
#include "tests/unit/component/link_fixture.hpp"

namespace link_test {
namespace {

TEST_F(LinkTest, PingsOnceAMinuteWhenNothingIsSaid) {
  connect();
  pass(58s);
  EXPECT_EQ(take(), "");
  pass(4s);
  const std::string id = ping_id();
  ASSERT_FALSE(id.empty());
  server_says("<iq type='result' from='gw' to='gw' id='" + id + "'/>");
  pass(50s);
  EXPECT_EQ(take(), "");
  EXPECT_EQ(dialer.dialed.size(), 1u);
  pass(12s);
  EXPECT_FALSE(ping_id().empty());
  log();
  pass(12s);
  EXPECT_EQ(log(), "down\n");
  pass(1s);
  EXPECT_EQ(dialer.dialed.size(), 2u);
}

TEST_F(LinkTest, NoticesADeadServerWithin20SecondsUnderLoad) {
  connect();
  log();
  send(message);
  for (int i = 0; i < 20 && recorder.log.empty(); ++i) pass(1s);
  EXPECT_EQ(log(), "down\n");
}

// The machine slept, or we were stopped: the server is asked before it is given up.
TEST_F(LinkTest, GivesTheServerItsTimeAgainAfterASleep) {
  connect();
  log();
  send(message);
  pass(6s);
  loop.advance(1h);
  EXPECT_EQ(log(), "");
  pass(4s);
  EXPECT_EQ(log(), "down\n");
}

// But never so slowly that the clients of a server that starts again are there long before us.
TEST_F(LinkTest, LooksForTheServerEverySecond) {
  loop.settle();
  dialer.refusing = true;
  dialer.server->close();
  loop.settle();
  EXPECT_EQ(dialer.dialed.size(), 1u);
  const std::chrono::milliseconds steps[] = {200ms, 400ms, 800ms, 1s, 1s, 1s};
  std::size_t expected = 1;
  for (const auto step : steps) {
    loop.advance(step / 2 - 10ms);
    EXPECT_EQ(dialer.dialed.size(), expected);
    loop.advance(step / 2 + 10ms);
    EXPECT_EQ(dialer.dialed.size(), ++expected);
  }
}

TEST_F(LinkTest, WaitsLongerWhereThatIsWise) {
  const std::string ns = " xmlns='urn:ietf:params:xml:ns:xmpp-streams'";
  connect();
  server_says("<stream:error><conflict" + ns + "/></stream:error></stream:stream>");
  loop.advance(9s);
  EXPECT_EQ(dialer.dialed.size(), 1u);
  loop.advance(1s);
  EXPECT_EQ(dialer.dialed.size(), 2u);
  server_says(header + "<stream:error><not-authorized" + ns + "/></stream:error></stream:stream>");
  loop.advance(59s);
  EXPECT_EQ(dialer.dialed.size(), 2u);
  loop.advance(1s);
  EXPECT_EQ(dialer.dialed.size(), 3u);
}

TEST_F(LinkTest, FollowsSeeOtherHostOnce) {
  const std::string move = header +
                           "<stream:error><see-other-host xmlns='urn:ietf:params:xml:ns:xmpp-streams'>other:1234"
                           "</see-other-host></stream:error></stream:stream>";
  loop.settle();
  server_says(move);
  ASSERT_EQ(dialer.dialed.size(), 2u);
  EXPECT_EQ(dialer.dialed.back(), "other:1234");
  server_says(move);
  EXPECT_EQ(dialer.dialed.size(), 2u);
  loop.advance(2s);
  ASSERT_EQ(dialer.dialed.size(), 3u);
  EXPECT_EQ(dialer.dialed.back(), "127.0.0.1:5347");
}

TEST_F(LinkTest, GivesUpOnASilentHandshake) {
  loop.settle();
  loop.advance(29s);
  EXPECT_FALSE(dialer.eof);
  loop.advance(10s);
  EXPECT_TRUE(dialer.eof);
}

// A web server's port, say, which waits for us as we wait for it: the operator hears of it within seconds.
TEST_F(LinkTest, APortThatSaysNothingIsNamed) {
  loop.settle();
  base::Log::set_threshold(base::Level::warning);
  testing::internal::CaptureStderr();
  loop.advance(2s);
  loop.advance(2s);
  loop.advance(2s);
  const std::string said = testing::internal::GetCapturedStderr();
  base::Log::set_threshold(static_cast<base::Level>(0));
  EXPECT_NE(said.find(":5347 takes our connection and says nothing; host, port and tls have to be"), said.npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 1) << said;
}

TEST_F(LinkTest, APortOfSomethingElseIsNamedByWhatItSays) {
  for (const std::string words :
       {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n<html>", "220 mail ESMTP\r\n"}) {
    loop.settle();
    base::Log::set_threshold(base::Level::warning);
    testing::internal::CaptureStderr();
    server_says(words);
    loop.settle();
    const std::string said = testing::internal::GetCapturedStderr();
    base::Log::set_threshold(static_cast<base::Level>(0));
    EXPECT_NE(said.find("what answers there is no XMPP server: it says"), said.npos) << said;
    EXPECT_NE(said.find(words.substr(0, 7)), said.npos) << said;
    loop.advance(2min);
  }
}

TEST_F(LinkTest, TellsTheServerWhatItDidWrong) {
  connect();
  server_says("<!-- x -->");
  EXPECT_NE(take().find("<restricted-xml"), std::string::npos);
  EXPECT_TRUE(dialer.eof);
}

TEST_F(LinkTest, StopsInOrder) {
  connect();
  link->send(stanza(message));
  link->stop();
  EXPECT_FALSE(link->send(stanza(message)));
  loop.settle();
  EXPECT_EQ(take(), message + "</stream:stream>");
  EXPECT_FALSE(returned);
  server_says("</stream:stream>");
  EXPECT_TRUE(returned);
  EXPECT_TRUE(dialer.eof);
}

TEST_F(LinkTest, StopsAloneWhenTheServerIsSilent) {
  connect();
  link->stop();
  loop.settle();
  loop.advance(1s);
  EXPECT_FALSE(returned);
  loop.advance(500ms);
  EXPECT_TRUE(returned);
}

TEST_F(LinkTest, StopsWhileWaitingToReconnect) {
  loop.settle();
  dialer.refusing = true;
  dialer.server->close();
  loop.settle();
  link->stop();
  loop.settle();
  EXPECT_TRUE(returned);
}

TEST_F(LinkTest, BoundsWhatWaits) {
  link->stop();
  loop.settle();
  start({.share = 2 * (base::Outbox::item_cost + message.size())});
  EXPECT_TRUE(send(message));
  EXPECT_TRUE(send(message));
  EXPECT_FALSE(send(message));
  server_says(header);
  take();
  server_says("<handshake/>");
  EXPECT_EQ(take(), message + message);
}

TEST_F(LinkTest, WarnsOfDroppedPresencesNowAndThen) {
  link->stop();
  loop.settle();
  start({.bytes = base::Outbox::item_cost + message.size()});
  dialer.refusing = true;
  loop.settle();
  send(message);
  base::Log::set_threshold(base::Level::warning);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 1002; ++i) EXPECT_FALSE(link->send(stanza("<presence from='a@gw' to='b@c'/>")));
  const std::string said = testing::internal::GetCapturedStderr();
  base::Log::set_threshold(static_cast<base::Level>(0));
  EXPECT_NE(said.find("1 presences dropped"), said.npos) << said;
  EXPECT_NE(said.find("1001 presences dropped"), said.npos) << said;
  EXPECT_EQ(std::count(said.begin(), said.end(), '\n'), 2) << said;
}

TEST_F(LinkTest, WarnsOfRefusedMessages) {
  link->stop();
  loop.settle();
  start({.bytes = base::Outbox::item_cost + message.size()});
  dialer.refusing = true;
  loop.settle();
  send(message);
  base::Log::set_threshold(base::Level::warning);
  testing::internal::CaptureStderr();
  EXPECT_FALSE(link->send(stanza(message)));
  const std::string said = testing::internal::GetCapturedStderr();
  base::Log::set_threshold(static_cast<base::Level>(0));
  EXPECT_NE(said.find("1 other stanzas refused"), said.npos) << said;
}

}  // namespace
}  // namespace link_test

// The link: what it sends, receives and confirms.
#include "tests/unit/component/link_fixture.hpp"

namespace link_test {
namespace {

TEST_F(LinkTest, ShakesHandsBeforeAnythingElse) {
  EXPECT_TRUE(send(message));
  EXPECT_EQ(take(),
            "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='gw'>");
  server_says(header);
  EXPECT_EQ(take(), "<handshake>83ebc0cda341bfd3bbd8a8d48d8e18b5c6637fb4</handshake>");
}

TEST_F(LinkTest, WritesWhatWaitedAfterTheHandshake) {
  EXPECT_TRUE(send(message));
  loop.settle();
  server_says(header);
  EXPECT_EQ(dialer.received.find("<message"), std::string::npos);
  take();
  server_says("<handshake/>");
  EXPECT_EQ(take(), message);
  EXPECT_EQ(log(), "up\n");
}

TEST_F(LinkTest, FillsInIdsAndOmitsNamespaces) {
  connect();
  send("<presence xmlns='jabber:client' from='a@gw' to='b@c'/>");
  const std::string sent = take();
  EXPECT_TRUE(sent.starts_with("<presence id='")) << sent;
  EXPECT_TRUE(sent.ends_with("' from='a@gw' to='b@c'/>")) << sent;
}

TEST_F(LinkTest, RefusesWhatWouldCloseTheStream) {
  connect();
  for (const char* bad : {"<message to='b@c'/>", "<message from='a@gw'/>", "<message from='a@other' to='b@c'/>",
                          "<message from='gw@other/gw' to='b@c'/>"}) {
    EXPECT_FALSE(send(bad)) << bad;
  }
  EXPECT_FALSE(send("<message from='gw' to='b@c'><body>" + std::string(600'000, 'x') + "</body></message>"));
  EXPECT_EQ(take(), "");
}

TEST_F(LinkTest, AnswersAreSentWhenNothingElseIs) {
  link->stop();
  loop.settle();
  const std::size_t cost = base::Outbox::item_cost + message.size();
  start({.bytes = 6 * cost, .reserved = cost});
  EXPECT_TRUE(send(message) && send(message) && send(message));
  EXPECT_FALSE(send(message));
  EXPECT_EQ(link->outbox().refused(), 1U);
  EXPECT_TRUE(send("<iq type='result' from='a@gw' to='b@c' id='1'/>"));
  EXPECT_FALSE(send("<iq type='result' from='a@gw' to='b@c' id='2'/>"));
  EXPECT_EQ(link->outbox().refused(), 2U);
  EXPECT_GT(Link::usual_limits.reserved, 0U);
}

TEST_F(LinkTest, DeliversStanzas) {
  connect();
  log();
  server_says("<message xmlns='jabber:client' from='b@c' to='a@gw'><body>hi</body></message> ");
  EXPECT_EQ(log(), "<message from='b@c' to='a@gw'><body>hi</body></message>\n");
}

TEST_F(LinkTest, AnswersMalformedStanzas) {
  connect();
  log();
  const std::string bad_request =
      "<error type='modify' code='400'><bad-request xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  server_says("<iq from='b@c/d' to='A@gw' id='7' type='set'/>");
  EXPECT_EQ(take(), "<iq type='error' from='a@gw' to='b@c/d' id='7'>" + bad_request + "</iq>");
  server_says("<iq from='b@c/d' to='a@gw' id='8' type='what'><q xmlns='urn:q'/></iq>");
  EXPECT_EQ(take(), "<iq type='error' from='a@gw' to='b@c/d' id='8'><q xmlns='urn:q'/>" + bad_request + "</iq>");
  server_says("<message from='b@c/d' to='@gw' id='9'/>");
  EXPECT_EQ(take(),
            "<message type='error' from='gw' to='b@c/d' id='9'><error type='modify' code='400'><jid-malformed "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  for (const char* silent :
       {"<message from='b@c/d' to='@gw' type='error' id='1'/>", "<iq from='b@c/d' to='@gw' type='result' id='1'/>",
        "<message to='a@gw'/>", "<message from='@' to='a@gw'/>", "<other from='b@c' to='a@gw'/>",
        "<message from='b@c' to='a@elsewhere'/>", "<iq from='b@c' to='a@elsewhere' type='get' id='1'/>"}) {
    server_says(silent);
    EXPECT_EQ(take(), "") << silent;
  }
  EXPECT_EQ(log(), "");
}

TEST_F(LinkTest, AnswersStanzasThatAreTooLarge) {
  connect();
  log();
  server_says("<message from='b@c/d' to='a@gw' id='9'><body>" + std::string(600'000, 'x') +
              "</body></message><presence from='b@c' to='gw'/>");
  EXPECT_NE(take().find("<policy-violation"), std::string::npos);
  EXPECT_EQ(log(), "<presence from='b@c' to='gw'/>\n");
}

TEST_F(LinkTest, TurnsUnswappedBouncesAround) {
  connect();
  log();
  server_says("<message from='a@gw' to='b@c' type='error' id='1'><error/><body>x</body></message>");
  EXPECT_EQ(log(), "<message from='b@c' to='a@gw' type='error' id='1'><error/><body>x</body></message>\n");
  EXPECT_EQ(take(), "");
}

TEST_F(LinkTest, SurvivesAHandlerThatThrows) {
  connect();
  log();
  server_says("<iq from='b@c' to='a@gw' id='throw' type='get'><q xmlns='urn:q'/></iq><presence from='b@c' to='gw'/>");
  EXPECT_EQ(take(), "");  // answering is its Responder's
  EXPECT_EQ(log(), "<presence from='b@c' to='gw'/>\n");
}

TEST_F(LinkTest, ConfirmsByOnePingForAll) {
  connect();
  std::string told;
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "1+" : "1-"; });
  loop.settle();
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "2+" : "2-"; });
  const std::string first = ping_id();
  ASSERT_FALSE(first.empty());
  EXPECT_EQ(told, "");
  server_says("<iq type='get' from='gw' to='gw' id='" + first + "'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(told, "1+");
  const std::string second = ping_id();
  ASSERT_FALSE(second.empty());
  server_says("<iq type='error' from='gw' to='gw' id='" + second + "'/>");
  EXPECT_EQ(told, "1+2+");
  EXPECT_EQ(ping_id(), "");
}

TEST_F(LinkTest, WritesAgainWhatIsNotConfirmedWhenTheStreamEnds) {
  connect();
  std::string told;
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "1+" : "1-"; });
  send("<iq type='result' from='a@gw' to='b@c' id='2'/>");
  dialer.server->close();
  loop.settle();
  EXPECT_EQ(told, "");
  EXPECT_EQ(log(), "up\ndown\n");
  // What had not been written comes after it.
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "2+" : "2-"; });
  loop.advance(1s);
  loop.settle();
  server_says(header);
  take();
  server_says("<handshake/>");
  const std::string again = dialer.received;
  EXPECT_TRUE(again.starts_with("<message from='a@gw' to='b@c' id='1'><body>x</body><delay xmlns='urn:xmpp:delay'"));
  const auto answer = again.find("<iq type='result' from='a@gw' to='b@c' id='2'/>");
  EXPECT_LT(answer, again.rfind(message));
  const std::string id = ping_id();
  server_says("<iq type='get' from='gw' to='gw' id='" + id + "'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(told, "1+");
  link->stop();
  loop.settle();
  loop.advance(2s);
  EXPECT_EQ(told, "1+2-");
}

// Its server ends the stream over a message for b@c: what was beside it arrives, and b@c is told.
TEST_F(LinkTest, GivesUpAStanzaThatEndsTheStream) {
  connect();
  const std::string fine = "<message from='a@gw' to='d@c' id='2'><body>y</body></message>";
  std::string told;
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "+" : "-"; });
  send(fine);
  std::string arrived;
  for (int streams = 0; streams < 6 && told.empty(); ++streams) {
    for (std::string got = take(); !got.empty() && got.find("<body>x<") == got.npos; got = take()) {
      arrived += got;
      dialer.received = got;
      server_says("<iq type='get' from='gw' to='gw' id='" + ping_id() + "'/>");
    }
    server_says(
        "<stream:error><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-streams'/></stream:error>"
        "</stream:stream>");
    loop.advance(60s);
    connect_again();
  }
  EXPECT_EQ(told, "+");
  EXPECT_NE(arrived.find("id='2'><body>y</body>"), arrived.npos) << arrived;
  EXPECT_NE(arrived.find("to='b@c' id='1'><body>A message is missing here"), arrived.npos) << arrived;
}

}  // namespace
}  // namespace link_test

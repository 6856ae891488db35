// The link over an in-memory stream, with a server that is a script.
#include "component/link.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <stdexcept>

#include "base/pipe.hpp"
#include "base/spawn.hpp"
#include "component/xml_parser.hpp"
#include "tests/support/loop.hpp"

using namespace component;
using namespace std::chrono_literals;

namespace {

const std::string header =
    "<stream:stream xmlns='jabber:component:accept' "
    "xmlns:stream='http://etherx.jabber.org/streams' from='gw' id='1'>";

// Gives out one end of a pipe per dial; the test has the other.
class PipeDialer final : public base::Dialer {
 public:
  explicit PipeDialer(asio::any_io_executor executor) : executor_(std::move(executor)) {}

  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint endpoint) override {
    dialed.push_back(endpoint.host + ":" + std::to_string(endpoint.port));
    if (refusing) co_return base::error_code(asio::error::connection_refused);
    auto [mine, theirs] = base::make_pipe(executor_);
    server = std::move(theirs);
    received.clear();
    base::spawn(executor_, "server", collect(server));
    co_return std::move(mine);
  }

  std::vector<std::string> dialed;
  std::shared_ptr<base::Stream> server;
  std::string received;
  bool refusing = false;
  bool eof = false;

 private:
  asio::awaitable<void> collect(std::shared_ptr<base::Stream> stream) {
    std::array<char, 4096> buffer{};
    eof = false;
    while (true) {
      const auto size = co_await stream->read_some(buffer);
      if (!size) break;
      received.append(buffer.data(), *size);
    }
    eof = true;
  }
  asio::any_io_executor executor_;
};

struct Recorder final : LinkHandler {
  void on_stanza(Stanza stanza) override {
    if (stanza.id() == "throw") throw std::runtime_error("handler broke");
    log += stanza.xml().to_string(ns_component) + "\n";
  }
  void on_up() override { log += "up\n"; }
  void on_down() override { log += "down\n"; }
  std::string log;
};

asio::awaitable<void> write(std::shared_ptr<base::Stream> stream, std::string bytes) {
  co_await stream->write_all(bytes);
}

class LinkTest : public testing::Test {
 protected:
  LinkTest() {
    base::Log::set_threshold(static_cast<base::Level>(0));
    start();
  }
  ~LinkTest() override {
    link->stop();
    loop.settle();
    loop.advance(5min);
    EXPECT_TRUE(returned);
    if (dialer.server) dialer.server->close();
    loop.settle();
  }

  void start(base::OutboxLimits limits = {}) {
    link = std::make_unique<Link>(loop.executor(), dialer, config(), recorder, limits);
    returned = false;
    base::spawn(loop.executor(), "link", link->run(), [this] { returned = true; });
  }
  static config::Component config() {
    config::Component c;
    c.domain = "gw";
    c.secret.value = "s3cret";
    c.server = {"127.0.0.1", 5347, base::Tls::off, {}, {}};
    return c;
  }
  void server_says(std::string bytes) {
    base::spawn(loop.executor(), "say", write(dialer.server, std::move(bytes)));
    loop.settle();
  }
  void connect() {
    loop.settle();
    server_says(header);
    server_says("<handshake/>");
    dialer.received.clear();
  }
  std::string take() { return std::exchange(dialer.received, {}); }
  std::string log() { return std::exchange(recorder.log, {}); }
  static xml::Element stanza(std::string_view text) { return *xml::parse_element(text, ns_component); }
  bool send(std::string_view text) {
    const bool sent = link->send(stanza(text));
    loop.settle();
    return sent;
  }
  // The id of the ping that is on its way, from what the server received.
  std::string ping_id() {
    const std::string got = take();
    const auto at = got.rfind("<iq ");
    if (at == std::string::npos) return {};
    const auto iq = xml::parse_element(got.substr(at, got.find("</iq>", at) + 5 - at), ns_component);
    return iq && iq->child("ping", "urn:xmpp:ping") ? std::string(iq->attr("id")) : std::string{};
  }

  support::Loop loop;
  PipeDialer dialer{loop.executor()};
  Recorder recorder;
  std::unique_ptr<Link> link;
  bool returned = false;
};

const std::string message = "<message from='a@gw' to='b@c' id='1'><body>x</body></message>";

}  // namespace

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
  EXPECT_TRUE(take().starts_with("<presence from='a@gw' to='b@c' id='"));
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
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "2+" : "2-"; });
  loop.settle();
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

TEST_F(LinkTest, UnconfirmedIsFalseWhenTheStreamEnds) {
  connect();
  std::string told;
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "1+" : "1-"; });
  loop.settle();
  dialer.server->close();
  loop.settle();
  EXPECT_EQ(told, "1-");
  EXPECT_EQ(log(), "up\ndown\n");
  // What had not been written waits for the next stream.
  link->send_confirmed(stanza(message), [&](bool ok) { told += ok ? "2+" : "2-"; });
  loop.advance(1s);
  loop.settle();
  server_says(header);
  take();
  server_says("<handshake/>");
  EXPECT_TRUE(dialer.received.starts_with(message));
  const std::string id = ping_id();
  server_says("<iq type='get' from='gw' to='gw' id='" + id + "'><ping xmlns='urn:xmpp:ping'/></iq>");
  EXPECT_EQ(told, "1-2+");
}

TEST_F(LinkTest, WritesSpacesAndPings) {
  connect();
  for (int i = 0; i < 7; ++i) loop.advance(10s);
  EXPECT_EQ(take(), " ");
  loop.advance(240s);
  const std::string id = ping_id();
  ASSERT_FALSE(id.empty());
  server_says("<iq type='result' from='gw' to='gw' id='" + id + "'/>");
  loop.advance(35s);
  EXPECT_EQ(dialer.dialed.size(), 1u);
  loop.advance(270s);
  EXPECT_FALSE(ping_id().empty());
  log();
  loop.advance(31s);
  EXPECT_EQ(log(), "down\n");
  loop.advance(1s);
  EXPECT_EQ(dialer.dialed.size(), 2u);
}

TEST_F(LinkTest, ReconnectsEverSlower) {
  loop.settle();
  dialer.refusing = true;
  dialer.server->close();
  loop.settle();
  EXPECT_EQ(dialer.dialed.size(), 1u);
  const std::chrono::milliseconds steps[] = {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s};
  std::size_t expected = 1;
  for (const auto step : steps) {
    loop.advance(step / 2 - 100ms);
    EXPECT_EQ(dialer.dialed.size(), expected);
    loop.advance(step / 2 + 100ms);
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
  start({.items = 2, .bytes = 1000, .batch_bytes = 1000});
  EXPECT_TRUE(send("<presence from='a@gw' to='b@c' id='p'/>"));
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
  start({.items = 1, .bytes = 1000, .batch_bytes = 1000});
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

// How a session gets its connection: which endpoints, in which order, and what others are told of it.
#include "base/certificate.hpp"
#include "session_fixture.hpp"

namespace irc_test {
namespace {

struct Kept : legacy::State {
  std::optional<std::string> load(std::string_view key) override {
    const auto found = records.find(std::string(key));
    if (found == records.end()) return std::nullopt;
    return found->second;
  }
  void save(std::string_view key, std::string_view value) override { records[std::string(key)] = value; }
  void erase(std::string_view key) override { records.erase(std::string(key)); }
  std::vector<std::pair<std::string, std::string>> list(std::string_view) override {
    return {records.begin(), records.end()};
  }
  void commit(std::function<void(bool)>) override {}
  std::map<std::string, std::string> records;
};

class IrcConnect : public IrcSession {
 protected:
  // The session uses what is ours.
  ~IrcConnect() override {
    leave();
    done_ = true;
    session_.reset();
  }
  void leave() {
    if (!done_) session_->submit(99, Close{""});
    settle();
    pass(3s);
    done_ = false;
  }
  // What the next session is opened with.
  void configure(std::map<std::string, std::string> fields = {}) {
    fields.emplace("nick", "me");
    session_.reset();
    network_ = std::make_unique<irc::Network>(config_, dialer_, irc::Facilities{&sts_, &idents_});
    session_ = network_->open({"user@example", std::move(fields)}, {io_.get_executor(), events_, records_});
  }
  std::string dialled(std::size_t at) const {
    if (at >= dialer_.endpoints.size()) return "nothing";
    const base::Endpoint& to = dialer_.endpoints[at];
    return to.host + ":" + std::to_string(to.port) + (to.tls == base::Tls::off ? " plain" : " tls");
  }
  void make_plain() { config_.endpoint = {"irc.test", 6667, base::Tls::off, "", ""}; }
  std::string last_text() {
    return std::find_if(events_.heard.rbegin(), events_.heard.rend(),
                        [](const auto& e) { return e.starts_with("outcome"); })
        ->substr(0);
  }

  irc::StsPolicies sts_{std::make_unique<Kept>()};
  irc::IdentTable idents_;
};

TEST_F(IrcConnect, TheUsersPortsAreTriedInTurn) {
  config_.user_ports = true;
  configure({{"tls_ports", "7000;7001"}, {"ports", "6667"}});
  dialer_.refuse = asio::error::connection_refused;
  start();
  EXPECT_EQ(dialled(0), "irc.test:7000 tls");
  EXPECT_EQ(dialled(1), "irc.test:7001 tls");
  EXPECT_EQ(dialer_.dialled, 2);
}

TEST_F(IrcConnect, AWrongCertificateIsToldAndNotTriedAgain) {
  configure({{"fingerprint", std::string(64, 'a')}});
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  dialer_.refuse = base::make_error_code(base::NetErrc::fingerprint_mismatch);
  dialer_.wrong_certificate = "1234";
  start();
  EXPECT_EQ(last_text(),
            "outcome#1 refused: can't connect to net: the server's certificate is not the pinned one; its SHA-256 "
            "fingerprint is 1234");
  EXPECT_TRUE(done_);
  EXPECT_EQ(dialer_.dialled, 1);
}

TEST_F(IrcConnect, TheCertificateIsPresentedAndLogsIn) {
  configure({{"certificate", base::make_certificate("me")}});
  start();
  EXPECT_TRUE(base::fingerprints(dialer_.endpoints.at(0).certificate));
  server(":srv CAP * LS :sasl=PLAIN,EXTERNAL\r\n:srv CAP * ACK :sasl\r\nAUTHENTICATE +\r\n:srv 903 me :ok");
  const std::string sent = take_sent();
  EXPECT_NE(sent.find("AUTHENTICATE EXTERNAL\r\nAUTHENTICATE +\r\nCAP END\r\n"), std::string::npos) << sent;
}

// Without TLS there is no certificate to present.
TEST_F(IrcConnect, WithoutTlsTheCertificateIsOfNoUse) {
  make_plain();
  configure({{"certificate", base::make_certificate("me")}});
  start();
  server(":srv CAP * LS :sasl=EXTERNAL");
  EXPECT_EQ(take_sent().find("CAP REQ"), std::string::npos);
}

TEST_F(IrcConnect, StsLeadsToTlsAtOnceAndForEver) {
  make_plain();
  configure();
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  start();
  EXPECT_EQ(dialled(0), "irc.test:6667 plain");
  server(":srv CAP * LS :sts=port=6697,duration=100");
  // Nothing more on the first connection.
  EXPECT_TRUE(take_sent().starts_with("CAP LS 302\r\nCAP LS 302\r\nNICK me\r\n"));
  EXPECT_EQ(dialled(1), "irc.test:6697 tls");
  EXPECT_EQ(sts_.port("irc.test", std::chrono::system_clock::now()), std::nullopt);
  server(":srv CAP * LS :sts=port=1,duration=100");
  EXPECT_EQ(sts_.port("irc.test", std::chrono::system_clock::now()), 6697);
  server(":srv 001 me :Hi\r\n:me!u@h JOIN #a\r\n:srv 366 me #a :End");
  EXPECT_TRUE(heard("outcome#1 ok"));
  // Another session starts with TLS.
  leave();
  configure();
  start();
  EXPECT_EQ(dialled(2), "irc.test:6697 tls");
}

TEST_F(IrcConnect, ARefusedTlsPortIsNotGivenUpForAPlainOne) {
  make_plain();
  configure();
  start();
  dialer_.refuse = asio::error::connection_refused;
  server(":srv CAP * LS :sts=port=6697");
  pass(1ms);
  EXPECT_EQ(dialled(1), "irc.test:6697 tls");
  pass(10s);
  pass(20s);
  EXPECT_GE(dialer_.dialled, 3);
  for (std::size_t i = 1; i < dialer_.endpoints.size(); ++i) EXPECT_EQ(dialled(i), "irc.test:6697 tls");
}

// What one user takes for right must not change how others connect.
TEST_F(IrcConnect, APolicyNeedsACertificateThatIsGoodForEverybody) {
  config_.user_ports = true;
  for (const auto& [field, value] :
       std::map<std::string, std::string>{{"fingerprint", std::string(64, 'a')}, {"verify_cert", "false"}}) {
    configure({{field, value}});
    start();
    server(":srv CAP * LS :sts=duration=100");
    EXPECT_EQ(sts_.port("irc.test", std::chrono::system_clock::now()), std::nullopt) << field;
    leave();
  }
}

TEST_F(IrcConnect, IdentKnowsTheConnectionWhileItLasts) {
  configure();
  const auto ask = [&] { return idents_.answer("40000,6667", asio::ip::address()); };
  EXPECT_TRUE(ask().ends_with("NO-USER"));
  start();
  EXPECT_NE(ask().find("USERID : OTHER : u"), std::string::npos);
  dialer_.server->close();
  settle();
  EXPECT_TRUE(ask().ends_with("NO-USER"));
}

TEST_F(IrcConnect, OneAfterTheOther) {
  config_.connects_at_once = 1;
  configure();
  auto other = network_->open({"other@example", {{"nick", "you"}}}, {io_.get_executor(), events_, records_});
  bool other_done = false;
  start();
  asio::co_spawn(io_, other->run(), [&](std::exception_ptr) { other_done = true; });
  settle();
  EXPECT_EQ(dialer_.dialled, 1);
  server(":srv CAP * LS :\r\n:srv 001 me :Hi");
  EXPECT_EQ(dialer_.dialled, 2);
  other->submit(1, Close{""});
  pass(3s);
  pass(3s);
  EXPECT_TRUE(other_done);
}

TEST_F(IrcConnect, LeavingTheQueueIsPossible) {
  config_.connects_at_once = 1;
  configure();
  auto other = network_->open({"other@example", {{"nick", "you"}}}, {io_.get_executor(), events_, records_});
  bool other_done = false;
  start();
  asio::co_spawn(io_, other->run(), [&](std::exception_ptr) { other_done = true; });
  settle();
  other->submit(1, Close{""});
  settle();
  EXPECT_TRUE(other_done);
  EXPECT_EQ(dialer_.dialled, 1);
}

TEST_F(IrcConnect, LeavesWithTheConfiguredWords) {
  config_.quit_message = "gone sailing";
  configure();
  online();
  session_->submit(1, Close{""});
  settle();
  EXPECT_EQ(take_sent(), "QUIT :gone sailing\r\n");
}

TEST_F(IrcConnect, SpeaksTheUsersCharset) {
  configure({{"encoding_in", "koi8-r"}, {"encoding_out", "koi8-r"}});
  online();
  session_->submit(1, SendText{{ChatKind::person, "bob"}, "да", ""});
  settle();
  EXPECT_TRUE(take_sent().starts_with("PRIVMSG bob :\xC4\xC1\r\n"));
  server(":bob!u@h PRIVMSG me :\xCE\xC5\xD4");
  EXPECT_TRUE(heard("bob: нет")) << (events_.heard.empty() ? "" : events_.heard.back());
  server(":srv 005 me UTF8ONLY :are supported");
  session_->submit(2, SendText{{ChatKind::person, "bob"}, "да", ""});
  settle();
  EXPECT_NE(take_sent().find("PRIVMSG bob :да\r\n"), std::string::npos);
}

TEST_F(IrcConnect, TheUsersThrottleHolds) {
  configure({{"throttle_limit", "1"}});
  online();
  for (int i = 0; i < 3; ++i)
    session_->submit(static_cast<Ref>(i + 1), SendText{{ChatKind::network, "net"}, "MODE me", ""});
  settle();
  EXPECT_EQ(take_sent(), "MODE me\r\n");
  pass(1s);
  EXPECT_EQ(take_sent(), "MODE me\r\n");
}

// The server counts all users of the gateway as one.
TEST_F(IrcConnect, TheUsersThrottleEndsAtTheOperators) {
  for (const char* const chosen : {"-1", "1000", "9999"}) {
    config_.burst = 2;
    configure({{"throttle_limit", chosen}});
    online();
    for (int i = 0; i < 3; ++i)
      session_->submit(static_cast<Ref>(i + 1), SendText{{ChatKind::network, "net"}, "MODE me", ""});
    settle();
    EXPECT_EQ(take_sent(), "MODE me\r\nMODE me\r\n");
    leave();
  }
}

}  // namespace
}  // namespace irc_test

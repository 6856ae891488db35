// The session over a pipe: dialling, speed, silence, reconnecting, farewell. Time is moved, not waited for.
#include "session_fixture.hpp"

namespace irc_test {
namespace {

TEST_F(IrcSession, ConnectsAtOnce) {
  start();
  EXPECT_EQ(events_.heard.front(), "link connecting");
  EXPECT_TRUE(take_sent().starts_with("CAP LS 302\r\nNICK me\r\nUSER u"));
  server(":srv 001 me :Hi");
  EXPECT_TRUE(heard("link online as me"));
}

TEST_F(IrcSession, CloseSaysQuit) {
  online();
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  session_->submit(2, Close{"good\r\nbye"});
  settle();
  EXPECT_EQ(take_sent(), "JOIN #a\r\nQUIT :good bye\r\n");
  dialer_.server->close();
  settle();
  EXPECT_TRUE(done_);
  EXPECT_TRUE(heard("outcome#2 ok"));
  EXPECT_TRUE(heard("outcome#1 disconnected: disconnected"));
  EXPECT_EQ(events_.heard.back(), "link stopped");
  session_->submit(3, ChangeNick{"x"});
  EXPECT_EQ(events_.heard.back(), "outcome#3 disconnected: not connected to net");
}

TEST_F(IrcSession, NothingIsSaidBehindTheQuit) {
  online();
  session_->submit(1, SendText{{ChatKind::network, ""}, "QUIT bye", ""});
  settle();
  EXPECT_EQ(take_sent(), "QUIT :bye\r\n");
  session_->submit(2, SendText{{ChatKind::person, "x"}, "late", ""});
  settle();
  EXPECT_EQ(take_sent(), "");
}

TEST_F(IrcSession, FarewellIsBounded) {
  online();
  session_->submit(1, Close{"x"});
  settle();
  EXPECT_FALSE(done_);
  pass(3s);
  EXPECT_TRUE(done_);
}

TEST_F(IrcSession, CancelledSaysQuit) {
  online();
  cancel_.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_EQ(take_sent(), "QUIT :\r\n");
  pass(3s);
  EXPECT_TRUE(done_);
  EXPECT_EQ(events_.heard.back(), "link stopped");
}

TEST_F(IrcSession, LimitsItsSpeedButNotItsPong) {
  online();
  for (int i = 0; i < 5; ++i)
    session_->submit(static_cast<Ref>(i + 1), SendText{{ChatKind::network, ""}, "VERSION " + std::to_string(i), ""});
  settle();
  EXPECT_EQ(take_sent(), "VERSION 0\r\nVERSION 1\r\nVERSION 2\r\n");
  server("PING :x");
  EXPECT_EQ(take_sent(), "PONG :x\r\n");
  pass(1s);
  EXPECT_EQ(take_sent(), "VERSION 3\r\n");
  pass(1s);
  EXPECT_EQ(take_sent(), "VERSION 4\r\n");
}

TEST_F(IrcSession, ReconnectsAndRejoins) {
  online();
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", "key"});
  server(":me!u@h JOIN #a\r\n:srv 353 me = #a :me\r\n:srv 366 me #a :End");
  EXPECT_TRUE(heard("outcome#1 ok"));
  events_.heard.clear();
  take_sent();
  dialer_.server->close();
  settle();
  EXPECT_TRUE(events_.heard.at(0).starts_with("we left #a connection_lost"));
  EXPECT_EQ(events_.heard.at(1), "link offline disconnected");
  EXPECT_EQ(dialer_.dialled, 1);
  reading_ = false;
  pass(6s);
  EXPECT_EQ(dialer_.dialled, 2);
  server(":srv CAP * LS :\r\n:srv 001 me :Hi");
  EXPECT_NE(take_sent().find("JOIN #a key\r\n"), std::string::npos);
}

TEST_F(IrcSession, SilenceEndsTheConnection) {
  online();
  pass(121s);
  EXPECT_EQ(take_sent(), "PING :alive\r\n");
  pass(121s);
  EXPECT_TRUE(heard("link offline timeout"));
}

TEST_F(IrcSession, UnknownHostFailsTheJoin) {
  dialer_.refuse = base::make_error_code(base::NetErrc::unknown_host);
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  start();
  EXPECT_TRUE(heard("link connecting"));
  EXPECT_TRUE(std::any_of(events_.heard.begin(), events_.heard.end(),
                          [](const auto& e) { return e.starts_with("outcome#1 unreachable_host"); }));
  session_->submit(2, Close{""});
  settle();
  EXPECT_TRUE(done_);
  EXPECT_EQ(events_.heard.back(), "link stopped");
}

TEST_F(IrcSession, RejectedLoginStops) {
  start();
  server(":srv 464 me :Password incorrect");
  EXPECT_TRUE(done_);
  EXPECT_EQ(events_.heard.back(), "link stopped rejected_login");
}

// Asked for a password, we connect again at once and send it; the join waits as long.
TEST_F(IrcSession, SendsPassWhenAskedForIt) {
  session_ = network_->open({"user@example", {{"nick", "me"}, {"password", "sesame"}}},
                            {io_.get_executor(), events_, records_});
  session_->submit(1, Join{{ChatKind::room, "#a"}, "me", ""});
  start();
  server(":srv CAP * LS :\r\n:srv 464 * :Password required");
  EXPECT_EQ(take_sent().find("sesame"), std::string::npos);
  reading_ = false;
  pass(1ms);
  EXPECT_EQ(dialer_.dialled, 2);
  EXPECT_FALSE(heard("link offline rejected_login"));
  server(":srv CAP * LS :");
  EXPECT_NE(take_sent().find("PASS :sesame\r\nNICK me\r\n"), std::string::npos);
  server(":srv 001 me :Hi\r\n:me!u@h JOIN #a\r\n:srv 366 me #a :End");
  EXPECT_TRUE(heard("outcome#1 ok"));
}

TEST_F(IrcSession, PassIsTriedOnce) {
  session_ = network_->open({"user@example", {{"nick", "me"}, {"password", "sesame"}}},
                            {io_.get_executor(), events_, records_});
  start();
  server(":srv CAP * LS :\r\nERROR :Access denied: Bad password?");
  reading_ = false;
  pass(1ms);
  EXPECT_FALSE(done_);
  server(":srv CAP * LS :\r\nERROR :Access denied: Bad password?");
  EXPECT_TRUE(done_);
  EXPECT_EQ(dialer_.dialled, 2);
  EXPECT_EQ(events_.heard.back(), "link stopped rejected_login");
}

TEST_F(IrcSession, NoPasswordForANetworkThatMayNotHaveIt) {
  config_.password_ok = false;
  network_ = std::make_unique<irc::Network>(config_, dialer_);
  session_ = network_->open({"user@example", {{"nick", "me"}, {"password", "sesame"}}},
                            {io_.get_executor(), events_, records_});
  start();
  server(":srv CAP * LS :sasl\r\n:srv CAP * ACK :sasl\r\nAUTHENTICATE +\r\n:srv 464 me :Password required");
  EXPECT_TRUE(done_);
  EXPECT_EQ(dialer_.dialled, 1);
  EXPECT_EQ(take_sent().find("AUTHENTICATE"), std::string::npos);
  EXPECT_TRUE(heard("server: your password is not sent to this network: it is not set up for that, or has no TLS"));
}

// The user's choice for this network alone outweighs that; over TLS only.
TEST_F(IrcSession, APasswordChosenForTheNetworkGoesThere) {
  config_.password_ok = false;
  network_ = std::make_unique<irc::Network>(config_, dialer_);
  session_ = network_->open({"user@example", {{"nick", "me"}, {"password", "sesame"}, {"password_is_own", "true"}}},
                            {io_.get_executor(), events_, records_});
  start();
  server(":srv CAP * LS :sasl\r\n:srv CAP * ACK :sasl");
  EXPECT_NE(take_sent().find("AUTHENTICATE PLAIN"), std::string::npos);
}

TEST_F(IrcSession, OversizedLinesAreSkipped) {
  online();
  server(":srv NOTICE me :" + std::string(20000, 'x') + "\r\n:bob!u@h NOTICE me :short");
  EXPECT_TRUE(heard("bob notice: short"));
  EXPECT_EQ(events_.heard.size(), 1u);
}

TEST_F(IrcSession, HalfALineIsNoLine) {
  online();
  server(":srv NOTICE me :whole\r\n:srv NOTICE me :ha");
  events_.heard.clear();
  auto cut = [this]() -> asio::awaitable<void> {
    const std::string bytes = ":srv NOTICE me :half of a li";
    const std::span<const char> view(bytes);
    co_await dialer_.server->write_all(view);
    dialer_.server->close();
  };
  asio::co_spawn(io_, cut, asio::detached);
  settle();
  EXPECT_EQ(events_.heard.size(), 1U);
  EXPECT_TRUE(heard("link offline disconnected"));
}

TEST_F(IrcSession, AFloodArrivesInOrderAndPingIsAnswered) {
  online();
  constexpr int lines = 5000;
  std::string flood;
  for (int i = 0; i < lines; ++i) flood += ":al!a@h PRIVMSG me :" + std::to_string(i) + "\r\n";
  server(flood + "PING :still there?");
  for (int i = 0; i < 100 && events_.heard.size() < lines; ++i) settle();
  ASSERT_EQ(events_.heard.size(), static_cast<std::size_t>(lines));
  for (int i = 0; i < lines; ++i) {
    ASSERT_NE(events_.heard[static_cast<std::size_t>(i)].find(std::to_string(i)), std::string::npos);
  }
  EXPECT_NE(take_sent().find("PONG"), std::string::npos);
}

TEST(IrcNetwork, Parses) {
  asio::io_context io{1};
  PipeDialer dialer(io.get_executor());
  const irc::Network network(config::IrcNetwork{}, dialer);
  const struct {
    const char* id;
    std::optional<ChatKind> kind;
  } rows[] = {{"#a", ChatKind::room},
              {"&a", ChatKind::room},
              {"a", ChatKind::person},
              {"[a]", ChatKind::person},
              {"", {}},
              {"#", ChatKind::room},
              {"+x", ChatKind::room},
              {"!x", ChatKind::room},
              {"*status", ChatKind::person},
              {"a b", {}},
              {"#a b", {}},
              {"#a,b", {}},
              {"a\n", {}},
              {"a@b", {}},
              {"\xff", {}}};
  for (const auto& row : rows) {
    const auto chat = network.parse(row.id);
    EXPECT_EQ(chat.has_value(), row.kind.has_value()) << row.id;
    if (chat && row.kind) {
      EXPECT_EQ(chat->kind, *row.kind) << row.id;
    }
  }
  EXPECT_EQ(network.check({"u", {{"nick", "ok"}}}), "");
  for (const auto& [field, value] : std::map<std::string, std::string>{
           {"nick", "a b"}, {"password", "a\nb"}, {"username", "a b"}, {"realname", "a\rb"}})
    EXPECT_NE(network.check({"u", {{field, value}}}), "") << field;
}

}  // namespace
}  // namespace irc_test

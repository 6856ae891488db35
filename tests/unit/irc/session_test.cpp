// The session over a pipe: dialling, speed, silence, reconnecting, farewell. Time is moved, not waited for.
#include <gtest/gtest.h>

#include <deque>

#include "base/net_error.hpp"
#include "base/pipe.hpp"
#include "base/spawn.hpp"
#include "legacy/irc/network.hpp"
#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

struct PipeDialer : base::Dialer {
  explicit PipeDialer(asio::any_io_executor e) : executor(e) {}
  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint) override {
    ++dialled;
    if (refuse) co_return base::error_code(*refuse);
    auto pair = base::make_pipe(executor);
    server = std::move(pair.second);
    co_return std::move(pair.first);
  }
  asio::any_io_executor executor;
  std::unique_ptr<base::Stream> server;
  std::optional<base::error_code> refuse;
  int dialled = 0;
};

struct Events : Sink {
  void on_event(Event event) noexcept override { heard.push_back(show(event)); }
  std::deque<std::string> heard;
};

struct NoRecords : legacy::State {
  std::optional<std::string> load(std::string_view) override { return {}; }
  void save(std::string_view, std::string_view) override {}
  void erase(std::string_view) override {}
  std::vector<std::pair<std::string, std::string>> list(std::string_view) override { return {}; }
  void commit(std::function<void(bool)>) override {}
};

class IrcSession : public testing::Test {
 protected:
  IrcSession() {
    config_.name = "net";
    config_.burst = 3;
    config_.endpoint = {"irc.test", 6697, base::Tls::off, "", ""};
    network_ = std::make_unique<irc::Network>(config_, dialer_);
    Account account{"user@example", {{"nick", "me"}}};
    session_ = network_->open(account, {io_.get_executor(), events_, records_});
  }
  ~IrcSession() override {
    if (!done_) session_->submit(99, Close{""});
    settle();
    pass(3s);
  }
  void start() {
    auto run = [this]() -> asio::awaitable<void> { co_await session_->run(); };
    asio::co_spawn(io_, run, asio::bind_cancellation_slot(cancel_.slot(), [this](std::exception_ptr e) {
                     done_ = true;
                     if (e) std::rethrow_exception(e);
                   }));
    settle();
  }
  void settle() {
    io_.restart();
    for (int i = 0; i < 50; ++i) io_.poll();
    read();
  }
  void pass(base::Clock::duration d) {
    base::Clock::advance(d);
    // Asio looks at the clock only when a timer is touched.
    asio::steady_timer nudge(io_, 1ms);
    nudge.async_wait([](auto) {});
    io_.restart();
    while (!io_.stopped() && nudge.expiry() > std::chrono::steady_clock::now()) io_.run_one_for(2ms);
    settle();
  }
  // What the session has sent so far, without blocking.
  void read() {
    if (!dialer_.server || reading_) return;
    reading_ = true;
    auto work = [this]() -> asio::awaitable<void> {
      std::vector<char> buffer(65536);
      const std::span<char> into(buffer);
      base::Stream* const stream = dialer_.server.get();
      for (;;) {
        const base::Result<std::size_t> got = co_await stream->read_some(into);
        if (!got) break;
        sent_.append(buffer.data(), *got);
      }
      reading_ = false;
      if (close_on_eof_) stream->close();
    };
    asio::co_spawn(io_, work, asio::detached);
    for (int i = 0; i < 50; ++i) io_.poll();
  }
  void server(std::string lines) {
    auto work = [this, lines]() -> asio::awaitable<void> {
      const std::string bytes = lines + "\r\n";
      const std::span<const char> view(bytes);
      co_await dialer_.server->write_all(view);
    };
    asio::co_spawn(io_, work, asio::detached);
    settle();
  }
  std::string take_sent() { return std::exchange(sent_, {}); }
  bool heard(const std::string& event) const {
    return std::find(events_.heard.begin(), events_.heard.end(), event) != events_.heard.end();
  }
  void online() {
    start();
    server(":srv CAP * LS :\r\n:srv 001 me :Hi");
    take_sent();
    events_.heard.clear();
  }

  asio::io_context io_{1};
  PipeDialer dialer_{io_.get_executor()};
  Events events_;
  NoRecords records_;
  config::IrcNetwork config_;
  std::unique_ptr<irc::Network> network_;
  std::unique_ptr<legacy::Session> session_;
  asio::cancellation_signal cancel_;
  bool done_ = false;
  bool reading_ = false;
  bool close_on_eof_ = false;
  std::string sent_;
};

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
                          [](const auto& e) { return e.starts_with("outcome#1 errc"); }));
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

TEST_F(IrcSession, OversizedLinesAreSkipped) {
  online();
  server(":srv NOTICE me :" + std::string(20000, 'x') + "\r\n:srv.net NOTICE me :short");
  EXPECT_TRUE(heard("server: short"));
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
              {"#", {}},
              {"+x", {}},
              {"!x", {}},
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

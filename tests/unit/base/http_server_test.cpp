#include "base/http_server.hpp"

#include "base/clock.hpp"

#include <gtest/gtest.h>

#include <future>
#include <thread>

namespace base {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;

// The listener on a loop and thread of its own, so that the tests can be plain blocking clients.
class HttpServerTest : public testing::Test {
 protected:
  void start(HttpLimits limits = {}) {
    server_.emplace(io_.get_executor(), "127.0.0.1", 0, limits);
    server_->route("/echo", [](HttpRequest request, HttpReply reply) {
      const auto type = find_header(request.headers, "x-type");
      reply({200, {{"Content-Type", type}}, request.method + " " + request.target + " " + request.body});
    });
    server_->route("/echo/longer", [](HttpRequest, HttpReply reply) { reply({202, {}, ""}); });
    server_->route("/drop", [](HttpRequest, HttpReply) {});
    server_->route("/later", [this](HttpRequest, HttpReply reply) {
      auto shared = std::make_shared<HttpReply>(std::move(reply));
      timer_.expires_after(100ms);
      timer_.async_wait([shared](error_code) { (*shared)({200, {}, "late"}); });
    });
    server_->route("/never",
                   [this](HttpRequest, HttpReply reply) { kept_ = std::make_shared<HttpReply>(std::move(reply)); });
    thread_ = std::thread([this] { io_.run(); });
  }

  void TearDown() override {
    if (!thread_.joinable()) return;
    on_loop([this] {
      kept_.reset();
      server_.reset();
    });
    guard_.reset();
    thread_.join();
  }

  void on_loop(std::function<void()> act) {
    std::promise<void> done;
    asio::post(io_, [&] {
      act();
      done.set_value();
    });
    done.get_future().wait();
  }

  void pass(Clock::duration time) {
    std::this_thread::sleep_for(20ms);
    on_loop([this, time] {
      Clock::advance(time);
      // Asio set its timerfd by the old time; a timer before all others makes it look again.
      kick_.expires_at(Clock::time_point::min());
      kick_.async_wait([](error_code) {});
    });
  }

  tcp::socket connect() {
    tcp::socket socket(client_);
    socket.connect({asio::ip::make_address("127.0.0.1"), server_->port()});
    return socket;
  }

  // Everything until the listener closes; a reset counts as an end too.
  static std::string read_all(tcp::socket& socket) {
    std::string out;
    error_code ec;
    asio::read(socket, asio::dynamic_buffer(out), ec);
    return out;
  }

  std::string talk(const std::string& bytes) {
    auto socket = connect();
    error_code ec;
    asio::write(socket, asio::buffer(bytes), ec);
    return read_all(socket);
  }

  asio::io_context client_;
  asio::io_context io_{1};
  asio::executor_work_guard<asio::io_context::executor_type> guard_{io_.get_executor()};
  asio::steady_timer timer_{io_};
  Timer kick_{io_};
  std::optional<HttpServer> server_;
  std::shared_ptr<HttpReply> kept_;
  std::thread thread_;
};

std::string with_body(std::size_t size) {
  return "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n" +
         std::string(size, 'b');
}

TEST_F(HttpServerTest, GivesTheHandlerTheRawRequest) {
  start();
  const auto answer = talk(
      "POST /echo?a=%20+b&&c HTTP/1.1\r\nHost: h\r\nX-Type: text/plain\r\nConnection: close\r\n"
      "Content-Length: 4\r\n\r\n\xFF\r\n\x01");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
  EXPECT_NE(answer.find("Content-Type: text/plain\r\n"), std::string::npos);
  EXPECT_TRUE(answer.ends_with("\r\n\r\nPOST /echo?a=%20+b&&c \xFF\r\n\x01")) << answer;
  EXPECT_EQ(answer.find("Server:"), std::string::npos);
}

TEST_F(HttpServerTest, AnswersByStatus) {
  start();
  const struct {
    const char* name;
    std::string bytes;
    const char* expected;
  } cases[] = {
      {"unknown route", "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 404 Not Found\r\n"},
      {"longest prefix", "GET /echo/longer HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
       "HTTP/1.1 202 Accepted\r\n"},
      {"dropped reply", "GET /drop HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 503 "},
      {"garbage", "\x16\x03\x01 hello\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"bad version", "GET / HTTP/9.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"bad length", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"bad chunk", "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "HTTP/1.1 400 Bad Request\r\n"},
      {"1 MiB of headers", "GET /echo HTTP/1.1\r\nX: " + std::string(1 << 20, 'x') + "\r\n\r\n", "HTTP/1.1 431 "},
      {"many headers",
       "GET /echo HTTP/1.1\r\n" +
           [] {
             std::string s;
             for (int i = 0; i < 5000; ++i) s += "A: b\r\n";
             return s;
           }() +
           "\r\n",
       "HTTP/1.1 431 "},
      {"announced 256 KiB + 1", with_body((256 << 10) + 1), "HTTP/1.1 413 "},
      {"256 KiB", with_body(256 << 10), "HTTP/1.1 200 OK\r\n"},
      {"head", "HEAD /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
      {"chunks",
       "POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
       "HTTP/1.1 200 OK\r\n"},
      {"no host", "GET /echo HTTP/1.1\r\n\r\n", "HTTP/1.1 400 "},
      {"two hosts", "GET /echo HTTP/1.1\r\nHost: h\r\nHost: h\r\n\r\n", "HTTP/1.1 400 "},
      {"absolute form", "GET http://h/echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", "HTTP/1.1 200 OK\r\n"},
      {"blank before a colon", "GET /echo HTTP/1.1\r\nHost : h\r\n\r\n", "HTTP/1.1 400 "},
      {"length twice", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1\r\n\r\na", "HTTP/1.1 400 "},
      {"a route that does not take bodies", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n\r\n", "HTTP/1.1 404 "},
  };
  for (const auto& c : cases) {
    const auto answer = talk(c.bytes);
    EXPECT_TRUE(answer.starts_with(c.expected)) << c.name << ": " << answer.substr(0, 200);
  }
}

TEST_F(HttpServerTest, ChunkedBodyAboveTheLimitIs413) {
  HttpLimits limits;
  limits.body = 1000;
  start(limits);
  std::string bytes = "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) bytes += "64\r\n" + std::string(100, 'b') + "\r\n";
  EXPECT_TRUE(talk(bytes).starts_with("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, ARouteMayTakeLongerBodies) {
  HttpLimits limits;
  limits.body = 1000;
  start(limits);
  on_loop([this] {
    server_->route(
        "/long",
        [](HttpRequest request, HttpReply reply) {
          reply({200, {}, std::to_string(request.body.size())});
        },
        5000);
  });
  const auto post = [this](const std::string& target, std::size_t size) {
    return talk("POST " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(size) +
                "\r\n\r\n" + std::string(size, 'b'));
  };
  EXPECT_TRUE(post("/long", 5000).ends_with("\r\n5000"));
  EXPECT_TRUE(post("/long", 10).ends_with("\r\n10"));
  EXPECT_TRUE(post("/long", 5001).starts_with("HTTP/1.1 413 "));
  EXPECT_TRUE(post("/echo", 5000).starts_with("HTTP/1.1 413 "));
}

// The second request would be taken as the provider's.
TEST_F(HttpServerTest, NothingIsSmuggledBehindACodingThatIsNone) {
  start();
  for (const char* coding : {"xchunked", "gzip", "chunked, gzip", "identity"}) {
    const auto answer = talk("POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: " + std::string(coding) +
                             "\r\n\r\nGET /echo/longer HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 400 ")) << coding << answer;
    EXPECT_EQ(answer.find("202"), std::string::npos) << coding << answer;
  }
}

TEST_F(HttpServerTest, GoesOnWhenAskedTo) {
  start();
  auto socket = connect();
  asio::write(socket, asio::buffer(std::string("POST /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
                                               "Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")));
  std::string answer;
  asio::read_until(socket, asio::dynamic_buffer(answer), "\r\n\r\n");
  EXPECT_EQ(answer, "HTTP/1.1 100 Continue\r\n\r\n");
  asio::write(socket, asio::buffer(std::string("hi")));
  EXPECT_TRUE(read_all(socket).ends_with("POST /echo hi"));
}

// Each may take its whole length of memory before anybody knows who sends it.
TEST_F(HttpServerTest, LongRequestsThatDoNotComeMakeRoomForThoseThatDo) {
  start();
  constexpr std::size_t size = std::size_t{4} << 20;
  on_loop([this] {
    server_->route(
        "/long",
        [](HttpRequest request, HttpReply reply) {
          reply({200, {}, std::to_string(request.body.size())});
        },
        size);
  });
  const std::string head =
      "POST /long HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " + std::to_string(size) + "\r\n\r\n";
  std::vector<tcp::socket> strangers;
  for (int i = 0; i < 12; ++i) {
    strangers.push_back(connect());
    asio::write(strangers.back(), asio::buffer(head));
  }
  auto picture = connect();
  asio::write(picture, asio::buffer(head));
  auto answer = std::async(std::launch::async, [&] {
    error_code ec;
    asio::write(picture, asio::buffer(std::string(size, 'p')), ec);
    return read_all(picture);
  });
  for (int i = 0; i < 20 && answer.wait_for(10ms) != std::future_status::ready; ++i) pass(500ms);
  EXPECT_TRUE(answer.get().ends_with("\r\n" + std::to_string(size)));
}

// Of a call that has no secret to show nothing is read.
TEST_F(HttpServerTest, ALookAtTheHeadIsEnoughToRefuse) {
  start();
  on_loop([this] {
    server_->route(
        "/signed",
        [](HttpRequest, HttpReply reply) {
          reply({200, {}, "in"});
        },
        0,
        [](const HttpRequest& head) {
          const bool is_signed = !find_header(head.headers, "X-Signature").empty();
          return is_signed ? std::nullopt : std::optional(HttpResponse{403, {}, {}});
        });
  });
  auto socket = connect();
  asio::write(socket, asio::buffer(std::string("POST /signed HTTP/1.1\r\nHost: h\r\nContent-Length: 200000\r\n\r\n")));
  EXPECT_TRUE(read_all(socket).starts_with("HTTP/1.1 403 "));
  EXPECT_TRUE(talk("POST /signed HTTP/1.1\r\nHost: h\r\nX-Signature: x\r\nConnection: close\r\n"
                   "Content-Length: 2\r\n\r\nhi")
                  .ends_with("in"));
}

TEST_F(HttpServerTest, WhoCallsIsWhomATrustedProxyNames) {
  HttpLimits limits;
  limits.proxies = {"127.0.0.1", "192.0.2.9"};
  start(limits);
  on_loop([this] { server_->route("/who", [](HttpRequest request, HttpReply reply) { reply({200, {}, request.remote}); }); });
  const auto who = [this](const std::string& names) {
    const auto answer = talk("GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\n" + names + "\r\n");
    return answer.substr(answer.rfind("\r\n") + 2);
  };
  EXPECT_EQ(who(""), "127.0.0.1");
  EXPECT_EQ(who("X-Forwarded-For: 198.51.100.7\r\n"), "198.51.100.7");
  EXPECT_EQ(who("X-Forwarded-For: 203.0.113.1, 198.51.100.7, 192.0.2.9\r\n"), "198.51.100.7") << "what it can't know";
  EXPECT_EQ(who("X-Forwarded-For: nonsense\r\n"), "127.0.0.1");
}

TEST_F(HttpServerTest, AStrangerIsNotBelievedWhoCalls) {
  start();
  on_loop([this] { server_->route("/who", [](HttpRequest request, HttpReply reply) { reply({200, {}, request.remote}); }); });
  EXPECT_TRUE(talk("GET /who HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-For: 198.51.100.7\r\n\r\n")
                  .ends_with("127.0.0.1"));
}

// A flood of calls without a secret costs the others nothing: it is answered slowly.
TEST_F(HttpServerTest, ManyRefusalsGoOutSlowly) {
  start();
  const std::string bad = "GET /none HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  for (int i = 0; i < 50; ++i) EXPECT_TRUE(talk(bad).starts_with("HTTP/1.1 404 ")) << i;
  std::vector<tcp::socket> flood;
  for (int i = 0; i < 40; ++i) {
    flood.push_back(connect());
    asio::write(flood.back(), asio::buffer(bad));
  }
  EXPECT_TRUE(talk("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
  EXPECT_EQ(flood.back().available(), 0u);
  pass(4s);
  EXPECT_TRUE(read_all(flood.back()).starts_with("HTTP/1.1 404 "));
}

// A thousand silent connections from one address, and somebody who has something to say.
TEST_F(HttpServerTest, SilentStrangersMakeRoom) {
  HttpLimits limits;
  limits.connections = 20;
  limits.request = 1h;
  start(limits);
  std::vector<tcp::socket> strangers;
  for (int i = 0; i < 20; ++i) strangers.push_back(connect());
  pass(2s);
  EXPECT_TRUE(talk("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, KeepsTheConnection) {
  start();
  const std::string one = "GET /later HTTP/1.1\r\nHost: h\r\n\r\n";
  const std::string two = "GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
  const auto answer = talk(one + two);
  const auto late = answer.find("late");
  ASSERT_NE(late, std::string::npos) << answer;
  EXPECT_NE(answer.find("GET /echo", late), std::string::npos) << answer;
}

TEST_F(HttpServerTest, ClosesWhoIsSlow) {
  start();
  for (const char* beginning : {"", "GET /ec", "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nabc"}) {
    auto socket = connect();
    asio::write(socket, asio::buffer(std::string(beginning)));
    on_loop([this] { EXPECT_TRUE(server_); });
    pass(9s);
    socket.non_blocking(true);
    char byte = 0;
    error_code ec;
    socket.read_some(asio::buffer(&byte, 1), ec);
    EXPECT_EQ(ec, asio::error::would_block) << beginning;
    pass(2s);
    socket.non_blocking(false);
    EXPECT_EQ(read_all(socket), "") << beginning;
  }
}

TEST_F(HttpServerTest, ARequestInTheLastMomentIsAnswered) {
  start();
  auto socket = connect();
  std::this_thread::sleep_for(20ms);
  on_loop([this, &socket] {
    asio::write(socket, asio::buffer(std::string("GET /later HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")));
    Clock::advance(11s);
    kick_.expires_at(Clock::time_point::min());
    kick_.async_wait([](error_code) {});
  });
  EXPECT_TRUE(read_all(socket).ends_with("late"));
}

TEST_F(HttpServerTest, LimitsConnections) {
  HttpLimits limits;
  limits.connections = 2;
  start(limits);
  auto first = connect();
  auto second = connect();
  auto third = connect();
  asio::write(third, asio::buffer(std::string("GET /echo HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")));
  std::this_thread::sleep_for(50ms);
  EXPECT_EQ(third.available(), 0u);
  first.close();
  EXPECT_TRUE(read_all(third).starts_with("HTTP/1.1 200"));
}

// Their time is not over for an hour.
TEST_F(HttpServerTest, WhoIsIdleMakesRoom) {
  HttpLimits limits;
  limits.connections = 2;
  limits.request = 1h;
  start(limits);
  const auto ask = [](tcp::socket& socket) {
    asio::write(socket, asio::buffer(std::string("GET /echo HTTP/1.1\r\nHost: h\r\n\r\n")));
    std::string answer;
    asio::read_until(socket, asio::dynamic_buffer(answer), "GET /echo ");
    return answer.substr(0, 12);
  };
  auto first = connect();
  EXPECT_EQ(ask(first), "HTTP/1.1 200");
  auto second = connect();
  EXPECT_EQ(read_all(first), "");
  auto third = connect();
  EXPECT_EQ(ask(third), "HTTP/1.1 200");
}

// And not only when the connection closes.
TEST_F(HttpServerTest, WhatAnAnswerHoldsIsLetGoWhenItIsWritten) {
  start();
  std::promise<void> let_go;
  on_loop([&] {
    server_->route("/holds", [&let_go](HttpRequest, HttpReply reply) {
      reply({200, {}, "x", std::shared_ptr<void>(nullptr, [&let_go](void*) { let_go.set_value(); })});
    });
  });
  auto socket = connect();
  asio::write(socket, asio::buffer(std::string("GET /holds HTTP/1.1\r\nHost: h\r\n\r\n")));
  EXPECT_EQ(let_go.get_future().wait_for(10s), std::future_status::ready);
}

TEST_F(HttpServerTest, StopLetsAnswersInProgressGoOut) {
  start();
  const auto port = server_->port();
  auto idle = connect();
  auto busy = connect();
  asio::write(busy, asio::buffer(std::string("GET /later HTTP/1.1\r\nHost: h\r\n\r\n")));
  std::this_thread::sleep_for(30ms);
  on_loop([this] { server_->stop(); });
  EXPECT_EQ(read_all(idle), "");
  const auto answer = read_all(busy);
  EXPECT_TRUE(answer.ends_with("late")) << answer;
  tcp::socket refused(client_);
  error_code ec;
  refused.connect({asio::ip::make_address("127.0.0.1"), port}, ec);
  EXPECT_EQ(ec, asio::error::connection_refused);
}

TEST_F(HttpServerTest, StopWaitsNoLongerThanASecond) {
  start();
  auto busy = connect();
  asio::write(busy, asio::buffer(std::string("GET /never HTTP/1.1\r\nHost: h\r\n\r\n")));
  std::this_thread::sleep_for(30ms);
  on_loop([this] { server_->stop(); });
  pass(1s);
  EXPECT_EQ(read_all(busy), "");
}

TEST(HttpServer, OnePathHasOneHandler) {
  asio::io_context io;
  HttpServer server(io.get_executor(), "127.0.0.1", 0);
  server.route("/a/", [](HttpRequest, HttpReply) {});
  EXPECT_THROW(server.route("/a/", [](HttpRequest, HttpReply) {}), std::logic_error);
  server.unroute("/a/");
  EXPECT_NO_THROW(server.route("/a/", [](HttpRequest, HttpReply) {}));
}

TEST(HttpServer, SaysWhyItCantListen) {
  asio::io_context io;
  const HttpServer first(io.get_executor(), "127.0.0.1", 0);
  EXPECT_THROW(HttpServer(io.get_executor(), "127.0.0.1", first.port()), boost::system::system_error);
  EXPECT_THROW(HttpServer(io.get_executor(), "nowhere", 0), boost::system::system_error);
}

}  // namespace
}  // namespace base

#include "tests/unit/base/http_server_fixture.hpp"

namespace base {
namespace {

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
      {"bad chunk", "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
       "HTTP/1.1 400 Bad Request\r\n"},
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
      {"a route that does not take bodies", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 999999\r\n\r\n",
       "HTTP/1.1 404 "},
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
    return talk("POST " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: " +
                std::to_string(size) + "\r\n\r\n" + std::string(size, 'b'));
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

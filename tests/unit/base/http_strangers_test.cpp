// A listener in the open: who has proved nothing gets little, and takes nothing from the others.
#include "tests/unit/base/http_server_fixture.hpp"

namespace base {
namespace {

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
  on_loop([this] {
    server_->route("/who", [](HttpRequest request, HttpReply reply) { reply({200, {}, request.remote}); });
  });
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
  on_loop([this] {
    server_->route("/who", [](HttpRequest request, HttpReply reply) { reply({200, {}, request.remote}); });
  });
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

}  // namespace
}  // namespace base

#include "base/curl.hpp"

#include <gtest/gtest.h>

#include "base/clock.hpp"
#include "base/http_server.hpp"

namespace base {
namespace {

using asio::ip::tcp;
using namespace std::chrono_literals;
using Answer = Result<HttpResponse, HttpFailure>;

// Client and listeners share one loop and thread, as in wherry.
class CurlTest : public testing::Test {
 protected:
  Answer call(HttpCall call) {
    std::optional<Answer> answer;
    client_.send(std::move(call), [&](Answer a) { answer.emplace(std::move(a)); });
    EXPECT_FALSE(answer) << "called back before send() returned";
    while (!answer && io_.run_one_for(5s) > 0) {
    }
    if (!answer) answer.emplace(HttpFailure{true, "the test waited in vain"});
    return std::move(*answer);
  }

  std::string url(std::uint16_t port, const std::string& path = "/") {
    return "http://127.0.0.1:" + std::to_string(port) + path;
  }

  // A raw listener: reads until `until`, writes `bytes`, then closes, or keeps the connection when hold is set.
  std::uint16_t peer(std::string bytes, bool hold = false) {
    acceptor_.emplace(io_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    const auto port = acceptor_->local_endpoint().port();
    seen_.clear();
    acceptor_->async_accept([this, bytes = std::move(bytes), hold](error_code ec, tcp::socket socket) {
      if (ec) return;
      ++accepted_;
      auto shared = std::make_shared<tcp::socket>(std::move(socket));
      asio::async_read_until(*shared, asio::dynamic_buffer(seen_), "\r\n\r\n", [=, this](error_code, std::size_t) {
        error_code ignored;
        asio::write(*shared, asio::buffer(bytes), ignored);
        if (hold) {
          held_.push_back(shared);
        } else {
          shared->set_option(asio::socket_base::linger(bytes.empty(), 0));
          shared->close();
        }
      });
    });
    return port;
  }

  asio::io_context io_{1};
  CurlClient client_{io_.get_executor()};
  std::optional<tcp::acceptor> acceptor_;
  std::vector<std::shared_ptr<tcp::socket>> held_;
  std::string seen_;
  int accepted_ = 0;
};

TEST_F(CurlTest, SendsAndReceives) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  HttpRequest got;
  server.route("/", [&](HttpRequest request, HttpReply reply) {
    got = std::move(request);
    reply({202, {{"X-One", "1"}, {"Retry-After", "7"}}, "fine"});
  });
  HttpCall request;
  request.method = "POST";
  request.url = url(server.port(), "/a?b=c");
  request.headers = {{"X-Two", "2"}};
  request.body = std::string("a\0b", 3);
  const auto answer = call(request);
  ASSERT_TRUE(answer) << answer.error().what;
  EXPECT_EQ(answer->status, 202);
  EXPECT_EQ(answer->body, "fine");
  EXPECT_EQ(find_header(answer->headers, "retry-after"), "7");
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/a?b=c");
  EXPECT_EQ(got.body, request.body);
  EXPECT_EQ(find_header(got.headers, "x-two"), "2");
}

TEST_F(CurlTest, ManyAtOnce) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  server.route("/", [](HttpRequest request, HttpReply reply) { reply({200, {}, request.target}); });
  int done = 0;
  constexpr int count = 50;
  for (int i = 0; i < count; ++i) {
    HttpCall request;
    request.url = url(server.port(), "/" + std::to_string(i));
    client_.send(request, [&done, i](const Answer& answer) {
      ASSERT_TRUE(answer);
      EXPECT_EQ(answer->body, "/" + std::to_string(i));
      ++done;
    });
  }
  while (done < count && io_.run_one_for(5s) > 0) {
  }
  EXPECT_EQ(done, count);
}

TEST_F(CurlTest, TellsWhetherARequestWasSent) {
  std::uint16_t closed = 0;
  {
    const tcp::acceptor acceptor(io_, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
    closed = acceptor.local_endpoint().port();
  }
  const struct {
    const char* name;
    std::string url;
    bool sent;
  } cases[] = {
      {"refused", url(closed), false},
      {"no such host", "http://no-such-host.invalid/", false},
      {"not an url", "http://[", false},
      {"scheme", "file:///etc/passwd", false},
      {"reset after the request", url(peer("")), true},
  };
  for (const auto& c : cases) {
    HttpCall request;
    request.url = c.url;
    request.timeout = 3s;
    const auto answer = call(request);
    ASSERT_FALSE(answer) << c.name;
    EXPECT_EQ(answer.error().sent, c.sent) << c.name << ": " << answer.error().what;
  }
}

TEST_F(CurlTest, NoAnswerInTimeMayHaveBeenSent) {
  HttpCall request;
  request.url = url(peer("HTTP/1.1 200 OK\r\n", true));
  request.timeout = 200ms;
  const auto answer = call(request);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().sent);
}

TEST_F(CurlTest, ATimeLimitEndsTheConnection) {
  HttpCall request;
  request.url = url(peer("", true));
  request.timeout = 200ms;
  ASSERT_FALSE(call(request));
  ASSERT_EQ(held_.size(), 1u);
  char byte = 0;
  std::optional<error_code> end;
  held_[0]->async_read_some(asio::buffer(&byte, 1), [&](error_code ec, std::size_t) { end = ec; });
  while (!end && io_.run_one_for(5s) > 0) {
  }
  EXPECT_EQ(end, asio::error::eof);
}

TEST_F(CurlTest, StoppedItLeavesTheLoopNoWork) {
  HttpCall request;
  request.url = url(peer("", true));
  request.timeout = 30s;
  client_.send(request, [](const Answer&) { FAIL() << "called back after stop()"; });
  while (held_.empty() && io_.run_one_for(5s) > 0) {
  }
  client_.stop();
  io_.run_for(5s);
  EXPECT_TRUE(io_.stopped()) << "work is left";
}

TEST_F(CurlTest, TlsThatIsNotTrustedOrNotTlsWasNotSent) {
  HttpCall request;
  request.url = "https://127.0.0.1:" + std::to_string(peer("nonsense\r\n\r\n", true)) + "/";
  request.timeout = 500ms;
  const auto answer = call(request);
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent) << answer.error().what;
}

TEST_F(CurlTest, NeverRepeatsByItself) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  server.route("/", [](HttpRequest, HttpReply reply) { reply({200, {}, ""}); });
  HttpCall request;
  request.url = url(peer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n", true));
  ASSERT_TRUE(call(request));
  ASSERT_EQ(accepted_, 1);
  // On a connection that was kept this one would go out, see the close, and silently go out again.
  acceptor_.reset();
  const auto answer = call(request);
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().sent);
}

TEST_F(CurlTest, FollowsNoRedirect) {
  HttpCall request;
  request.url = url(peer("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"));
  const auto answer = call(request);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 302);
}

TEST_F(CurlTest, BoundsTheAnswer) {
  const std::string head = "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
  HttpCall request;
  request.url = url(peer(head + std::string(usual_longest_body, 'x')));
  const auto fits = call(request);
  ASSERT_TRUE(fits) << fits.error().what;
  EXPECT_EQ(fits->body.size(), usual_longest_body);
  request.url = url(peer(head + std::string(usual_longest_body + 1, 'x')));
  const auto answer = call(request);
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().sent);
  EXPECT_EQ(answer.error().what, "answer too long");
}

TEST_F(CurlTest, SurvivesAMovedClock) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  server.route("/", [](HttpRequest, HttpReply reply) { reply({200, {}, ""}); });
  HttpCall request;
  request.url = url(peer("", true));
  request.timeout = 300ms;
  std::optional<Answer> answer;
  client_.send(request, [&](Answer a) { answer.emplace(std::move(a)); });
  io_.run_for(50ms);
  Clock::advance(1h);
  Timer kick(io_, Clock::time_point::min());  // Asio set its timerfd by the old time; now it looks again
  kick.async_wait([](error_code) {});
  while (!answer && io_.run_one_for(2s) > 0) {
  }
  ASSERT_TRUE(answer);
  EXPECT_FALSE(*answer);
}

TEST(CurlClient, DropsRequestsThatOutliveIt) {
  asio::io_context io{1};
  const tcp::acceptor acceptor(io, tcp::endpoint(asio::ip::make_address("127.0.0.1"), 0));
  bool called = false;
  {
    CurlClient client(io.get_executor());
    HttpCall request;
    request.url = "http://127.0.0.1:" + std::to_string(acceptor.local_endpoint().port());
    client.send(request, [&](const Answer&) { called = true; });
    io.run_for(10ms);
  }
  io.restart();
  io.run_for(50ms);
  EXPECT_FALSE(called);
}

// The limit of the call counts, and nothing is read beyond it.
TEST_F(CurlTest, AnswersAreReadUpToTheirLimit) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  server.route("/", [](HttpRequest, HttpReply reply) { reply({200, {}, std::string(3 << 20, 'x')}); });
  HttpCall request;
  request.url = url(server.port());
  request.longest_body = 3 << 20;
  ASSERT_TRUE(call(request));
  request.longest_body = (3 << 20) - 1;
  const auto answer = call(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().cause, HttpFailure::Cause::too_long);
  EXPECT_TRUE(answer.error().sent);
}

TEST_F(CurlTest, PublicOnlyLooksAtTheAddressThatIsDialled) {
  HttpServer server(io_.get_executor(), "127.0.0.1", 0);
  int asked = 0;
  server.route("/", [&](HttpRequest, HttpReply reply) {
    ++asked;
    reply({200, {}, {}});
  });
  HttpCall request;
  request.public_only = true;
  for (const char* host : {"127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433"}) {
    request.url = "http://" + std::string(host) + ":" + std::to_string(server.port()) + "/";
    const auto answer = call(request);
    ASSERT_FALSE(answer) << host;
    EXPECT_EQ(answer.error().cause, HttpFailure::Cause::not_public) << host;
    EXPECT_FALSE(answer.error().sent);
  }
  EXPECT_EQ(asked, 0);
  request.public_only = false;
  request.url = url(server.port());
  EXPECT_TRUE(call(request));
}

}  // namespace
}  // namespace base

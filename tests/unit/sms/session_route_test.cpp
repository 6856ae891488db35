// Two accounts: which one a text goes out through, and what is never given to both.
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

class RouteTest : public SessionTest {
 protected:
  ~RouteTest() override {
    if (session) crash();
  }
  static config::SmsNetwork two(std::vector<std::string> destinations, bool when_down) {
    config::SmsNetwork out = settings();
    out.name = "two";
    out.rules.allow = {"+"};
    config::Kannel other;
    other.send_url = "http://second/sendsms";
    other.webhook_secret = {"0ther"};
    out.second = config::SecondProvider{other, std::move(destinations), when_down};
    return out;
  }
  void open_two(std::vector<std::string> destinations, bool when_down) {
    both.emplace(two(std::move(destinations), when_down), client, &server, "http://gw");
    session = both->open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
    settle();
  }
  bool is_second(std::size_t call) const { return client.calls.at(call).url.starts_with("http://second/"); }
  void answer(std::size_t call, base::Result<base::HttpResponse, base::HttpFailure> what) {
    client.answer(call, std::move(what));
    settle();
  }

  // A call at the listener; its status.
  int fetch(const std::string& target) {
    asio::ip::tcp::socket socket(io);
    socket.connect({asio::ip::address_v4::loopback(), server.port()});
    asio::write(socket, asio::buffer("GET " + target + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    for (int turn = 0; turn < 1000 && socket.available() < 12; ++turn) {
      settle();
      io.restart();
      io.run_one_for(5ms);
    }
    std::string answer(12, ' ');
    base::error_code ec;
    asio::read(socket, asio::buffer(answer), ec);
    return ec ? 0 : std::stoi(answer.substr(9));
  }

  std::optional<Network> both;
  const base::HttpResponse accepted{202, {}, "0: Accepted for delivery"};
};

TEST_F(RouteTest, ByWhereItGoes) {
  open_two({"DE", "+43"}, false);
  send("+15551234567", "a"), send("+4915112345678", "b"), send("+436601234567", "c");
  ASSERT_EQ(client.calls.size(), 3u);
  EXPECT_FALSE(is_second(0));
  EXPECT_TRUE(is_second(1));
  EXPECT_TRUE(is_second(2));
  EXPECT_NE(client.calls[1].url.find("kannel%2Ftwo-second%2F0ther"), std::string::npos) << client.calls[1].url;
  answer(0, base::HttpFailure{false, "connection refused"});
  pass(10s);
  ASSERT_EQ(client.calls.size(), 4u);
  EXPECT_FALSE(is_second(3)) << "it is not there for that";
}

TEST_F(RouteTest, WhenTheFirstIsDownTheOtherTakesOver) {
  open_two({}, true);
  send("+15551234567", "a");
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_FALSE(is_second(0));
  answer(0, base::HttpFailure{false, "connection refused"});
  pass(2s);
  ASSERT_EQ(client.calls.size(), 2u);
  EXPECT_TRUE(is_second(1));
  EXPECT_NE(client.calls[1].url.find("text=a"), std::string::npos);
  answer(1, accepted);
  send("+15551234567", "b");
  EXPECT_TRUE(is_second(2)) << "as long as nobody has tried the first again";
  answer(2, accepted);
  pass(61s);
  send("+15551234567", "c");
  EXPECT_FALSE(is_second(3));
  answer(3, accepted);
  send("+15551234567", "d");
  EXPECT_FALSE(is_second(4));
}

TEST_F(RouteTest, AnAccountThatIsRefusedIsDown) {
  open_two({}, true);
  send("+15551234567", "a");
  answer(0, base::HttpResponse{403, {}, "no"});
  pass(2s);
  ASSERT_EQ(client.calls.size(), 2u);
  EXPECT_TRUE(is_second(1));
}

// Whoever waits for an answer that does not come can't know, and neither can we.
TEST_F(RouteTest, WhatMayHaveGoneOutIsNotGivenToTheOther) {
  open_two({}, true);
  send("+15551234567", "a");
  answer(0, base::HttpFailure{true, "no answer"});
  pass(10s);
  EXPECT_EQ(client.calls.size(), 1u);
  pass(301s);
  EXPECT_EQ(client.calls.size(), 1u);
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(sink.all<Delivery>()[0].state, Delivery::State::uncertain);
}

TEST_F(RouteTest, TextsAndReportsComeInByBoth) {
  open_two({"DE"}, false);
  send("+4915112345678", "b");
  answer(0, accepted);
  const auto& url = client.calls.at(0).url;
  const auto id = url.substr(url.find("id%3D") + 5, url.find("%26type") - url.find("id%3D") - 5);
  EXPECT_EQ(fetch("/kannel/two-second/0ther/dlr?id=" + id + "&type=1"), 200);
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(fetch("/kannel/two-second/0ther/mo?from=4915112345678&to=15550001111&text=hi&id=1"), 200);
  EXPECT_EQ(sink.all<Received>().back().text, "hi");
}

}  // namespace
}  // namespace sms

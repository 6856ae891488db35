// A provider that is down for long, and a disk that takes nothing.
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

using Texts = std::vector<std::string>;

config::SmsNetwork impatient_network() {
  config::SmsNetwork network;
  config::Sinch sinch;
  sinch.webhook_secret = {"hook"};
  network.provider = sinch;
  network.give_up = 30min;
  return network;
}

class OutageTest : public SessionTest {
 protected:
  ~OutageTest() override {
    if (session) crash();
  }
  void open_on(Network& chosen) {
    session = chosen.open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(),
                   asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr error) { EXPECT_FALSE(error); }));
    io.restart();
    settle();
  }
  // The provider answers whatever it is asked; the numbers of the calls that it took.
  void live_through(base::Clock::duration time, const base::Result<base::HttpResponse, base::HttpFailure>& answer) {
    for (base::Clock::duration passed{}; passed < time; passed += 5s) {
      pass(5s);
      for (; answered_ < client.waiting.size(); ++answered_) {
        if (answer && answer->status < 300)
          taken_.push_back(client.calls[answered_].url + client.calls[answered_].body);
        client.answer(answered_, answer);
        settle();
      }
    }
  }
  // Of the texts with that name, those that were taken, in order.
  Texts taken(const std::string& name) const {
    Texts out;
    for (const auto& request : taken_) {
      const auto found = request.find(name);
      if (found != request.npos) out.push_back(request.substr(found, name.size() + 1));
    }
    return out;
  }

  const base::HttpFailure refused{false, "connection refused"};
  const base::HttpResponse accepted{202, {}, "0: Accepted for delivery"};
  std::size_t answered_ = 0;
  Texts taken_;
};

TEST_F(OutageTest, AfterAnHourEverythingGoesOutOnceAndInOrder) {
  open();
  for (const char* text : {"first1", "first2", "first3", "first4"}) send("+15551234567", text);
  for (const char* text : {"other1", "other2"}) send("+15557654321", text);
  live_through(1h, refused);
  // At least every ten minutes; at most as often as pauses that jitter halves let it.
  EXPECT_GE(client.calls.size(), 2u * 10);
  EXPECT_LE(client.calls.size(), 2u * 22);
  const auto calls = client.calls.size();
  send("+15559998888", "third1");
  live_through(20s, base::HttpResponse{503, {{"Retry-After", "300"}}, "starting"});
  live_through(270s, accepted);
  EXPECT_TRUE(taken("third").empty()) << "Retry-After";
  live_through(10min, accepted);
  EXPECT_GT(client.calls.size(), calls);
  EXPECT_EQ(taken("first"), (Texts{"first1", "first2", "first3", "first4"}));
  EXPECT_EQ(taken("other"), (Texts{"other1", "other2"}));
  EXPECT_EQ(taken("third"), Texts{"third1"});
  EXPECT_TRUE(sink.all<Delivery>().empty());
  EXPECT_EQ(sink.all<LinkState>().size(), 1u) << "not a matter of the account";
}

TEST_F(OutageTest, ARestartInTheMiddleChangesNothing) {
  open();
  for (const char* text : {"first1", "first2", "first3"}) send("+15551234567", text);
  live_through(30min, refused);
  crash();
  open();
  live_through(30min, refused);
  live_through(11min, accepted);
  EXPECT_EQ(taken("first"), (Texts{"first1", "first2", "first3"}));
}

TEST_F(OutageTest, TheDeadlineTellsTheUserAndNothingGoesOutAfterIt) {
  Network impatient{impatient_network(), client, &server, "http://gw"};
  open_on(impatient);
  for (const char* text : {"first1", "first2"}) send("+15551234567", text);
  live_through(29min, refused);
  send("+15557654321", "other1");
  live_through(2min, refused);
  const auto told = sink.all<Delivery>();
  ASSERT_EQ(told.size(), 2u);
  EXPECT_EQ(told[0].token + ", " + told[1].token, "token first1, token first2");
  EXPECT_EQ(told[0].state, Delivery::State::failed);
  EXPECT_EQ(told[0].reason, Errc::unreachable_now);
  live_through(15min, base::HttpResponse{201, {}, R"({"id":"1"})"});
  EXPECT_TRUE(taken("first").empty());
  EXPECT_EQ(taken("other"), Texts{"other1"});
  crash();
}

TEST_F(OutageTest, WhatTheDiskDoesNotTakeIsBounded) {
  open();
  state.fails = true;
  for (int i = 0; i < 600; ++i) EXPECT_EQ(text("hello", std::to_string(i)), 503);
  EXPECT_EQ(state.count("in/"), 500u);
  EXPECT_TRUE(sink.all<Received>().empty());
  state.fails = false;
  pass(6s);
  EXPECT_EQ(sink.all<Received>().size(), 500u);
  for (int i = 0; i < 600; ++i) EXPECT_EQ(text("hello", std::to_string(i)), 200);
  EXPECT_EQ(sink.all<Received>().size(), 600u);
}

}  // namespace
}  // namespace sms

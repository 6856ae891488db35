#include "legacy/sms/session.hpp"

#include <gtest/gtest.h>

#include "legacy/sms/network.hpp"
#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using namespace std::chrono_literals;
using legacy::ChatKind;
using legacy::Delivery;
using legacy::Errc;
using legacy::LinkState;
using legacy::Outcome;
using legacy::Received;

struct FakeClient final : base::HttpClient {
  void send(base::HttpCall call, Done done) override {
    calls.push_back(std::move(call));
    waiting.push_back(std::move(done));
  }
  void answer(std::size_t index, base::Result<base::HttpResponse, base::HttpFailure> result) {
    const auto done = std::exchange(waiting.at(index), nullptr);
    done(std::move(result));
  }
  std::vector<base::HttpCall> calls;
  std::vector<Done> waiting;
};

struct FakeSink final : legacy::Sink {
  void on_event(legacy::Event event) noexcept override { events.push_back(std::move(event)); }
  template <class T>
  std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& event : events) {
      if (const auto* found = std::get_if<T>(&event)) out.push_back(*found);
    }
    return out;
  }
  std::vector<legacy::Event> events;
};

config::SmsNetwork settings() {
  config::SmsNetwork network;
  config::Kannel kannel;
  kannel.send_url = "http://kannel/sendsms";
  kannel.webhook_secret = {"s3cret"};
  network.provider = kannel;
  return network;
}

class SessionTest : public testing::Test {
 protected:
  void open(const std::string& number = "+15550001111") {
    legacy::Account account{"romeo", {{"number", number}}};
    session = network.open(account, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [this](std::exception_ptr error) {
                     ended = true;
                     EXPECT_FALSE(error);
                   }));
    io.restart();
    settle();
  }
  void settle() {
    do {
      io.restart();
      io.poll();
    } while (state.flush());
  }
  // Power off: nothing of the process is left but the disk.
  void crash() {
    state.crash();
    end.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    advance(4s);
    session.reset();
    state.crash();
    sink.events.clear();
    ended = false;
  }
  // Asio set its timerfd by the old time; a timer before all others makes it look again.
  void advance(base::Clock::duration time) {
    base::Clock::advance(time);
    base::Timer kick(io, base::Clock::time_point::min());
    kick.async_wait([](base::error_code) {});
    io.restart();
    io.poll();
  }
  void pass(base::Clock::duration time) {
    advance(time);
    settle();
  }
  Errc send(const std::string& to, const std::string& text, ChatKind kind = ChatKind::person) {
    const auto ref = ++last_ref;
    session->submit(ref, legacy::SendText{{kind, to}, text, "token " + text});
    settle();
    for (const auto& outcome : sink.all<Outcome>()) {
      if (outcome.ref == ref) return outcome.error;
    }
    ADD_FAILURE() << "no outcome";
    return Errc::internal;
  }
  int webhook(const std::string& path, const std::string& method = "GET") {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    network.on_webhook({method, "/kannel/sms/s3cret/" + path, {}, {}, "127.0.0.1"}, std::move(reply));
    settle();
    return status;
  }
  int report(std::size_t call, const std::string& rest) {
    const auto& url = client.calls.at(call).url;
    const auto id = url.substr(url.find("id%3D") + 5, url.find("%26type") - url.find("id%3D") - 5);
    return webhook("dlr?id=" + id + "&type=" + rest);
  }
  int text(const std::string& content, const std::string& id) {
    return webhook("mo?from=15551234567&to=15550001111&text=" + content + "&time=1700000000&id=" + id);
  }

  asio::io_context io{1};
  MemoryState state;
  FakeSink sink;
  FakeClient client;
  base::HttpServer server{io.get_executor(), "127.0.0.1", 0};
  Network network{settings(), client, &server, "http://gw"};
  asio::cancellation_signal end;
  std::unique_ptr<legacy::Session> session;
  legacy::Ref last_ref = 0;
  bool ended = false;
};

TEST_F(SessionTest, IsOnlineAtTheStart) {
  open();
  const auto links = sink.all<LinkState>();
  ASSERT_EQ(links.size(), 1u);
  EXPECT_EQ(links[0].link, LinkState::Link::online);
}

TEST_F(SessionTest, RefusesWhatCantBeSent) {
  open();
  const struct {
    const char* to;
    std::string text;
    ChatKind kind;
    Errc expected;
  } cases[] = {
      {"+15551234567", "", ChatKind::person, Errc::bad_request},
      {"+15551234567", std::string(1530, 'a'), ChatKind::person, Errc::none},
      {"+15551234567", std::string(1531, 'a'), ChatKind::person, Errc::too_long},
      {"112", "help", ChatKind::person, Errc::emergency_number},
      {"MyBank", "x", ChatKind::person, Errc::unsupported},
      {"12", "x", ChatKind::person, Errc::bad_address},
      {"+15551234567", "x", ChatKind::room, Errc::unsupported},
      {"sms", "x", ChatKind::network, Errc::unsupported},
  };
  for (const auto& c : cases) EXPECT_EQ(send(c.to, c.text, c.kind), c.expected) << c.to;
  session->submit(900, legacy::Join{});
  session->submit(901, legacy::Taken{"out/unknown/delivered"});
  const auto outcomes = sink.all<Outcome>();
  EXPECT_EQ(outcomes.at(outcomes.size() - 2).error, Errc::unsupported);
  EXPECT_EQ(outcomes.back().error, Errc::none);
}

TEST_F(SessionTest, WithoutANumberOfOurOwnNothingIsSent) {
  for (const char* number : {"", "MyBank", "112", "12"}) {
    open(number);
    EXPECT_EQ(send("+15551234567", "x"), Errc::needs_registration) << number;
    EXPECT_EQ(sink.all<LinkState>().back().link, LinkState::Link::stopped);
    crash();
  }
  EXPECT_TRUE(client.calls.empty());
}

TEST_F(SessionTest, OutcomeOnlyOnceItIsOnDisk) {
  open();
  session->submit(1, legacy::SendText{{ChatKind::person, "+15551234567"}, "/me waves", "t"});
  io.poll();
  EXPECT_TRUE(sink.all<Outcome>().empty());
  EXPECT_TRUE(client.calls.empty());
  settle();
  ASSERT_EQ(sink.all<Outcome>().size(), 1u);
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].url.find("text=%2Fme%20waves"), std::string::npos);
}

TEST_F(SessionTest, WhatCouldNotBeWrittenIsRefusedAndForgotten) {
  open();
  state.fails = true;
  EXPECT_EQ(send("+15551234567", "x"), Errc::storage_failed);
  state.fails = false;
  pass(10s);
  EXPECT_TRUE(client.calls.empty());
  EXPECT_TRUE(state.disk.empty());
}

TEST_F(SessionTest, DeliveredIsToldOnceItIsOnDisk) {
  open();
  send("+15551234567", "x");
  client.answer(0, base::HttpResponse{202, {}, "0: Accepted for delivery"});
  settle();
  EXPECT_EQ(report(0, "8&reply=ACK/"), 200);
  EXPECT_TRUE(sink.all<Delivery>().empty());
  state.fails = true;
  EXPECT_EQ(report(0, "1"), 503);
  EXPECT_TRUE(sink.all<Delivery>().empty());
  state.fails = false;
  EXPECT_EQ(report(0, "1"), 200);
  const auto told = sink.all<Delivery>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, Delivery::State::delivered);
  EXPECT_EQ(told[0].token, "token x");
  EXPECT_EQ(report(0, "2"), 200);
  EXPECT_EQ(sink.all<Delivery>().size(), 1u);
  session->submit(77, legacy::Taken{told[0].key});
  settle();
  crash();
  open();
  EXPECT_TRUE(sink.all<Delivery>().empty());
  EXPECT_EQ(report(0, "1"), 200);
  EXPECT_TRUE(sink.all<Delivery>().empty());
}

TEST_F(SessionTest, FailureHasTheProvidersWords) {
  open();
  send("+15551234567", "x");
  client.answer(0, base::HttpResponse{202, {}, ""});
  EXPECT_EQ(report(0, "16&reply=NACK%2FERR+bad"), 200);
  const auto told = sink.all<Delivery>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, Delivery::State::failed);
  EXPECT_EQ(told[0].reason, Errc::undeliverable);
  EXPECT_EQ(told[0].text, "ERR bad");
}

TEST_F(SessionTest, NotSentIsRepeatedAndNotAnsweredIsNot) {
  open();
  send("+15551234567", "x");
  client.answer(0, base::HttpFailure{false, "connection refused"});
  settle();
  pass(6s);
  ASSERT_EQ(client.calls.size(), 2u);
  client.answer(1, base::HttpFailure{true, "timeout"});
  settle();
  pass(299s);
  EXPECT_TRUE(sink.all<Delivery>().empty());
  pass(2s);
  EXPECT_EQ(client.calls.size(), 2u);
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(sink.all<Delivery>()[0].state, Delivery::State::uncertain);
}

TEST_F(SessionTest, StoppedAccountTellsTheUserOnceAndComesBack) {
  open();
  send("+15551234567", "a"), send("+15551234568", "b");
  client.answer(0, base::HttpResponse{403, {}, "Authorization failed for sendsms"});
  client.answer(1, base::HttpResponse{403, {}, "Authorization failed for sendsms"});
  settle();
  ASSERT_EQ(sink.all<LinkState>().size(), 2u);
  EXPECT_EQ(sink.all<LinkState>()[1].link, LinkState::Link::stopped);
  EXPECT_EQ(sink.all<LinkState>()[1].reason, Errc::rejected_login);
  EXPECT_TRUE(sink.all<Delivery>().empty());
  pass(301s);
  ASSERT_EQ(client.calls.size(), 3u);
  client.answer(2, base::HttpResponse{202, {}, ""});
  settle();
  EXPECT_EQ(client.calls.size(), 4u);
  EXPECT_EQ(sink.all<LinkState>().back().link, LinkState::Link::online);
}

TEST_F(SessionTest, ConcurrencyIsTheNetworks) {
  open();
  FakeSink other_sink;
  MemoryState other_state;
  auto other = network.open({"juliet", {{"number", "+15550002222"}}}, {io.get_executor(), other_sink, other_state});
  asio::co_spawn(io, other->run(), asio::detached);
  for (int i = 0; i < 6; ++i) send("+1555123456" + std::to_string(i), "x");
  other->submit(1, legacy::SendText{{ChatKind::person, "+15551234567"}, "y", "t"});
  settle(), other_state.flush(), settle();
  EXPECT_EQ(client.calls.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) {
    client.answer(i, base::HttpResponse{202, {}, ""});
    settle(), other_state.flush(), settle();
  }
  EXPECT_EQ(client.calls.size(), 7u);
  other->submit(2, legacy::Close{});
  client.answer(4, base::HttpResponse{202, {}, ""});
  client.answer(5, base::HttpResponse{202, {}, ""});
  client.answer(6, base::HttpResponse{202, {}, ""});
  settle();
}

// A crash after every step of a message's life: it goes out once, or its sender hears that nobody knows.
TEST_F(SessionTest, ACrashAtAnyStepLosesAndDoublesNothing) {
  for (int step = 0; step < 6; ++step) {
    SCOPED_TRACE(step);
    state.live.clear(), state.disk.clear();
    client.calls.clear(), client.waiting.clear();
    open();
    session->submit(1, legacy::SendText{{ChatKind::person, "+15551234567"}, "x", "t"});
    bool is_accepted = false;
    if (step >= 1) {
      const auto commits = std::exchange(state.waiting, {});
      state.disk = state.live;
      if (step >= 2) {
        for (const auto& done : commits) done(true);
        is_accepted = !sink.all<Outcome>().empty();
      }
    }
    if (step >= 3) settle();
    if (step >= 4) client.answer(0, base::HttpResponse{202, {}, ""});
    if (step >= 5) {
      settle();
      report(0, "1");
    }
    EXPECT_EQ(is_accepted, step >= 2);
    crash();
    open();
    pass(301s);
    const auto told = sink.all<Delivery>();
    if (step == 0) {
      EXPECT_EQ(client.calls.size(), 0u) << "never accepted, nothing on disk";
    } else {
      EXPECT_EQ(client.calls.size(), 1u);
    }
    if (step == 3 || step == 4) {
      ASSERT_EQ(told.size(), 1u);
      EXPECT_EQ(told[0].state, Delivery::State::uncertain);
    } else if (step == 5) {
      ASSERT_EQ(told.size(), 1u);
      EXPECT_EQ(told[0].state, Delivery::State::delivered);
    } else {
      EXPECT_TRUE(told.empty());
    }
    crash();
  }
}

TEST_F(SessionTest, TakesATextOnceAndOnlyWhenItIsOnDisk) {
  open();
  state.fails = true;
  EXPECT_EQ(text("hello", "1"), 503);
  EXPECT_TRUE(sink.all<Received>().empty());
  state.fails = false;
  EXPECT_EQ(text("hello", "1"), 200);
  EXPECT_EQ(text("hello", "1"), 200);
  EXPECT_EQ(text("again", "2"), 200);
  const auto got = sink.all<Received>();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].chat, (legacy::Chat{ChatKind::person, "+15551234567"}));
  EXPECT_EQ(got[0].text, "hello");
  EXPECT_EQ(got[0].when, base::WallTime::clock::from_time_t(1700000000));
  EXPECT_EQ(got[1].text, "again");
}

TEST_F(SessionTest, ARepeatThatComesWhileTheFirstIsBeingWrittenWaitsToo) {
  open();
  std::vector<int> statuses;
  for (int i = 0; i < 2; ++i) {
    network.on_webhook({"GET", "/kannel/sms/s3cret/mo?from=15551234567&to=15550001111&text=x&id=1", {}, {}, ""},
                       base::HttpReply([&](const base::HttpResponse& r) { statuses.push_back(r.status); }));
  }
  EXPECT_TRUE(statuses.empty());
  settle();
  EXPECT_EQ(statuses, (std::vector{200, 200}));
  EXPECT_EQ(sink.all<Received>().size(), 1u);
}

TEST_F(SessionTest, TextsAreToldAgainAfterARestartUntilTaken) {
  open();
  text("one", "1"), text("two", "2");
  crash();
  open();
  auto got = sink.all<Received>();
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].text, "one");
  EXPECT_EQ(got[1].text, "two");
  EXPECT_TRUE(got[0].when);
  session->submit(1, legacy::Taken{got[0].key});
  settle();
  EXPECT_EQ(text("one", "1"), 200);
  crash();
  open();
  got = sink.all<Received>();
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].text, "two");
}

TEST_F(SessionTest, WithoutIdsTheContentAndTimeTellRepeats) {
  open();
  const std::string base = "mo?from=15551234567&to=15550001111&text=ok";
  EXPECT_EQ(webhook(base + "&time=1700000000"), 200);
  EXPECT_EQ(webhook(base + "&time=1700000000"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_EQ(webhook(base + "&time=1700000001"), 200);
  EXPECT_EQ(sink.all<Received>().size(), 2u);
  EXPECT_EQ(webhook(base), 200);
  EXPECT_EQ(webhook(base), 200);
  EXPECT_EQ(sink.all<Received>().size(), 4u);
}

TEST_F(SessionTest, TracesOfTextsExpire) {
  open();
  text("one", "1");
  EXPECT_EQ(state.count("seen/"), 1u);
  pass(8 * 24h);
  pass(2h);
  EXPECT_EQ(state.count("seen/"), 0u);
}

TEST_F(SessionTest, WebhooksForStrangers) {
  open();
  EXPECT_EQ(webhook("mo?from=15551234567&to=15559999999&text=x"), 404);
  EXPECT_EQ(webhook("dlr?id=ffff.x&type=1"), 404);
  EXPECT_EQ(webhook("dlr?id=" + static_cast<Session&>(*session).tag() + ".unknown&type=1"), 200);
}

TEST_F(SessionTest, ANumberHasOneOwner) {
  open();
  FakeSink other_sink;
  MemoryState other_state;
  const legacy::Account thief{"mallory", {{"number", "+1 555 000 1111"}}};
  EXPECT_NE(network.check(thief), "");
  {
    auto other = network.open(thief, {io.get_executor(), other_sink, other_state});
    other->submit(1, legacy::SendText{{ChatKind::person, "+15551234567"}, "x", "t"});
    EXPECT_EQ(other_sink.all<Outcome>().at(0).error, Errc::not_allowed);
  }
  text("hello", "1");
  EXPECT_EQ(sink.all<Received>().size(), 1u);
  EXPECT_TRUE(other_state.live.empty());
}

TEST_F(SessionTest, CloseWaitsForRequestsUnderWay) {
  open();
  send("+15551234567", "x");
  session->submit(50, legacy::Close{});
  settle();
  EXPECT_FALSE(ended);
  EXPECT_EQ(send("+15551234567", "y"), Errc::disconnected);
  client.answer(0, base::HttpResponse{202, {}, ""});
  settle();
  EXPECT_TRUE(ended);
}

TEST_F(SessionTest, CancellationEndsARunInThreeSecondsAtMost) {
  open();
  send("+15551234567", "x");
  end.emit(asio::cancellation_type::terminal);
  settle();
  EXPECT_FALSE(ended);
  pass(3s);
  EXPECT_TRUE(ended);
  session.reset();
  client.answer(0, base::HttpResponse{202, {}, ""});
}

TEST_F(SessionTest, EveryRequestHasAnOutcomeAlsoAtTheEnd) {
  open();
  session->submit(60, legacy::SendText{{ChatKind::person, "+15551234567"}, "x", "t"});
  end.emit(asio::cancellation_type::terminal);
  io.poll();
  session.reset();
  ASSERT_EQ(sink.all<Outcome>().size(), 1u);
  EXPECT_EQ(sink.all<Outcome>()[0].error, Errc::disconnected);
  EXPECT_EQ(state.count("out/"), 0u);
  state.flush();
}

TEST_F(SessionTest, ChecksRegistrations) {
  const struct {
    const char* number;
    bool is_good;
  } cases[] = {{"+15550001111", true}, {"72975", true}, {"", false}, {"MyBank", false}, {"112", false}, {"0123", true}};
  for (const auto& c : cases) {
    EXPECT_EQ(network.check({"u", {{"number", c.number}}}).empty(), c.is_good) << c.number;
  }
  EXPECT_EQ(network.parse("+1 (555) 123-4567")->id, "+15551234567");
  EXPECT_EQ(network.parse("112").error(), Errc::emergency_number);
}

}  // namespace
}  // namespace sms

#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

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
      {"12", "x", ChatKind::person, Errc::bad_number},
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

TEST_F(SessionTest, CloseWaitsForTheDisk) {
  open();
  session->submit(1, legacy::SendText{{ChatKind::person, "+15551234567"}, "x", "t"});
  session->submit(50, legacy::Close{});
  io.poll();
  EXPECT_FALSE(ended);
  settle();
  EXPECT_TRUE(ended);
  const auto outcomes = sink.all<Outcome>();
  ASSERT_EQ(outcomes.size(), 2u);
  EXPECT_EQ(outcomes[1].ref, 1u);
  EXPECT_EQ(outcomes[1].error, Errc::none);
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

TEST_F(SessionTest, AdminsHearOnceThatTheAccountIsRefused) {
  std::vector<std::string> alarms;
  network.set_alarm([&](std::string text) { alarms.push_back(std::move(text)); });
  open();
  send("+15551234567", "one"), send("+15551234568", "two");
  client.answer(0, base::HttpResponse{403, {}, "Authorization failed"});
  client.answer(1, base::HttpResponse{403, {}, "Authorization failed"});
  settle();
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0], "sms: the provider refuses our account, and no texts go out: Authorization failed");
  const auto links = sink.all<LinkState>();
  EXPECT_EQ(std::count_if(links.begin(), links.end(), [](const auto& l) { return l.link == LinkState::Link::stopped; }),
            1);
  pass(301s);
  ASSERT_EQ(client.calls.size(), 3u);
  client.answer(2, base::HttpResponse{202, {}, "0: Accepted for delivery"});
  settle();
  ASSERT_EQ(alarms.size(), 2u);
  EXPECT_EQ(alarms[1], "sms: the provider takes our texts again.");
}

}  // namespace
}  // namespace sms

// Codes that prove whose a number is: past the queue, in the gateway's name.
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

class CodeTest : public SessionTest {
 protected:
  void open_service() {
    session =
        network.open(legacy::Account{"sms.x", {{"number", "+15550001111"}}, true}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), asio::detached));
    settle();
  }
  legacy::Ref ask(const std::string& to) {
    session->submit(++last_ref, legacy::SendCode{{ChatKind::person, to}, "123456 is your code", "romeo"});
    settle();
    return last_ref;
  }
  std::optional<Outcome> outcome() const {
    const auto all = sink.all<Outcome>();
    return all.empty() ? std::nullopt : std::optional{all.back()};
  }
};

TEST_F(CodeTest, GoesOutAtOnceAndLeavesNothingBehind) {
  open_service();
  ask("+1 555 123 4567");
  ASSERT_EQ(client.calls.size(), 1U);
  EXPECT_NE(client.calls[0].url.find("to=%2B15551234567"), std::string::npos) << client.calls[0].url;
  EXPECT_FALSE(outcome());
  client.answer(0, base::HttpResponse{202, {}, "0: Accepted for delivery"});
  settle();
  ASSERT_TRUE(outcome());
  EXPECT_EQ(outcome()->error, Errc::none);
  for (const auto& [key, value] : state.list("")) EXPECT_EQ(value.find("123456"), std::string::npos) << key;
}

TEST_F(CodeTest, WhatTheProviderRefusesIsSaid) {
  open_service();
  ask("+15551234567");
  client.answer(0, base::HttpResponse{400, {}, "no such number"});
  settle();
  ASSERT_TRUE(outcome());
  EXPECT_EQ(outcome()->error, Errc::provider_refused);
  EXPECT_EQ(outcome()->text, "no such number");
}

TEST_F(CodeTest, IsTakenForSentWhenNobodyKnows) {
  open_service();
  ask("+15551234567");
  client.answer(0, base::HttpFailure{true, "timeout"});
  ask("+15551234567");
  client.answer(1, base::HttpFailure{false, "no connection"});
  settle();
  const auto all = sink.all<Outcome>();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].error, Errc::none);
  EXPECT_EQ(all[1].error, Errc::busy);
}

TEST_F(CodeTest, DestinationsHoldForItToo) {
  open_service();
  for (const char* to : {"+442071838750", "911", "Bank", "nonsense+"}) {
    ask(to);
    ASSERT_TRUE(outcome()) << to;
    EXPECT_NE(outcome()->error, Errc::none) << to;
  }
  EXPECT_TRUE(client.calls.empty());
}

TEST_F(CodeTest, EndsInAnOutcomeWhenTheSessionEnds) {
  open_service();
  const auto ref = ask("+15551234567");
  session.reset();
  ASSERT_TRUE(outcome());
  EXPECT_EQ(outcome()->ref, ref);
  EXPECT_EQ(outcome()->error, Errc::disconnected);
}

TEST_F(CodeTest, StopAndStartAreHeeded) {
  open_service();
  EXPECT_EQ(text("STOP", "m1"), 200);
  ask("+15551234567");
  ASSERT_TRUE(outcome());
  EXPECT_EQ(outcome()->error, Errc::opted_out);
  EXPECT_EQ(text("start", "m2"), 200);
  ask("+15551234567");
  EXPECT_EQ(client.calls.size(), 1U);
}

TEST_F(CodeTest, WaitsForNobodyElse) {
  open_service();
  for (int i = 0; i < 4; ++i) ask("+1555123456" + std::to_string(i));
  EXPECT_FALSE(outcome());
  ask("+15551234569");
  ASSERT_TRUE(outcome());
  EXPECT_EQ(outcome()->error, Errc::busy);
}

// It may be given out as well.
TEST_F(CodeTest, TheNumberItIsSentFromIsNotTaken) {
  open_service();
  EXPECT_EQ(network.check(legacy::Account{"juliet", {{"number", "+15550001111"}}}), "");
  EXPECT_EQ(text("hello", "m1"), 503) << "nothing that comes in is for it";
}

}  // namespace
}  // namespace sms

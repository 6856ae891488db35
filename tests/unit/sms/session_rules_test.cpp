// What the operator's rules and the recipients' wishes do to a user's texts.
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

class RulesTest : public SessionTest {
 protected:
  RulesTest() {
    strict.set_alarm([this](std::string text) { alarms.push_back(std::move(text)); });
    network.set_alarm([this](std::string text) { alarms.push_back(std::move(text)); });
  }
  static config::SmsNetwork strict_settings() {
    auto out = settings();
    out.name = "strict";
    out.rules.user_limits[1].messages = 3;
    out.rules.same_text_numbers = 2;
    out.rules.transliterate = config::Transliterate::punctuation;
    out.rules.stop_words = config::StopWords::all;
    out.rules.stop_reply = "You get no more texts.";
    out.rules.most_segments = 20;
    out.rules.help_reply = "This is Romeo. STOP ends it.";
    return out;
  }
  void open_strict() {
    session = strict.open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
    settle();
  }
  void TearDown() override {
    end.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    advance(4s);
    session.reset();
  }
  int call_strict(const std::string& path) {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    strict.on_webhook({"GET", "/kannel/strict/s3cret/" + path, {}, {}, "127.0.0.1"}, std::move(reply));
    settle();
    return status;
  }
  int text_strict(const std::string& content, const std::string& id) {
    return call_strict("mo?from=15551234567&to=15550001111&text=" + content + "&id=" + id);
  }
  int report_strict(std::size_t call, const std::string& rest) {
    const auto& url = client.calls.at(call).url;
    const auto id = url.substr(url.find("id%3D") + 5, url.find("%26type") - url.find("id%3D") - 5);
    return call_strict("dlr?id=" + id + "&type=" + rest);
  }
  Errc lift(const std::string& who, bool by_admin = false) {
    session->submit(++last_ref, legacy::LiftStop{{ChatKind::person, who}, by_admin});
    settle();
    return sink.all<Outcome>().back().error;
  }
  legacy::State& records() { return *strict_records; }
  void accept(std::size_t call) {
    client.answer(call, base::HttpResponse{202, {}, "0: Accepted for delivery"});
    settle();
  }
  std::string last_words() const { return sink.all<Outcome>().back().text; }
  std::vector<std::string> said_to_user() const {
    std::vector<std::string> out;
    for (const auto& received : sink.all<Received>()) {
      if (received.chat.kind == ChatKind::network) out.push_back(received.text);
    }
    return out;
  }

  MemoryState* strict_records = new MemoryState;  // strict has it
  Network strict{strict_settings(), client, &server, "http://gw", std::unique_ptr<legacy::State>(strict_records)};
  std::vector<std::string> alarms;
};

TEST_F(RulesTest, ADestinationThatIsNotAllowedIsRefusedInWords) {
  open();
  EXPECT_EQ(send("+4915112345678", "x"), Errc::not_allowed);
  EXPECT_NE(last_words().find("+1 only"), std::string::npos) << last_words();
  EXPECT_EQ(send("MyBank", "x"), Errc::unsupported);
  EXPECT_NE(last_words().find("can't be replied to"), std::string::npos);
}

TEST_F(RulesTest, ALimitIsToldWithItsEndAndSurvivesTheSession) {
  open_strict();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send("+15551234567", "x" + std::to_string(i)), Errc::none);
  EXPECT_EQ(send("+15551234567", "x3"), Errc::busy);
  EXPECT_NE(last_words().find("3 messages in a day, which ends at "), std::string::npos) << last_words();
  TearDown();
  sink.events.clear();
  open_strict();
  EXPECT_EQ(send("+15551234567", "x4"), Errc::busy);
  pass(24h);
  EXPECT_EQ(send("+15551234567", "x5"), Errc::none);
}

TEST_F(RulesTest, WhatCouldNotBeStoredDoesNotCount) {
  open_strict();
  state.fails = true;
  for (int i = 0; i < 4; ++i) EXPECT_EQ(send("+15551234567", "x"), Errc::storage_failed);
  state.fails = false;
  EXPECT_EQ(send("+15551234567", "x"), Errc::none);
}

TEST_F(RulesTest, TwoEqualTextsWithinSecondsAreBothSent) {
  open();
  EXPECT_EQ(send("+15551234567", "ok"), Errc::none);
  client.answer(0, base::HttpResponse{202, {}, "0"});
  EXPECT_EQ(send("+15551234567", "ok"), Errc::none);
  EXPECT_EQ(client.calls.size(), 2u);
}

TEST_F(RulesTest, OneTextToManyNumbersIsThrottledAndReportedOnce) {
  open_strict();
  EXPECT_EQ(send("+15551234561", "buy"), Errc::none);
  EXPECT_EQ(send("+15551234562", "buy"), Errc::none);
  EXPECT_EQ(send("+15551234563", "buy"), Errc::too_fast);
  EXPECT_EQ(send("+15551234564", "buy"), Errc::too_fast);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_NE(alarms[0].find("romeo"), std::string::npos);
  EXPECT_EQ(alarms[0].find("buy"), std::string::npos);
}

TEST_F(RulesTest, StopHoldsTextsBackUntilStart) {
  open_strict();
  EXPECT_EQ(text_strict("Stop", "1"), 200);
  EXPECT_EQ(sink.all<Received>().front().text, "Stop");
  ASSERT_EQ(said_to_user().size(), 1u);
  EXPECT_NE(said_to_user()[0].find("+15551234567"), std::string::npos);
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].url.find("You%20get%20no%20more"), std::string::npos);
  EXPECT_EQ(send("+15551234567", "x"), Errc::opted_out);
  EXPECT_EQ(send("+1 (555) 123-4567", "x"), Errc::opted_out);
  EXPECT_EQ(send("+15551234568", "x"), Errc::none);
  text_strict("STOP", "2");
  EXPECT_EQ(said_to_user().size(), 1u);
  text_strict("yes", "3");
  EXPECT_EQ(said_to_user().size(), 2u);
  EXPECT_EQ(send("+15551234567", "y"), Errc::none);
  text_strict("yes", "4");
  EXPECT_EQ(said_to_user().size(), 2u);
}

TEST_F(RulesTest, StopEndsWhatWaits) {
  open_strict();
  EXPECT_EQ(send("+15551234567", "on its way"), Errc::none);
  EXPECT_EQ(send("+15551234567", "behind it"), Errc::none);
  ASSERT_EQ(client.calls.size(), 1u);
  text_strict("STOP", "1");
  accept(0);
  const auto deliveries = sink.all<legacy::Delivery>();
  ASSERT_EQ(deliveries.size(), 1u);
  EXPECT_EQ(deliveries[0].reason, Errc::opted_out);
  ASSERT_EQ(client.calls.size(), 2u);
  EXPECT_NE(client.calls[1].url.find("You%20get%20no%20more"), std::string::npos);
}

// Whoever changes their mind all the time, or has no allowed number, costs nothing.
TEST_F(RulesTest, RepliesAreFewAndGoOnlyWhereTextsMay) {
  open_strict();
  for (int i = 0; i < 3; ++i)
    text_strict("STOP", std::to_string(2 * i)), text_strict("START", std::to_string(2 * i + 1));
  EXPECT_EQ(client.calls.size(), 1u);
  call_strict("mo?from=881612345678&to=15550001111&text=HELP&id=x");
  EXPECT_EQ(client.calls.size(), 1u);
}

TEST_F(RulesTest, HelpIsAnsweredOnceAnHour) {
  open_strict();
  text_strict("HELP", "1"), text_strict("help", "2");
  EXPECT_EQ(client.calls.size(), 1u);
  client.answer(0, base::HttpResponse{202, {}, "0"});
  settle();
  pass(61min);
  text_strict("help", "3");
  EXPECT_EQ(client.calls.size(), 2u);
  EXPECT_TRUE(said_to_user().empty());
}

// Of a provider that heeds no STOP a friend's "Quit!" is a word like any other.
TEST_F(RulesTest, WithoutAProviderThatHeedsThemWordsAreWords) {
  open();
  text("STOP", "1"), text("HELP", "2"), text("cancel", "3");
  EXPECT_TRUE(said_to_user().empty());
  EXPECT_EQ(send("+15551234567", "x"), Errc::none);
}

TEST_F(RulesTest, WhatOnlyWeHoldTheUserLifts) {
  open_strict();
  text_strict("opt-out", "1");
  ASSERT_EQ(said_to_user().size(), 1u);
  EXPECT_NE(said_to_user()[0].find("lift +15551234567"), std::string::npos) << said_to_user()[0];
  EXPECT_EQ(send("+15551234567", "x"), Errc::opted_out);
  EXPECT_NE(last_words().find("lift +15551234567"), std::string::npos) << last_words();
  EXPECT_EQ(lift("+15559999999"), Errc::not_found);
  EXPECT_EQ(lift("+1 555 123 4567"), Errc::none);
  EXPECT_EQ(send("+15551234567", "x"), Errc::none);
}

TEST_F(RulesTest, WhatTheProviderHoldsOnlyTheOtherSideLifts) {
  open_strict();
  send("+15551234567", "x");
  OptOuts outs(records());
  outs.stop("+15550001111", "+15551234567", wall_now(), true);
  EXPECT_EQ(lift("+15551234567"), Errc::opted_out);
  EXPECT_EQ(lift("+15551234567", true), Errc::none);
}

TEST_F(RulesTest, BlanksAreNotSent) {
  open();
  for (const char* text : {" ", "\n\t ", "\u200B\u00A0", "\uFEFF"})
    EXPECT_EQ(send("+15551234567", text), Errc::bad_request);
  EXPECT_TRUE(client.calls.empty());
}

TEST_F(RulesTest, WhoIsAskedByAShortCodeMayAnswerIt) {
  config::SmsNetwork careful = settings();
  careful.name = "careful";
  careful.rules.short_codes = config::ShortCodes::answers;
  Network other(careful, client, nullptr, "");
  session = other.open({"romeo", {{"number", "+15550001111"}}}, {io.get_executor(), sink, state});
  asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
  settle();
  EXPECT_EQ(send("72975", "x"), Errc::not_allowed);
  base::HttpReply reply([](const base::HttpResponse&) {});
  other.on_webhook({"GET", "/kannel/careful/s3cret/mo?from=%2B72975&to=15550001111&text=hi&id=1", {}, {}, "::1"},
                   std::move(reply));
  settle();
  EXPECT_EQ(sink.all<Received>().back().chat.id, "72975");
  EXPECT_EQ(send("72975", "x"), Errc::none);
  end.emit(asio::cancellation_type::terminal);
  io.restart();
  io.poll();
  advance(4s);
  session.reset();
}

std::string sentence() {
  std::string out;
  for (int i = 0; i < 300; ++i) out += "river ";
  return out;
}

TEST_F(RulesTest, ALongTextGoesInPiecesAndHasOneFate) {
  open_strict();
  EXPECT_EQ(send("+15551234567", sentence()), Errc::none);
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].url.find("text=%281%2F2%29%20river"), std::string::npos) << client.calls[0].url;
  accept(0);
  ASSERT_EQ(client.calls.size(), 2u);
  EXPECT_NE(client.calls[1].url.find("text=%282%2F2%29%20river"), std::string::npos);
  accept(1);
  report_strict(1, "1");
  EXPECT_TRUE(sink.all<Delivery>().empty());
  report_strict(0, "1");
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  const auto told = sink.all<Delivery>()[0];
  EXPECT_EQ(told.state, Delivery::State::delivered);
  EXPECT_EQ(told.token, "token " + sentence());
  session->submit(70, legacy::Taken{told.key});
  settle();
  EXPECT_EQ(state.count("many/") + state.count("out/"), 0u);
}

TEST_F(RulesTest, OnePieceThatFailedIsOneErrorAlsoAfterARestart) {
  open_strict();
  EXPECT_EQ(send("+15551234567", sentence()), Errc::none);
  accept(0), accept(1);
  report_strict(0, "2&reply=NACK/gone");
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(sink.all<Delivery>()[0].state, Delivery::State::failed);
  EXPECT_EQ(sink.all<Delivery>()[0].text, "part 1 of 2: gone");
  crash();
  open_strict();
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  session->submit(71, legacy::Taken{sink.all<Delivery>()[0].key});
  settle();
  report_strict(1, "2&reply=NACK/gone");
  EXPECT_EQ(sink.all<Delivery>().size(), 1u);
}

TEST_F(RulesTest, PiecesThatCouldNotBeStoredLeaveNothing) {
  open_strict();
  state.fails = true;
  EXPECT_EQ(send("+15551234567", sentence()), Errc::storage_failed);
  state.fails = false;
  pass(10s);
  EXPECT_TRUE(client.calls.empty());
  EXPECT_EQ(state.count("many/") + state.count("out/"), 0u);
}

TEST_F(RulesTest, QuotesAreMadePlainBeforeSending) {
  open_strict();
  EXPECT_EQ(send("+15551234567", "it’s"), Errc::none);
  EXPECT_NE(client.calls.at(0).url.find("text=it%27s&"), std::string::npos) << client.calls[0].url;
}

TEST_F(RulesTest, TextsForNumbersOfNobodyAreToldToTheAdminsOnceAnHour) {
  open();
  const std::string call = "mo?from=15551234567&to=15559999999&text=secret&id=";
  for (int i = 0; i < 3; ++i) EXPECT_EQ(webhook(call + std::to_string(i)), 503);
  ASSERT_EQ(alarms.size(), 1u);
  EXPECT_EQ(alarms[0].find("15559999999"), std::string::npos);
  EXPECT_EQ(alarms[0].find("secret"), std::string::npos);
  EXPECT_NE(alarms[0].find("**********99"), std::string::npos) << alarms[0];
  pass(1h);
  webhook(call + "4");
  EXPECT_EQ(alarms.size(), 2u);
}

TEST_F(RulesTest, AsksWhatIsUsedAndWhatATextTakes) {
  open_strict();
  send("+15551234567", "x");
  session->submit(50, legacy::Query{{}, legacy::Query::Kind::usage, {}});
  session->submit(51, legacy::Query{{ChatKind::person, "+15551234567"}, legacy::Query::Kind::cost, "Привет"});
  session->submit(52, legacy::Query{{ChatKind::person, "+15551234567"}, legacy::Query::Kind::ping, {}});
  settle();
  const auto answers = sink.all<legacy::Answer>();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_NE(answers[0].text.find("this day: 1 of 3 messages"), std::string::npos) << answers[0].text;
  EXPECT_EQ(answers[1].text, "1 message, 1 segment (UCS-2)");
  EXPECT_EQ(sink.all<Outcome>().back().error, Errc::unsupported);
}

}  // namespace
}  // namespace sms

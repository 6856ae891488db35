// Numbers that their users prove to be theirs by a texted code.
#include "tests/unit/mapping/accounts_fixture.hpp"

namespace mapping {
namespace {

class ClaimedTest : public AccountsTest {
 protected:
  ClaimedTest() { reopen(Assign::claim, {"+15550009999"}); }
  // What the gateway sends to the number; the played network takes it.
  std::string code_sent(legacy::Errc error = legacy::Errc::none) {
    for (int turn = 0; turn < 300 && !is_code_under_way(); ++turn) {
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    if (!is_code_under_way()) return "none";
    const auto [ref, request] = wire_.requests.back();
    const auto code = std::get<legacy::SendCode>(request);
    sent_to_ = code.to.id;
    wire_.requests.clear();
    event(legacy::Outcome{ref, error, error == legacy::Errc::none ? "" : "words of the provider"});
    return code.text.substr(0, 6);
  }
  bool is_code_under_way() const {
    return !wire_.requests.empty() && std::holds_alternative<legacy::SendCode>(wire_.requests.back().second);
  }
  void claim(const std::string& user, const std::string& phone) {
    receive("<iq type='set' id='r' from='" + user + "/a' to='sms.x'><query xmlns='jabber:iq:register'><phone>" + phone +
            "</phone></query></iq>");
  }
  std::string say(const std::string& user, const std::string& text) {
    receive("<message type='chat' id='m' from='" + user + "/a' to='sms.x'><body>" + text + "</body></message>");
    return take("message", user + "/a");
  }
  std::string claimed(const std::string& user, const std::string& phone) {
    claim(user, phone);
    const std::string code = code_sent();
    EXPECT_NE(take("iq", user).find("type='result'"), std::string::npos);
    EXPECT_NE(take("message", user).find("A code was sent to"), std::string::npos);
    return code;
  }
  static std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }
  std::string sent_to_;
};

TEST_F(ClaimedTest, ANumberIsActiveOnceItsCodeIsTold) {
  const std::string code = claimed("al@x", "+1 555 000 1111");
  EXPECT_EQ(sent_to_, "+15550001111");
  EXPECT_EQ(number_of("al@x"), "none");
  receive(hello);
  EXPECT_NE(take("message", "al@x").find("<registration-required"), std::string::npos) << "it can't send";
  EXPECT_NE(say("al@x", code.substr(0, 3) + " " + code.substr(3)).find("+15550001111 is your number now."),
            std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111");
  EXPECT_NE(take("presence", "al@x").find("subscribe"), std::string::npos);
}

TEST_F(ClaimedTest, TheCodeMayBeEnteredByCommand) {
  const std::string code = claimed("al@x", "+15550001111");
  EXPECT_NE(run("al@x", "verify-number", {{"code", "what?"}}).find("six digits"), std::string::npos);
  EXPECT_NE(run("al@x", "verify-number", {{"code", other_than(code)}}).find("4 more times"), std::string::npos);
  EXPECT_NE(run("al@x", "verify-number", {{"code", code}}).find("is your number now"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111");
}

TEST_F(ClaimedTest, FiveWrongCodesEndIt) {
  const std::string code = claimed("al@x", "+15550001111");
  for (int i = 0; i < 5; ++i) EXPECT_NE(say("al@x", other_than(code)).find("not the code"), std::string::npos);
  EXPECT_NE(say("al@x", code).find("too many wrong codes"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "none");
}

TEST_F(ClaimedTest, TenMinutesAndARestart) {
  const std::string code = claimed("al@x", "+15550001111");
  reopen(Assign::claim, {"+15550009999"});
  const std::string mine = claimed("bo@x", "+15550002222");
  base::Clock::advance(9min);
  EXPECT_NE(say("al@x", code).find("is your number now"), std::string::npos);
  base::Clock::advance(1min);
  EXPECT_NE(say("bo@x", mine).find("too old"), std::string::npos);
}

TEST_F(ClaimedTest, ThreeCodesAnHour) {
  for (int i = 0; i < 3; ++i) claimed("al@x", "+15550001111");
  claim("al@x", "+15550002222");
  const auto refused = take("iq", "al@x");
  EXPECT_NE(refused.find("<policy-violation"), std::string::npos) << refused;
  EXPECT_NE(refused.find("Too many codes"), std::string::npos) << refused;
  EXPECT_FALSE(is_code_under_way());
  claim("bo@x", "+15550001111");
  EXPECT_NE(take("iq", "bo@x").find("Too many codes"), std::string::npos);
}

TEST_F(ClaimedTest, WhatTheProviderRefusesIsSaidAndWaitsForNoCode) {
  claim("al@x", "+15550001111");
  const std::string code = code_sent(legacy::Errc::provider_refused);
  EXPECT_NE(take("iq", "al@x").find("words of the provider"), std::string::npos);
  EXPECT_NE(say("al@x", code).find("This is a gateway"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "none");
}

TEST_F(ClaimedTest, OthersNumbersCantBeClaimed) {
  const std::string code = claimed("al@x", "+15550001111");
  const std::string late = claimed("bo@x", "+15550001111");
  say("al@x", code);
  EXPECT_NE(say("bo@x", late).find("registered by somebody else"), std::string::npos);
  EXPECT_EQ(number_of("bo@x"), "none");
  claim("cy@x", "+15550001111");
  EXPECT_NE(take("iq", "cy@x").find("<conflict"), std::string::npos);
}

TEST_F(ClaimedTest, AClaimCanBeTakenBack) {
  const std::string code = claimed("al@x", "+15550001111");
  EXPECT_NE(leave("al@x").find("type='result'"), std::string::npos);
  EXPECT_NE(say("al@x", code).find("This is a gateway"), std::string::npos);
  EXPECT_NE(leave("al@x").find("<registration-required"), std::string::npos);
}

TEST_F(ClaimedTest, ACodeIsNoUseWhereCodesAreNotAskedForAnyMore) {
  const std::string code = claimed("al@x", "+15550001111");
  reopen(Assign::pool, {"+15550009999"});
  EXPECT_NE(say("al@x", code).find("This is a gateway"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "none");
}

TEST_F(ClaimedTest, NothingElseWhileACodeIsOnItsWay) {
  claim("al@x", "+15550001111");
  for (int turn = 0; turn < 300 && !is_code_under_way(); ++turn) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(5));
  }
  EXPECT_NE(enter("al@x", "+15550002222").find("being changed already"), std::string::npos);
  EXPECT_NE(assign("al@x", "+15550002222").find("being changed already"), std::string::npos);
  code_sent();
  EXPECT_NE(take("iq", "al@x").find("type='result'"), std::string::npos);
}

TEST_F(ClaimedTest, AnAdminNeedsNoCode) {
  EXPECT_NE(assign("al@x", "+15550001111").find("al@x has +15550001111 now"), std::string::npos);
}

}  // namespace
}  // namespace mapping

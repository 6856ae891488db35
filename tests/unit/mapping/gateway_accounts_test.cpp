// Who gets which number: out of a pool, from an administrator, or with an account of their own.
#include "tests/unit/mapping/accounts_fixture.hpp"

namespace mapping {
namespace {

TEST_F(AccountsTest, ThePoolGivesEachUserAFreeNumber) {
  reopen(Assign::pool, {"+15550001111", "+15550002222"});
  EXPECT_NE(enter("al@x").find("type='result'"), std::string::npos);
  EXPECT_NE(enter("bo@x").find("type='result'"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111");
  EXPECT_EQ(number_of("bo@x"), "+15550002222");
  EXPECT_NE(enter("al@x").find("type='result'"), std::string::npos);
  EXPECT_NE(enter("al@x", "+1 555 000 1111").find("type='result'"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111") << "who has one keeps it";
}

TEST_F(AccountsTest, NobodyChoosesFromThePool) {
  reopen(Assign::pool, {"+15550001111", "+15550002222"});
  EXPECT_NE(enter("al@x", "+15550002222").find("leave the field empty"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "none");
}

TEST_F(AccountsTest, AnEmptyPoolIsSaidInWordsAndToTheAdminsOnce) {
  reopen(Assign::pool, {"+15550001111"});
  enter("al@x");
  for (int i = 0; i < 2; ++i) {
    const auto refused = enter("bo@x");
    EXPECT_NE(refused.find("<resource-constraint"), std::string::npos) << refused;
    EXPECT_NE(refused.find("All numbers of this gateway are taken"), std::string::npos) << refused;
  }
  EXPECT_NE(take("message", "admin@x").find("All numbers are taken"), std::string::npos);
  EXPECT_FALSE(has("message", "admin@x"));
}

TEST_F(AccountsTest, AReleasedNumberRestsForOthersAlsoAcrossARestart) {
  reopen(Assign::pool, {"+15550001111"});
  enter("al@x");
  EXPECT_NE(leave("al@x").find("type='result'"), std::string::npos);
  EXPECT_NE(enter("bo@x").find("<resource-constraint"), std::string::npos);
  reopen(Assign::pool, {"+15550001111"});
  base::Clock::advance(29 * 24h);
  EXPECT_NE(enter("bo@x").find("<resource-constraint"), std::string::npos);
  base::Clock::advance(25h);
  EXPECT_NE(enter("bo@x").find("type='result'"), std::string::npos);
  EXPECT_EQ(number_of("bo@x"), "+15550001111");
}

TEST_F(AccountsTest, WhoComesBackGetsTheNumberThatRests) {
  reopen(Assign::pool, {"+15550001111", "+15550002222"});
  enter("al@x");
  enter("bo@x");
  leave("bo@x");
  leave("al@x");
  enter("bo@x");
  EXPECT_EQ(number_of("bo@x"), "+15550002222");
  enter("al@x");
  EXPECT_EQ(number_of("al@x"), "+15550001111");
}

TEST_F(AccountsTest, WithoutARestANumberIsFreeAtOnce) {
  reopen(Assign::pool, {"+15550001111"}, std::chrono::days{0});
  enter("al@x");
  leave("al@x");
  EXPECT_NE(enter("bo@x").find("type='result'"), std::string::npos);
}

TEST_F(AccountsTest, ANumberThatComesFromTheAdminIsAskedFor) {
  reopen(Assign::admin, {"+15550001111"});
  for (const char* phone : {"", "+15550001111"}) {
    const auto refused = enter("al@x", phone);
    EXPECT_NE(refused.find("<not-allowed"), std::string::npos) << refused;
    EXPECT_NE(refused.find("administrator"), std::string::npos) << refused;
  }
  EXPECT_EQ(number_of("al@x"), "none");
  EXPECT_NE(take("message", "admin@x").find("al@x would like to have a number"), std::string::npos);
  EXPECT_FALSE(has("message", "admin@x")) << "once";
}

TEST_F(AccountsTest, TheFormDoesNotAskForWhatIsGiven) {
  for (const auto assign : {Assign::pool, Assign::admin}) {
    reopen(assign, {"+15550001111"});
    receive("<iq type='get' id='f' from='al@x/a' to='sms.x'><query xmlns='jabber:iq:register'/></iq>");
    const auto asked = take("iq", "al@x");
    EXPECT_EQ(asked.find("<required"), std::string::npos) << asked;
    EXPECT_NE(asked.find("leave the field empty"), std::string::npos) << asked;
  }
}

TEST_F(AccountsTest, AnAdminAssignsANumber) {
  reopen(Assign::admin, {"+15550001111", "+15550002222"});
  const auto asked = command("admin@x", "assign-number");
  EXPECT_NE(asked.find("<option label='+15550002222'>"), std::string::npos) << asked;
  EXPECT_NE(assign("al@x", "+15550002222").find("al@x has +15550002222 now."), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550002222");
  EXPECT_NE(take("message", "al@x").find("given you the number +15550002222"), std::string::npos);
  EXPECT_NE(take("presence", "al@x").find("subscribe"), std::string::npos);
  EXPECT_EQ(wire_.opened, 1) << "it is in use at once";
  EXPECT_NE(enter("al@x").find("type='result'"), std::string::npos);
  EXPECT_EQ(command("admin@x", "assign-number").find("<option label='+15550002222'>"), std::string::npos);
}

TEST_F(AccountsTest, ANumberIsOneUsersAtATime) {
  reopen(Assign::admin, {"+15550001111", "+15550002222"});
  assign("al@x", "+15550001111");
  EXPECT_NE(assign("bo@x", "+15550001111").find("registered by somebody else"), std::string::npos);
  EXPECT_EQ(number_of("bo@x"), "none");
  assign("al@x", "+15550002222");
  EXPECT_EQ(number_of("al@x"), "+15550002222");
  EXPECT_NE(assign("bo@x", "+15550001111").find("given this number back"), std::string::npos) << "it rests";
}

TEST_F(AccountsTest, WhatCantBeAssignedIsSaid) {
  reopen(Assign::admin, {"+15550001111"});
  EXPECT_NE(assign("al@x", "+15559999999").find("none of this gateway"), std::string::npos);
  EXPECT_NE(assign("al@x", "nonsense").find("not a telephone number"), std::string::npos);
  for (const char* nobody : {"x", "al@sms.x", "", "@"}) {
    EXPECT_NE(assign(nobody, "+15550001111").find("no user"), std::string::npos) << nobody;
  }
}

TEST_F(AccountsTest, AnAdminTakesANumberBack) {
  reopen(Assign::admin, {"+15550001111"});
  assign("al@x", "+15550001111");
  take("message", "al@x");
  EXPECT_NE(command("admin@x", "numbers").find("+15550001111 al@x"), std::string::npos);
  EXPECT_NE(run("admin@x", "release-number", {{"number", "+15550001111"}}).find("al@x has no number"),
            std::string::npos);
  EXPECT_EQ(number_of("al@x"), "none");
  EXPECT_NE(take("message", "al@x").find("taken back"), std::string::npos);
  EXPECT_NE(command("admin@x", "numbers").find("+15550001111 rests until"), std::string::npos);
  EXPECT_NE(run("admin@x", "release-number", {{"number", "+15550001111"}}).find("Nobody has"), std::string::npos);
}

TEST_F(AccountsTest, WhatWasTakenBackIsOfferedAgainWithItsRest) {
  reopen(Assign::admin, {"+15550001111"});
  assign("al@x", "+15550001111");
  run("admin@x", "release-number", {{"number", "+15550001111"}});
  const auto offered = command("admin@x", "assign-number");
  EXPECT_NE(offered.find("+15550001111, which rests until"), std::string::npos) << offered;
  EXPECT_EQ(offered.find("<option label='+15550001111'>"), std::string::npos) << offered;
  EXPECT_EQ(command("admin@x", "numbers").find("is free"), std::string::npos);
  EXPECT_NE(assign("al@x", "+15550001111").find("given this number back"), std::string::npos) << "the admin took it";
  reopen(Assign::admin, {"+15550002222"});
  assign("al@x", "+15550002222");
  leave("al@x");
  EXPECT_NE(assign("al@x", "+15550002222").find("al@x has +15550002222 now"), std::string::npos) << "it rests for them";
}

TEST_F(AccountsTest, TheGatewayDoesNotAnswerItself) {
  reopen(Assign::pool, {"+15550001111"});
  receive("<message type='chat' id='m' from='sms.x' to='sms.x'><body>help</body></message>");
  EXPECT_FALSE(has("message", "sms.x"));
}

TEST_F(AccountsTest, OnlyAdminsGiveAndTake) {
  reopen(Assign::pool, {"+15550001111", "+15550002222"});
  enter("al@x");
  for (const char* node : {"assign-number", "release-number", "numbers"}) {
    EXPECT_NE(command("al@x", node).find("<forbidden"), std::string::npos) << node;
  }
}

TEST_F(AccountsTest, WhereUsersAreBelievedTheListIsTheBound) {
  reopen(Assign::trusted, {"+15550001111"});
  EXPECT_NE(enter("al@x", "+15559999999").find("none of this gateway"), std::string::npos);
  EXPECT_NE(enter("al@x", "+15550001111").find("type='result'"), std::string::npos);
  leave("al@x");
  EXPECT_NE(enter("bo@x", "+15550001111").find("type='result'"), std::string::npos) << "nothing rests there";
}

class OwnAccountTest : public AccountsTest {
 protected:
  OwnAccountTest() {
    reopen(Assign::pool, {"+15550001111"}, std::chrono::days{30},
           {{"This gateway's", ""}, {"My own at Twilio", "twilio"}, {"My own at Plivo", "plivo"}});
  }
  std::string submit(const std::string& user, const std::vector<std::pair<std::string, std::string>>& fields) {
    receive("<iq type='set' id='r' from='" + user + "/a' to='sms.x'><query xmlns='jabber:iq:register'>" + form(fields) +
            "</query></iq>");
    return answer_to(user);
  }
  std::string field_of(const std::string& user, const std::string& name) {
    return value_in(store_->find_registration("sms.x", user).value_or(Registration{}).fields, name);
  }
};

TEST_F(OwnAccountTest, IsRegisteredBesideTheGatewaysNumbers) {
  receive("<iq type='get' id='f' from='al@x/a' to='sms.x'><query xmlns='jabber:iq:register'/></iq>");
  const auto asked = take("iq", "al@x");
  EXPECT_NE(asked.find("<option label='My own at Twilio'><value>twilio</value>"), std::string::npos) << asked;
  EXPECT_EQ(asked.find("<required"), std::string::npos) << asked;
  EXPECT_NE(submit("al@x", {{"provider", "twilio"}, {"secret", "t"}}).find("Please fill in: Your number."),
            std::string::npos);
  EXPECT_NE(submit("al@x", {{"provider", "twilio"}, {"phone", "+1 555 000 1111"}, {"secret", "t"}}).find("'result'"),
            std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111");
  EXPECT_GE(field_of("al@x", "hook").size(), 16U);
  EXPECT_NE(enter("bo@x").find("'result'"), std::string::npos);
  EXPECT_EQ(number_of("bo@x"), "+15550001111") << "what somebody says of an account of theirs takes none from the pool";
}

TEST_F(OwnAccountTest, NoAdminTakesItAway) {
  submit("al@x", {{"provider", "twilio"}, {"phone", "+15550009999"}, {"secret", "t"}});
  EXPECT_NE(assign("al@x", "+15550001111").find("has an account of their own"), std::string::npos);
  EXPECT_EQ(field_of("al@x", "secret"), "t");
}

TEST_F(OwnAccountTest, ItsSecretsAreNotForAnotherCompany) {
  submit("al@x", {{"provider", "twilio"}, {"phone", "+15550001111"}, {"secret", "t"}});
  const auto hook = field_of("al@x", "hook");
  submit("al@x", {{"provider", "twilio"}, {"phone", "+15550002222"}, {"secret", ""}});
  EXPECT_EQ(field_of("al@x", "secret"), "t") << "left empty it stays";
  EXPECT_EQ(field_of("al@x", "hook"), hook);
  submit("al@x", {{"provider", "plivo"}, {"phone", "+15550002222"}, {"secret", ""}});
  EXPECT_EQ(field_of("al@x", "secret"), "");
  EXPECT_NE(field_of("al@x", "hook"), hook);
}

TEST_F(OwnAccountTest, GivesTheNumberBackAndProvesNone) {
  enter("al@x");
  submit("al@x", {{"provider", "twilio"}, {"phone", "+15550009999"}, {"secret", "t"}});
  EXPECT_NE(enter("bo@x").find("<resource-constraint"), std::string::npos) << "it rests";
  EXPECT_NE(submit("al@x", {{"provider", ""}, {"phone", "+15550009999"}}).find("leave the field empty"),
            std::string::npos)
      << "a number of another account is not the gateway's to give";
  EXPECT_NE(submit("al@x", {{"provider", ""}, {"phone", ""}}).find("'result'"), std::string::npos);
  EXPECT_EQ(number_of("al@x"), "+15550001111");
  EXPECT_EQ(field_of("al@x", "secret"), "");
  EXPECT_EQ(field_of("al@x", "hook"), "");
}

}  // namespace
}  // namespace mapping

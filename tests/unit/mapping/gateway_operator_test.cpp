// What the operator of a public gateway does to its users.
#include "tests/unit/mapping/accounts_fixture.hpp"

namespace mapping {
namespace {

class OperatorTest : public AccountsTest {
 protected:
  OperatorTest() {
    reopen(Assign::trusted, {});
    enter("al@x", "+15550001111");
  }
  std::string write(const std::string& from) {
    receive("<message type='chat' id='m' from='" + from + "/a' to='+15551234567@sms.x'><body>hi</body></message>");
    return take("message", from);
  }
};

TEST_F(OperatorTest, ABlockedUserIsLetInNoMoreAndThenAgain) {
  EXPECT_NE(run("admin@x", "block-user", {{"jid", "al@x"}}).find("al@x is blocked."), std::string::npos);
  EXPECT_NE(write("al@x").find("forbidden"), std::string::npos);
  EXPECT_NE(enter("al@x", "+15550002222").find("forbidden"), std::string::npos);
  close();
  settle();
  server_.sent.clear();
  Options options;
  options.admins = {"admin@x"};
  options.access = Options::Access::registered;
  open(options);
  EXPECT_NE(write("al@x").find("forbidden"), std::string::npos) << "also after a restart";
  EXPECT_NE(run("admin@x", "unblock-user", {{"jid", "al@x"}}).find("let in again"), std::string::npos);
  receive("<message type='chat' id='m' from='al@x/a' to='+15551234567@sms.x'><body>hi</body></message>");
  EXPECT_EQ(last<legacy::SendText>().to.id, "+15551234567");
}

TEST_F(OperatorTest, SoIsAWholeDomainAndNoAdministrator) {
  EXPECT_NE(run("admin@x", "block-user", {{"jid", "evil.example"}}).find("is blocked."), std::string::npos);
  EXPECT_NE(enter("mallory@evil.example", "+15550003333").find("forbidden"), std::string::npos);
  EXPECT_NE(run("admin@x", "block-user", {{"jid", "admin@x"}}).find("administrator"), std::string::npos);
  EXPECT_NE(command("al@x", "block-user").find("type='error'"), std::string::npos) << "users block nobody";
}

TEST_F(OperatorTest, AUserHasLimitsAndCreditOfTheirOwn) {
  const std::string asked = command("admin@x", "set-limits");
  EXPECT_NE(asked.find("al@x +15550001111"), std::string::npos) << asked;
  const auto at = asked.find("sessionid='") + 11;
  const std::string session = asked.substr(at, asked.find('\'', at) - at);
  receive(
      "<iq type='set' id='c' from='admin@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='set-limits' sessionid='" +
      session + "'>" + form({{"jid", "al@x"}, {"limits", "5 messages/day,  1.00 spend/month"}, {"credit", "2.50"}}) +
      "</command></iq>");
  const auto& wanted = last<legacy::SetAllowance>();
  EXPECT_EQ(*wanted.limits, (std::vector<std::string>{"5 messages/day", "1.00 spend/month"}));
  EXPECT_EQ(*wanted.credit, "2.50");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::none, {}});
  EXPECT_NE(answer_to("admin@x").find("al@x may send"), std::string::npos);
}

TEST_F(OperatorTest, WhoHasSentHowMuch) {
  receive(
      "<iq type='set' id='c' from='admin@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='usage-of-users'/></iq>");
  EXPECT_EQ(last<legacy::Query>().kind, legacy::Query::Kind::usage);
  event(legacy::Answer{wire_.requests.back().first,
                       "Sent by you, in UTC:\nthis day: 1 messages\nthis month: 7 messages\ncredit: 2.50",
                       {},
                       {},
                       {},
                       {},
                       {}});
  EXPECT_NE(answer_to("admin@x").find("al@x +15550001111: this month: 7 messages, credit: 2.50"), std::string::npos);
}

TEST_F(OperatorTest, AStopIsLiftedForAUser) {
  const std::string asked = command("admin@x", "lift-stop");
  const auto at = asked.find("sessionid='") + 11;
  receive(
      "<iq type='set' id='c' from='admin@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='lift-stop' sessionid='" +
      asked.substr(at, asked.find('\'', at) - at) + "'>" + form({{"jid", "al@x"}, {"number", "+15551234567"}}) +
      "</command></iq>");
  EXPECT_TRUE(last<legacy::LiftStop>().by_admin);
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::none, {}});
  EXPECT_NE(answer_to("admin@x").find("gets texts again"), std::string::npos);
}

}  // namespace
}  // namespace mapping

// Numbers as addresses: one for each, names, several recipients, and what the gateway answers about them.
#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

class NumbersTest : public GatewayTest {
 protected:
  void ask(const std::string& text) {
    receive("<message type='chat' id='c' from='al@x/a' to='sms.x'><body>" + text + "</body></message>");
  }
  std::size_t texts() const {
    std::size_t count = 0;
    for (const auto& [ref, request] : wire_.requests) count += std::holds_alternative<legacy::SendText>(request);
    return count;
  }
  std::string message_from(const std::string& number) {
    legacy::Received received;
    received.chat = {legacy::ChatKind::person, number};
    received.text = "hello";
    event(std::move(received));
    return next_text();
  }
};

// Nobody types a text twice; the right address says once where to go on.
TEST_F(NumbersTest, AnotherSpellingIsTheNumberAllTheSame) {
  register_phone();
  for (const std::string type : {"chat", "normal"}) {
    receive("<message type='" + type + "' id='m-" + type +
            "' from='al@x/a' to='+1\\20555\\20123\\204567@sms.x'><body>hi</body></message>");
  }
  ASSERT_EQ(texts(), 2u);
  EXPECT_EQ(last<legacy::SendText>().to.id, "+15551234567");
  const auto word = next_text();
  EXPECT_NE(word.find("from='+15551234567@sms.x'"), std::string::npos) << word;
  EXPECT_NE(word.find("+1 555 123 4567 is +15551234567: "), std::string::npos) << word;
  EXPECT_TRUE(server_.sent.empty());
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::busy, {}});
  const auto error = next_text();
  EXPECT_NE(error.find("from='+1\\20555\\20123\\204567@sms.x'"), std::string::npos) << error;
  EXPECT_NE(error.find("id='m-normal'"), std::string::npos) << error;
  receive(
      "<message type='chat' id='m' from='al@x/a' to='+1\\20555@sms.x'><composing "
      "xmlns='http://jabber.org/protocol/chatstates'/></message>");
  EXPECT_TRUE(server_.sent.empty());
  receive("<presence type='subscribe' from='al@x' to='+1\\20555\\20123\\204567@sms.x'/>");
  EXPECT_NE(next_text().find("xmpp:+15551234567@sms.x"), std::string::npos);
  EXPECT_EQ(texts(), 2u);
  receive("<message type='chat' id='m' from='al@x/a' to='+15551234567@sms.x'><body>hi</body></message>");
  EXPECT_EQ(texts(), 3u);
}

TEST_F(NumbersTest, ANameComesWithMessagesAndPresence) {
  register_phone();
  EXPECT_EQ(message_from("+15551234567").find("<nick"), std::string::npos);
  ask("name +15551234567 Juliet &amp; Nurse");
  EXPECT_NE(next_text().find("+15551234567 is Juliet &amp; Nurse now."), std::string::npos);
  const std::string nick = "<nick xmlns='http://jabber.org/protocol/nick'>Juliet &amp; Nurse</nick>";
  EXPECT_NE(message_from("+15551234567").find(nick), std::string::npos);
  EXPECT_EQ(message_from("+15559999999").find("<nick"), std::string::npos);
  receive("<presence type='subscribe' from='al@x' to='+15551234567@sms.x'/>");
  EXPECT_EQ(next().attr("type"), "subscribed");
  EXPECT_NE(next_text().find(nick), std::string::npos);
  ask("Names");
  EXPECT_NE(next_text().find("+15551234567 Juliet &amp; Nurse"), std::string::npos);
  ask("name +15551234567");
  EXPECT_EQ(next().name(), "presence");
  EXPECT_NE(next_text().find("has no name any more"), std::string::npos);
  EXPECT_EQ(message_from("+15551234567").find("<nick"), std::string::npos);
}

TEST_F(NumbersTest, NamesAreEachUsersOwnAndSurviveARestart) {
  register_phone();
  ask("name +15551234567 Juliet");
  next();
  close();
  server_.sent.clear();
  open({});
  settle();
  EXPECT_NE(message_from("+15551234567").find("Juliet"), std::string::npos);
  receive("<message type='chat' id='c' from='bo@x/a' to='sms.x'><body>names</body></message>");
  EXPECT_NE(next_text().find("no names"), std::string::npos);
}

TEST_F(NumbersTest, NamesThatCantBeAreRefused) {
  register_phone();
  ask("name letters Juliet");
  EXPECT_EQ(next_text().find("Juliet now"), std::string::npos);
  ask("name +15551234567 " + std::string(101, 'x'));
  EXPECT_NE(next_text().find("at most 100"), std::string::npos);
}

TEST_F(NumbersTest, UsageAndCostAreTheNetworks) {
  register_phone();
  ask("usage");
  EXPECT_EQ(last<legacy::Query>().kind, legacy::Query::Kind::usage);
  event(legacy::Answer{wire_.requests.back().first, "this day: 1 of 3 messages", {}, {}, {}, {}, {}});
  EXPECT_NE(next_text().find("this day: 1 of 3 messages"), std::string::npos);
  ask("cost +15551234567 How much?");
  EXPECT_EQ(last<legacy::Query>().person.id, "+15551234567");
  EXPECT_EQ(last<legacy::Query>().text, "How much?");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::bad_address, {}});
  EXPECT_NE(next_text().find("exist on that network"), std::string::npos);
  ask("what?");
  EXPECT_NE(next_text().find("cost NUMBER TEXT"), std::string::npos);
}

TEST_F(NumbersTest, WhatIsNoNumberIsSaidToBeNone) {
  register_phone();
  ask("cost 12 hi");
  EXPECT_EQ(last<legacy::Query>().person.id, "12");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::bad_number, {}});
  EXPECT_NE(next_text().find("This is not a telephone number."), std::string::npos);
}

TEST_F(NumbersTest, AStopIsListedAndLifted) {
  register_phone();
  ask("stops");
  EXPECT_EQ(last<legacy::Query>().kind, legacy::Query::Kind::stops);
  ask("lift +15551234567");
  EXPECT_EQ(last<legacy::LiftStop>().person.id, "+15551234567");
  EXPECT_FALSE(last<legacy::LiftStop>().by_admin);
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::none, {}});
  EXPECT_NE(next_text().find("gets texts again"), std::string::npos);
  ask("lift +15551234567");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::opted_out, "The provider holds it."});
  EXPECT_NE(next_text().find("The provider holds it."), std::string::npos);
}

TEST_F(NumbersTest, UsageAsACommand) {
  register_phone();
  receive(
      "<iq type='set' id='u' from='al@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='usage'/></iq>");
  event(legacy::Answer{wire_.requests.back().first, "nothing yet", {}, {}, {}, {}, {}});
  const auto answer = next_text();
  EXPECT_NE(answer.find("status='completed'"), std::string::npos) << answer;
  EXPECT_NE(answer.find("nothing yet"), std::string::npos);
}

TEST_F(NumbersTest, ANameAsACommand) {
  register_phone();
  receive(
      "<iq type='set' id='n' from='al@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='name'/></iq>");
  const auto form = next();
  const auto session = std::string{form.first_child()->attr("sessionid")};
  receive(
      "<iq type='set' id='n' from='al@x/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' "
      "node='name' sessionid='" +
      session +
      "'><x xmlns='jabber:x:data' type='submit'><field var='number'><value>+1 555 123 4567</value></field>"
      "<field var='name'><value>Juliet</value></field></x></command></iq>");
  EXPECT_NE(next_text().find("+15551234567 is Juliet now."), std::string::npos);
}

std::string addressed(const std::string& addresses) {
  return "<message type='chat' id='many' from='al@x/a' to='sms.x'><body>hi all</body><request "
         "xmlns='urn:xmpp:receipts'/><addresses xmlns='http://jabber.org/protocol/address'>" +
         addresses + "</addresses></message>";
}

TEST_F(NumbersTest, OneMessageForSeveralNumbersHasAFateForEach) {
  register_phone();
  receive(
      addressed("<address type='to' jid='+15551234567@sms.x'/><address type='cc' jid='+15557654321@sms.x/r'/>"
                "<address type='bcc' jid='+15551234567@sms.x'/><address type='replyto' jid='al@x'/>"
                "<address type='to' jid='+15550000000@sms.x' delivered='true'/>"));
  ASSERT_EQ(texts(), 2u);
  const auto second = wire_.requests.back();
  const auto first = wire_.requests.at(wire_.requests.size() - 2);
  EXPECT_EQ(std::get<legacy::SendText>(first.second).to.id, "+15551234567");
  EXPECT_EQ(std::get<legacy::SendText>(second.second).to.id, "+15557654321");
  event(legacy::Outcome{first.first, legacy::Errc::opted_out, {}});
  const auto error = next_text();
  EXPECT_NE(error.find("from='+15551234567@sms.x'"), std::string::npos) << error;
  EXPECT_NE(error.find("id='many'"), std::string::npos);
  EXPECT_NE(error.find("<forbidden"), std::string::npos);
  event(legacy::Delivery{
      std::get<legacy::SendText>(second.second).token, legacy::Delivery::State::delivered, legacy::Errc::none, {}, {}});
  const auto receipt = next_text();
  EXPECT_NE(receipt.find("from='+15557654321@sms.x'"), std::string::npos) << receipt;
  EXPECT_NE(receipt.find("<received xmlns='urn:xmpp:receipts' id='many'/>"), std::string::npos);
}

TEST_F(NumbersTest, AddressesMayBeUris) {
  register_phone();
  receive(addressed(
      "<address type='to' uri='sms:+15551234567'/><address type='to' uri='SMS:%2B1555-7654321?body=x'/>"
      "<address type='cc' uri='tel:+15550001234;ext=1'/><address type='to' uri='sms:+15551234567,+15551234568'/>"));
  EXPECT_EQ(texts(), 4u);
  EXPECT_TRUE(server_.sent.empty());
}

TEST_F(NumbersTest, AddressesElsewhereRefuseTheWhole) {
  register_phone();
  for (const std::string bad :
       {"<address type='to' jid='+15551234567@sms.x'/><address type='to' jid='bo@y'/>",
        "<address type='to' jid='sms.x'/>", "<address type='to' uri='mailto:a@b'/>", "<address type='to' uri='sms:'/>",
        "<address type='to' uri='sms:+15551234567,x'/>", ""}) {
    receive(addressed(bad));
    EXPECT_NE(next_text().find("type='error'"), std::string::npos) << bad;
  }
  EXPECT_EQ(texts(), 0u);
  std::string many;
  for (int i = 10; i < 61; ++i) many += "<address type='to' jid='+155512345" + std::to_string(i) + "@sms.x'/>";
  receive(addressed(many));
  EXPECT_NE(next_text().find("One to 50"), std::string::npos);
  EXPECT_EQ(texts(), 0u);
}

TEST_F(NumbersTest, DiscoNamesTheAddressesFeature) {
  receive("<iq type='get' id='d' from='al@x/a' to='sms.x'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>");
  EXPECT_NE(next_text().find("http://jabber.org/protocol/address"), std::string::npos);
}

TEST_F(NumbersTest, AdminsAreToldWhatTheNetworkSays) {
  close();
  Options options;
  options.admins = {"admin@x"};
  open(options);
  network_->alarm("something happened");
  const auto told = next_text();
  EXPECT_NE(told.find("to='admin@x'"), std::string::npos) << told;
  EXPECT_NE(told.find("something happened"), std::string::npos);
  EXPECT_NE(told.find("from='sms.x'"), std::string::npos);
}

}  // namespace
}  // namespace mapping

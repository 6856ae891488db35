// Registration, durable messages, delivery reports, bad input.
#include "component/xeps/delay.hpp"
#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

TEST_F(GatewayTest, AnUnregisteredSenderIsToldToRegister) {
  receive(hello);
  const std::string error = next_text();
  EXPECT_NE(error.find("registration-required"), error.npos) << error;
  EXPECT_EQ(wire_.opened, 0);
}

TEST_F(GatewayTest, RegistrationOpensTheSessionAndAsksForPresence) {
  register_phone();
  EXPECT_EQ(wire_.opened, 1);
  receive("<iq type='get' id='g' from='al@x/a' to='sms.x'><query xmlns='jabber:iq:register'/></iq>");
  const Element form = next();
  const Element* const query = form.first_child();
  EXPECT_NE(query->child("registered", {}), nullptr);
  EXPECT_EQ(query->child_text("phone", {}), "+15550001111");
}

TEST_F(GatewayTest, RegistrationErrorsSayWhatIsWrong) {
  struct Row {
    const char* query;
    const char* condition;
  };
  const Row rows[] = {
      {"<phone/>", "not-acceptable"},
      {"", "not-acceptable"},
      {"<phone>none</phone>", "not-acceptable"},
      {"<phone>+1&#13;55</phone>", "not-acceptable"},
      {"<x xmlns='jabber:x:data' type='form'/>", "bad-request"},
      {"<remove/>", "registration-required"},
      {"<remove/><phone>+1</phone>", "bad-request"},
  };
  for (const Row& row : rows) {
    receive(std::string{"<iq type='set' id='r' from='al@x/a' to='sms.x'><query xmlns='jabber:iq:register'>"} +
            row.query + "</query></iq>");
    const std::string answer = next_text();
    EXPECT_NE(answer.find(row.condition), answer.npos) << row.query << ": " << answer;
    EXPECT_TRUE(server_.sent.empty());
  }
}

TEST_F(GatewayTest, ANumberBelongsToOneUser) {
  register_phone();
  receive(
      "<iq type='set' id='r' from='bo@x/a' to='sms.x'><query "
      "xmlns='jabber:iq:register'><phone>+15550001111</phone></query></iq>");
  const std::string answer = next_text();
  EXPECT_NE(answer.find("conflict"), answer.npos) << answer;
}

TEST_F(GatewayTest, TheSameNumberInOtherWordsIsTheSameNumber) {
  register_phone();
  const auto stored = store_->find_registration("sms.x", "al@x");
  ASSERT_TRUE(stored);
  EXPECT_EQ(stored->fields.at("number"), "+15550001111");
}

TEST_F(GatewayTest, RemovalLeavesNothing) {
  register_phone();
  wire_.state->save("out/1", "text");
  receive("<presence type='subscribe' from='al@x' to='sms.x'/>");
  server_.sent.clear();
  receive("<iq type='set' id='d' from='al@x/a' to='sms.x'><query xmlns='jabber:iq:register'><remove/></query></iq>");
  EXPECT_EQ(next().attr("type"), "result");
  EXPECT_EQ(next().attr("type"), "unsubscribe");
  EXPECT_EQ(next().attr("type"), "unsubscribed");
  EXPECT_EQ(next().attr("type"), "unavailable");
  EXPECT_FALSE(store_->find_registration("sms.x", "al@x"));
  EXPECT_TRUE(store_->roster("sms.x").empty());
  EXPECT_TRUE(store_->state_for("al@x", "sms.x", "sms")->list("").empty());
}

TEST_F(GatewayTest, ARemovalRightAfterAnEditWaitsForIt) {
  register_phone();
  const std::string iq = "<iq type='set' from='al@x/a' to='sms.x' id=";
  server_.sent.clear();
  hand_over(iq + "'e'><query xmlns='jabber:iq:register'><phone>+15550002222</phone></query></iq>");
  hand_over(iq + "'d'><query xmlns='jabber:iq:register'><remove/></query></iq>");
  const Element refusal = next();
  EXPECT_EQ(refusal.attr("id"), "d");
  EXPECT_EQ(refusal.attr("type"), "error");
  EXPECT_NE(refusal.to_string().find("resource-constraint"), std::string::npos);
  const Element saved = next();
  EXPECT_EQ(saved.attr("id"), "e");
  EXPECT_EQ(saved.attr("type"), "result");
  EXPECT_EQ(store_->find_registration("sms.x", "al@x")->fields.at("number"), "+15550002222");
}

TEST_F(GatewayTest, ADeliveryReportBecomesAReceipt) {
  register_phone();
  receive(hello);
  const auto token = last<legacy::SendText>().token;
  EXPECT_EQ(last<legacy::SendText>().text, "hi");
  event(legacy::Delivery{token, legacy::Delivery::State::delivered, {}, {}, "dlr/1"});
  const Element receipt = next();
  EXPECT_EQ(receipt.attr("to"), "al@x/a");
  EXPECT_EQ(receipt.attr("from"), "+15551234567@sms.x");
  ASSERT_NE(receipt.child("received", "urn:xmpp:receipts"), nullptr);
  EXPECT_EQ(receipt.child("received", "urn:xmpp:receipts")->attr("id"), "m1");
  server_.confirmations.at(0)(true);
  EXPECT_EQ(last<legacy::Taken>().key, "dlr/1");
}

TEST_F(GatewayTest, WithoutARequestThereIsNoReceipt) {
  register_phone();
  receive("<message type='chat' id='m1' from='al@x/a' to='+15551234567@sms.x'><body>hi</body></message>");
  event(legacy::Delivery{last<legacy::SendText>().token, legacy::Delivery::State::delivered, {}, {}, "dlr/1"});
  EXPECT_TRUE(server_.sent.empty());
  EXPECT_EQ(last<legacy::Taken>().key, "dlr/1");
}

TEST_F(GatewayTest, AFailedDeliveryIsAMessageErrorWithTheProvidersWords) {
  register_phone();
  receive(hello);
  event(legacy::Delivery{last<legacy::SendText>().token, legacy::Delivery::State::failed, legacy::Errc::undeliverable,
                         "NACK/absent subscriber", "dlr/1"});
  const Element error = next();
  EXPECT_EQ(error.attr("type"), "error");
  EXPECT_EQ(error.attr("id"), "m1");
  EXPECT_NE(error.to_string().find("absent subscriber"), std::string::npos);
}

TEST_F(GatewayTest, AFailureIsPutInWordsWhenTheResourceIsGone) {
  register_phone();
  receive("<presence from='al@x/a' to='sms.x'/>");
  receive(hello);
  const std::string token = last<legacy::SendText>().token;
  receive("<presence from='al@x/b' to='sms.x'/>");
  receive("<presence type='unavailable' from='al@x/a' to='sms.x'/>");
  server_.sent.clear();
  event(legacy::Delivery{token, legacy::Delivery::State::failed, legacy::Errc::undeliverable, "absent", "dlr/1"});
  const Element told = next();
  EXPECT_EQ(told.attr("to"), "al@x");
  EXPECT_EQ(told.attr("type"), "chat");
  EXPECT_NE(told.child_text("body", {}).find("absent"), std::string::npos);
}

TEST_F(GatewayTest, ControlBytesOfATextMessageCantBreakTheStream) {
  register_phone();
  legacy::Received received;
  received.chat = {legacy::ChatKind::person, "+15551234567"};
  received.text = std::string("a\x01z\x1B \xFF", 6) + std::string(1, '\0') + "<b>]]>";
  event(received);
  const std::string sent = next_text();
  for (const char c : sent) EXPECT_GE(static_cast<unsigned char>(c), 0x20) << sent;
  const auto read = component::xml::parse_element(sent, component::ns_component);
  ASSERT_TRUE(read) << sent;
  const std::string unknown = "\xEF\xBF\xBD";
  EXPECT_EQ(read->child_text("body", component::ns_component),
            "a" + unknown + "z" + unknown + " " + unknown + unknown + "<b>]]>");
}

TEST_F(GatewayTest, AnInboundMessageIsKeptUntilTheServerHasIt) {
  register_phone();
  legacy::Received received;
  received.chat = {legacy::ChatKind::person, "+15551234567"};
  received.text = "hello";
  received.key = "in/1";
  received.id = "in-1";
  event(received);
  EXPECT_EQ(next().attr("id"), "in-1");
  const std::size_t before = wire_.requests.size();
  gateway_->on_up();  // while it waits in the outbox: no second copy
  EXPECT_TRUE(server_.sent.empty());
  server_.confirmations.at(0)(false);  // the stream broke first
  EXPECT_EQ(wire_.requests.size(), before);
  gateway_->on_up();
  EXPECT_EQ(next().attr("id"), "in-1");
  server_.confirmations.at(1)(true);
  EXPECT_EQ(last<legacy::Taken>().key, "in/1");
}

TEST_F(GatewayTest, ATextThatWaitsForTheServerSaysSinceWhen) {
  register_phone();
  legacy::Received received;
  received.chat = {legacy::ChatKind::person, "+15551234567"};
  received.text = "hello";
  received.key = "in/1";
  event(received);
  EXPECT_EQ(next().child("delay", component::ns_delay), nullptr);
  server_.up = false;
  received.key = "in/2";
  event(received);
  const Element waiting = next();
  ASSERT_NE(waiting.child("delay", component::ns_delay), nullptr);
  EXPECT_EQ(waiting.child("delay", component::ns_delay)->attr("from"), "+15551234567@sms.x");
  server_.up = true;
  server_.confirmations.at(0)(false);
  base::WallClock::set(std::chrono::minutes(10));
  gateway_->on_up();
  base::WallClock::set(-std::chrono::minutes(10));
  EXPECT_NE(next().child("delay", component::ns_delay), nullptr) << "it was written, and then the stream broke";
}

TEST_F(GatewayTest, WhatHasNoRoomInTheOutboxWaitsAndTheSessionIsTold) {
  register_phone();
  const auto text = [](const std::string& words) {
    legacy::Received received;
    received.chat = {legacy::ChatKind::person, "+15551234567"};
    received.text = words;
    return received;
  };
  server_.fill();
  int resumed = 0;
  for (int i = 0; i < 63; ++i) event(text(std::to_string(i)));
  EXPECT_FALSE(wire_.sink->is_full());
  event(text("63"));
  EXPECT_TRUE(wire_.sink->is_full());
  wire_.sink->when_ready([&] { ++resumed; });
  settle();
  EXPECT_TRUE(server_.sent.empty());
  EXPECT_EQ(resumed, 0);
  server_.make_room();
  settle();
  EXPECT_EQ(resumed, 1);
  for (int i = 0; i < 64; ++i) EXPECT_EQ(next().child_text("body", {}), std::to_string(i));
}

TEST_F(GatewayTest, EventsTakeTurnsWithEverythingElse) {
  register_phone();
  legacy::Received received;
  received.chat = {legacy::ChatKind::person, "+15551234567"};
  received.text = "flood";
  for (int i = 0; i < 1000; ++i) wire_.sink->on_event(received);
  std::size_t seen = 0;
  asio::post(io_, [&] { seen = server_.sent.size(); });
  settle();
  EXPECT_GT(seen, 0u);
  EXPECT_LE(seen, 256u);
  EXPECT_EQ(server_.sent.size(), 1000u);
}

TEST_F(GatewayTest, EveryRequestIsAnsweredOnce) {
  struct Row {
    const char* to;
    const char* payload;
    const char* answer;
  };
  const Row rows[] = {
      {"sms.x", "<ping xmlns='urn:xmpp:ping'/>", "type='result'"},
      {"sms.x", "<query xmlns='jabber:iq:version'/>", "wherry"},
      {"sms.x", "<vCard xmlns='vcard-temp'/>", "wherry"},
      {"sms.x", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "category='gateway'"},
      {"sms.x", "<query xmlns='http://jabber.org/protocol/disco#info' node='x'/>", "item-not-found"},
      {"sms.x", "<query xmlns='http://jabber.org/protocol/disco#items'/>", "type='result'"},
      {"sms.x", "<query xmlns='jabber:iq:gateway'/>", "prompt"},
      {"sms.x", "<query xmlns='urn:example:unknown'/>", "service-unavailable"},
      {"+15551234567@sms.x", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "urn:xmpp:receipts"},
      {"+15551234567@sms.x", "<query xmlns='jabber:iq:last'/>", "service-unavailable"},
      {"letters@sms.x", "<ping xmlns='urn:xmpp:ping'/>", "jid-malformed"},
  };
  for (const Row& row : rows) {
    receive(std::string{"<iq type='get' id='q' from='al@x/a' to='"} + row.to + "'>" + row.payload + "</iq>");
    const std::string answer = next_text();
    EXPECT_NE(answer.find(row.answer), answer.npos) << row.payload << ": " << answer;
    EXPECT_NE(answer.find("id='q'"), answer.npos);
    EXPECT_TRUE(server_.sent.empty()) << row.payload;
  }
  receive("<iq type='result' id='q' from='al@x/a' to='sms.x'/>");
  receive("<iq type='error' id='q' from='al@x/a' to='sms.x'><error type='cancel'/></iq>");
  EXPECT_TRUE(server_.sent.empty());
}

TEST_F(GatewayTest, TheGatewayPromptMakesAnAddress) {
  receive(
      "<iq type='set' id='q' from='al@x/a' to='sms.x'><query "
      "xmlns='jabber:iq:gateway'><prompt>+15551234567</prompt></query></iq>");
  EXPECT_NE(next_text().find("<jid>+15551234567@sms.x</jid>"), std::string::npos);
  receive(
      "<iq type='set' id='q' from='al@x/a' to='sms.x'><query "
      "xmlns='jabber:iq:gateway'><prompt>x</prompt></query></iq>");
  EXPECT_NE(next_text().find("jid-malformed"), std::string::npos);
}

TEST_F(GatewayTest, AnEncryptedOrOverlongMessageIsRefusedInWords) {
  register_phone();
  receive(
      "<message type='chat' id='m' from='al@x/a' to='+15551234567@sms.x'><body>fallback</body>"
      "<encryption xmlns='urn:xmpp:eme:0' namespace='eu.siacs.conversations.axolotl'/></message>");
  EXPECT_NE(next_text().find("not-acceptable"), std::string::npos);
  receive("<message type='chat' id='m' from='al@x/a' to='+15551234567@sms.x'><body>" + std::string(65 * 1024, 'a') +
          "</body></message>");
  EXPECT_NE(next_text().find("policy-violation"), std::string::npos);
}

TEST_F(GatewayTest, AContactWithANumberIsOnline) {
  register_phone();
  receive("<presence type='subscribe' from='al@x' to='+15551234567@sms.x'/>");
  EXPECT_EQ(next().attr("type"), "subscribed");
  const Element presence = next();
  EXPECT_EQ(presence.attr("from"), "+15551234567@sms.x");
  EXPECT_FALSE(presence.has_attr("type"));
  receive("<presence type='probe' from='al@x' to='+15557654321@sms.x'/>");
  EXPECT_EQ(next().attr("type"), "unsubscribed");
}

}  // namespace
}  // namespace mapping

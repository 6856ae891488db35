// Group texts: rooms for who enters them, chats for who does not.
#include "tests/unit/mapping/groups_fixture.hpp"

namespace mapping {
namespace {

TEST_F(GroupsTest, AMemberIsSeenUnderItsNumberAndItsName) {
  register_phone();
  receive("<message type='chat' id='c' from='al@x/a' to='sms.x'><body>name +1552 Juliet</body></message>");
  next();
  ask_in();
  EXPECT_EQ(last<legacy::Join>().room.id, group);
  EXPECT_EQ(last<legacy::Join>().nick, "al");
  answer_join();
  std::map<std::string, std::string> jids;
  for (int i = 0; i < 3; ++i) {
    const Element presence = next();
    const auto* const x = presence.child("x", "http://jabber.org/protocol/muc#user");
    ASSERT_NE(x, nullptr);
    jids[std::string(presence.attr("from"))] = x->child("item", x->ns())->attr("jid");
  }
  EXPECT_EQ(jids, (std::map<std::string, std::string>{{"+1551,+1552@sms.x/+1551", "+1551@sms.x"},
                                                      {"+1551,+1552@sms.x/Juliet", "+1552@sms.x"},
                                                      {"+1551,+1552@sms.x/al", "+1550@sms.x"}}));
  EXPECT_NE(next().child("subject", {}), nullptr);
  auto text = said("hi");
  text.nick = "+1552";
  event(std::move(text));
  EXPECT_EQ(next().attr("from"), "+1551,+1552@sms.x/Juliet");
  say("chat", "+1551,+1552@sms.x/Juliet");
  const auto error = next_text();
  EXPECT_NE(error.find("<redirect xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:+1552@sms.x</redirect>"),
            std::string::npos)
      << error;
  EXPECT_EQ(count<legacy::SendText>(), 0u);
}

TEST_F(GroupsTest, WhoIsInGetsItThereUntilItIsConfirmed) {
  register_phone();
  enter("a");
  enter("b");
  event(said("hi"));
  auto all = messages();
  ASSERT_EQ(all.size(), 2u);
  std::set<std::string> recipients;
  for (const Element& message : all) {
    recipients.emplace(message.attr("to"));
    EXPECT_EQ(message.attr("from"), "+1551,+1552@sms.x/+1551");
    EXPECT_EQ(message.attr("type"), "groupchat");
    EXPECT_EQ(message.child_text("body", {}), "hi");
  }
  EXPECT_EQ(recipients, (std::set<std::string>{"al@x/a", "al@x/b"}));
  ASSERT_EQ(server_.confirmations.size(), 1u);
  EXPECT_EQ(count<legacy::Taken>(), 0u);
  server_.confirmations[0](false);
  gateway_->on_up();
  settle();
  all = messages();
  const auto again = std::count_if(all.begin(), all.end(), [](const Element& each) { return each.child("body", {}); });
  EXPECT_EQ(again, 2) << "the stream was lost";
  server_.confirmations.at(1)(true);
  settle();
  EXPECT_EQ(last<legacy::Taken>().key, "in/1");
}

// A telephone in the pocket hears what is said while the desk is in the room.
TEST_F(GroupsTest, AClientThatIsThereAndNotInTheRoomReadsAChat) {
  register_phone();
  receive("<presence from='al@x/phone' to='sms.x'/>");
  enter("a");
  event(said("hi"));
  std::map<std::string, Element> told;
  for (Element& message : messages()) told.emplace(std::string(message.attr("to")), std::move(message));
  ASSERT_TRUE(told.contains("al@x/a") && told.contains("al@x/phone")) << told.size();
  EXPECT_EQ(told.at("al@x/a").attr("type"), "groupchat");
  const Element& chat = told.at("al@x/phone");
  EXPECT_EQ(chat.attr("type"), "chat");
  EXPECT_EQ(chat.attr("from"), "+1551,+1552@sms.x");
  EXPECT_EQ(chat.child_text("body", {}), "+1551: hi");
  EXPECT_TRUE(chat.child("private", "urn:xmpp:carbons:2")) << "the one in the room has it";
}

TEST_F(GroupsTest, WhatComesBackFromTheLastOneIsAChat) {
  register_phone();
  enter("a");
  enter("b");
  event(said("hi"));
  server_.confirmations.at(0)(true);
  settle();
  server_.sent.clear();
  for (const std::string resource : {"a", "b"}) {
    EXPECT_TRUE(messages().empty()) << "another one has it";
    receive("<message type='error' id='id' from='al@x/" + resource + "' to='" + room +
            "/+1551'><error type='wait'><recipient-unavailable "
            "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  }
  const auto all = messages();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[1].attr("to"), "al@x");
  EXPECT_EQ(all[1].child_text("body", {}), "+1551: hi");
}

// A file of a text is an event of its own, with an id that begins with the text's.
TEST_F(GroupsTest, WhatComesBackIsThatAndNothingElse) {
  register_phone();
  enter("a");
  event(said("hi"));
  auto file = said({});
  file.id = "id.0";
  file.key = "in/2";
  file.attachments.push_back({"https://gw/0", "image/jpeg", "image.jpg", 7, std::string(32, 'h')});
  event(file);
  server_.confirmations.at(0)(true);
  server_.confirmations.at(1)(true);
  settle();
  server_.sent.clear();
  receive("<message type='error' id='id.0' from='al@x/a' to='" + std::string(room) +
          "/+1551'><error type='wait'><recipient-unavailable "
          "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error></message>");
  const auto all = messages();
  ASSERT_FALSE(all.empty());
  EXPECT_EQ(all.back().child_text("body", {}), "https://gw/0");
}

TEST_F(GroupsTest, WhoIsNotInHasAChatAndOneInvitation) {
  register_phone();
  event(said("hi"));
  auto all = messages();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].attr("from"), room);
  const auto* const x = all[0].child("x", "http://jabber.org/protocol/muc#user");
  ASSERT_NE(x, nullptr);
  EXPECT_EQ(x->child("invite", {})->attr("from"), "+1551@sms.x");
  EXPECT_EQ(all[1].attr("from"), room);
  EXPECT_EQ(all[1].attr("to"), "al@x");
  EXPECT_EQ(all[1].attr("type"), "chat");
  EXPECT_EQ(all[1].child_text("body", {}), "+1551: hi");
  server_.confirmations.at(0)(true);
  settle();
  EXPECT_EQ(last<legacy::Taken>().key, "in/1");
  event(said("again"));
  EXPECT_EQ(messages().size(), 1u) << "one invitation is enough";
  enter();
  receive("<presence type='unavailable' from='al@x/a' to='" + std::string(room) + "/al'/>");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::none, {}});
  server_.sent.clear();
  event(said("after a visit"));
  EXPECT_EQ(messages().size(), 2u);
}

TEST_F(GroupsTest, FilesComeInBothForms) {
  register_phone();
  auto file = said({});
  file.attachments.push_back({"https://gw/0", "image/jpeg", "image.jpg", 7, std::string(32, 'h')});
  event(file);
  auto all = messages();
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all[1].child_text("body", {}), "+1551 sent this:");
  EXPECT_EQ(all[2].child_text("body", {}), "https://gw/0");
  EXPECT_NE(all[2].child("file-sharing", "urn:xmpp:sfs:0"), nullptr);
  enter();
  event(file);
  all = messages();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].attr("from"), "+1551,+1552@sms.x/+1551");
  EXPECT_EQ(all[0].child_text("body", {}), "https://gw/0");
  EXPECT_NE(all[0].child("file-sharing", "urn:xmpp:sfs:0"), nullptr);
  EXPECT_NE(all[0].child("x", "jabber:x:oob"), nullptr);
}

TEST_F(GroupsTest, AChatWithTheGroupGoesToIt) {
  register_phone();
  say("chat");
  EXPECT_EQ(last<legacy::SendText>().to, (legacy::Chat{legacy::ChatKind::room, group}));
  const std::string token = last<legacy::SendText>().token;
  reflect();
  EXPECT_TRUE(messages().empty()) << "carbons show it to the others";
  event(legacy::Delivery{token, legacy::Delivery::State::delivered, legacy::Errc::none, {}, {}});
  const auto receipt = next_text();
  EXPECT_NE(receipt.find("<received xmlns='urn:xmpp:receipts' id='m'/>"), std::string::npos) << receipt;
  EXPECT_NE(receipt.find("from='+1551,+1552@sms.x'"), std::string::npos);
}

TEST_F(GroupsTest, WhoWritesInTheRoomIsReadByAllWhoAreIn) {
  register_phone();
  say("groupchat");
  EXPECT_NE(next_text().find("<not-acceptable"), std::string::npos) << "from outside";
  enter("a");
  enter("b");
  say("groupchat");
  const std::string token = last<legacy::SendText>().token;
  EXPECT_TRUE(messages().empty()) << "it is not on the disk yet";
  reflect();
  const auto all = messages();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].attr("from"), "+1551,+1552@sms.x/al");
  EXPECT_EQ(all[0].attr("id"), "m");
  event(legacy::Delivery{token, legacy::Delivery::State::delivered, legacy::Errc::none, {}, "out/1"});
  EXPECT_TRUE(messages().empty()) << "no receipts in rooms";
  EXPECT_EQ(last<legacy::Taken>().key, "out/1");
  event(legacy::Delivery{token, legacy::Delivery::State::failed, legacy::Errc::undeliverable, "+1552: no", "out/2"});
  const auto error = next_text();
  EXPECT_NE(error.find("type='error'"), std::string::npos) << error;
  EXPECT_NE(error.find("from='+1551,+1552@sms.x'"), std::string::npos) << error;
  EXPECT_NE(error.find("id='m'"), std::string::npos);
  EXPECT_NE(error.find("+1552: no"), std::string::npos);
}

TEST_F(GroupsTest, AnotherSpellingIsGoneToTheRightAddress) {
  register_phone();
  const std::string spelled = "+1\\20551,+1552@sms.x";
  ask_in("a", spelled);
  const auto error = next_text();
  EXPECT_NE(error.find("<gone xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>xmpp:+1551%2C%2B1552@sms.x</gone>"),
            std::string::npos)
      << error;
  EXPECT_EQ(count<legacy::Join>(), 0u);
  say("chat", spelled);
  EXPECT_EQ(count<legacy::SendText>(), 1u);
  EXPECT_EQ(last<legacy::SendText>().to.id, group);
  const auto word = next_text();
  EXPECT_NE(word.find("+1 551,+1552 is " + std::string(group)), std::string::npos) << word;
  say("chat");
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::moved, "elsewhere", "+1551,+1553"});
  EXPECT_NE(next_text().find("xmpp:+1551%2C%2B1553@sms.x</redirect>"), std::string::npos);
}

TEST_F(GroupsTest, DiscoSaysWhatItIs) {
  register_phone();
  const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>";
  receive("<iq type='get' id='d' from='al@x/a' to='" + std::string(room) + "'>" + info);
  const auto answer = next_text();
  for (const std::string feature : {"muc_open", "muc_nonanonymous", "muc_hidden", "muc_persistent"})
    EXPECT_NE(answer.find("'" + feature + "'"), std::string::npos) << feature << answer;
  EXPECT_NE(answer.find("category='conference'"), std::string::npos);
  EXPECT_NE(answer.find("name='+1551,+1552'"), std::string::npos) << answer;
  receive("<message type='chat' id='c' from='al@x/a' to='sms.x'><body>name +1551,+1552 Family</body></message>");
  EXPECT_NE(next_text().find("+1551,+1552 is Family now."), std::string::npos);
  receive("<iq type='get' id='d' from='al@x/a' to='" + std::string(room) + "'>" + info);
  EXPECT_NE(next_text().find("name='Family'"), std::string::npos);
  receive("<iq type='get' id='d' from='al@x/a' to='sms.x'>" + info);
  const auto domain = next_text();
  EXPECT_NE(domain.find("'http://jabber.org/protocol/muc'"), std::string::npos);
  EXPECT_EQ(domain.find("category='conference'"), std::string::npos);
}

TEST_F(GroupsTest, WhereThereAreNoneDiscoSaysSo) {
  register_phone();
  network_->has_rooms = false;
  const std::string info = "<query xmlns='http://jabber.org/protocol/disco#info'/></iq>";
  receive("<iq type='get' id='d' from='al@x/a' to='" + std::string(room) + "'>" + info);
  EXPECT_NE(next_text().find("<feature-not-implemented"), std::string::npos);
  receive("<iq type='get' id='d' from='al@x/a' to='sms.x'>" + info);
  EXPECT_EQ(next_text().find("'http://jabber.org/protocol/muc'"), std::string::npos);
  ask_in();
  event(legacy::Outcome{wire_.requests.back().first, legacy::Errc::unsupported, "no groups here"});
  const auto error = next_text();
  EXPECT_NE(error.find("no groups here"), std::string::npos) << error;
  EXPECT_TRUE(error.starts_with("<presence")) << error;
}

TEST_F(GroupsTest, TheGatewayExplainsThem) {
  receive("<message type='chat' id='c' from='al@x/a' to='sms.x'><body>hello?</body></message>");
  EXPECT_NE(next_text().find("A group is +15551230001,+15551230002@sms.x"), std::string::npos);
}

TEST_F(GroupsTest, AGroupIsAContactThatIsThere) {
  register_phone();
  receive("<presence type='subscribe' from='al@x' to='" + std::string(room) + "'/>");
  EXPECT_EQ(next().attr("type"), "subscribed");
  EXPECT_EQ(next_text().find("type="), std::string::npos);
  receive("<presence type='probe' from='al@x' to='" + std::string(room) + "'/>");
  const Element presence = next();
  EXPECT_EQ(presence.attr("from"), room);
  EXPECT_FALSE(presence.has_attr("type"));
}

TEST_F(GroupsTest, MembersAreListed) {
  register_phone();
  enter();
  receive("<iq type='get' id='l' from='al@x/a' to='" + std::string(room) +
          "'><query xmlns='http://jabber.org/protocol/muc#admin'><item affiliation='member'/></query></iq>");
  const auto list = next_text();
  for (const std::string number : {"+1550", "+1551", "+1552"})
    EXPECT_NE(list.find("jid='" + number + "@sms.x'"), std::string::npos) << list;
}

TEST_F(GroupsTest, NobodyOpensThemWithoutEnd) {
  register_phone();
  const auto enter_group = [this](int number) {
    receive("<presence from='al@x/a' to='+1551,+1" + std::to_string(1000 + number) +
            "@sms.x/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  };
  for (int i = 0; i < 200; ++i) enter_group(i);
  EXPECT_EQ(count<legacy::Join>(), 200u);
  server_.sent.clear();
  enter_group(200);
  EXPECT_NE(next_text().find("<resource-constraint"), std::string::npos);
  EXPECT_EQ(count<legacy::Join>(), 200u);
}

}  // namespace
}  // namespace mapping

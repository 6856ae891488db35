// Group texts through a session at Bandwidth.
#include "base/crypto.hpp"
#include "tests/unit/sms/session_fixture.hpp"

namespace sms {
namespace {

constexpr const char* own_number = "+15550001111";
constexpr const char* group = "+15551230001,+15551230002";

config::SmsNetwork bandwidth_settings() {
  config::SmsNetwork network;
  config::Bandwidth bandwidth;
  bandwidth.account_id = "99";
  bandwidth.application_id = "app";
  bandwidth.webhook_username = "hook";
  bandwidth.webhook_password = {"pass"};
  bandwidth.webhook_secret = {"0123456789abcdef"};
  network.provider = bandwidth;
  network.rules.stop_words = config::StopWords::all;
  network.country_code = "1";
  return network;
}

class SessionGroupTest : public SessionTest {
 protected:
  void open_groups(const config::SmsNetwork& settings = bandwidth_settings()) {
    groups.reset();
    groups = std::make_unique<Network>(settings, client, &server, "http://gw");
    session = groups->open({"romeo", {{"number", own_number}}}, {io.get_executor(), sink, state});
    asio::co_spawn(io, session->run(), asio::bind_cancellation_slot(end.slot(), [](std::exception_ptr) {}));
    settle();
  }
  void TearDown() override {
    if (session) crash();
  }
  Outcome ask(legacy::Request request) {
    session->submit(++last_ref, request);
    settle();
    return sink.all<Outcome>().back();
  }
  Outcome join(const std::string& room, const std::string& nick = "al") {
    return ask(legacy::Join{{ChatKind::room, room}, nick, {}});
  }
  Outcome say(const std::string& text, const std::string& room = group) {
    return ask(legacy::SendText{{ChatKind::room, room}, text, "token"});
  }
  int callback(const std::string& event) {
    int status = 0;
    base::HttpReply reply([&](const base::HttpResponse& response) { status = response.status; });
    const base::HttpHeaders headers = {{"Authorization", "Basic " + base::to_base64("hook:pass")}};
    groups->on_webhook({"POST", "/bandwidth/sms/0123456789abcdef/callback", headers, "[" + event + "]", "127.0.0.1"},
                       std::move(reply));
    settle();
    return status;
  }
  int inbound(const std::string& text, const std::string& id, const std::string& to = "\"+15551230002\"") {
    return callback(R"({"type":"message-received","to":"+15550001111","message":{"id":")" + id +
                    R"(","from":"+15551230001","to":["+15550001111",)" + to + R"(],"text":")" + text + "\"}}");
  }
  int report(std::size_t call, const std::string& number, const std::string& rest) {
    const auto& body = client.calls.at(call).body;
    const auto start = body.find("\"tag\":\"") + 7;
    const auto tag = body.substr(start, body.find('"', start) - start);
    return callback(R"({"type":"message-)" + rest + R"(,"to":")" + number +
                    R"(","message":{"to":["+15551230001","+15551230002"],"tag":")" + tag + "\"}}");
  }
  void take(std::size_t call) { client.answer(call, base::HttpResponse{202, {}, "{}"}), settle(); }

  std::unique_ptr<Network> groups;
};

TEST_F(SessionGroupTest, ARoomHasItsMembersAtOnce) {
  open_groups();
  EXPECT_TRUE(groups->features().rooms);
  EXPECT_EQ(join(group).error, Errc::none);
  const auto joined = sink.all<legacy::Joined>();
  ASSERT_EQ(joined.size(), 1u);
  EXPECT_EQ(joined[0].room, (legacy::Chat{ChatKind::room, group}));
  EXPECT_EQ(joined[0].nick, "al");
  EXPECT_FALSE(joined[0].traits.members_only) << "clients would encrypt by default, for telephones";
  std::map<std::string, std::string> members;
  for (const auto& member : joined[0].members) {
    members[member.nick] = member.person;
    EXPECT_EQ(member.affiliation, legacy::Affiliation::member);
    EXPECT_EQ(member.role, legacy::Role::participant);
  }
  EXPECT_EQ(members, (std::map<std::string, std::string>{
                         {"al", own_number}, {"+15551230001", "+15551230001"}, {"+15551230002", "+15551230002"}}));
  EXPECT_TRUE(client.calls.empty());
  EXPECT_EQ(join(group, "+15551230001").error, Errc::none);
  EXPECT_EQ(sink.all<legacy::Joined>().back().nick, own_number) << "a member's nick is not ours";
  EXPECT_EQ(ask(legacy::Leave{{ChatKind::room, group}, {}}).error, Errc::none);
}

TEST_F(SessionGroupTest, OurOwnNumberIsNotPartOfTheName) {
  open_groups();
  for (const auto& outcome :
       {join("+15550001111,+15551230001,+15551230002"), say("x", "+15550001111,+15551230001,+15551230002")}) {
    EXPECT_EQ(outcome.error, Errc::moved);
    EXPECT_EQ(outcome.moved_to, group);
  }
  EXPECT_EQ(join("+15550001111,+15551230001").error, Errc::bad_address);
  EXPECT_TRUE(sink.all<legacy::Joined>().empty());
}

TEST_F(SessionGroupTest, WithoutGroupsItIsSaidInWords) {
  open();
  EXPECT_FALSE(network.features().rooms);
  for (const auto& outcome : {join(group), say("x")}) {
    EXPECT_EQ(outcome.error, Errc::unsupported);
    EXPECT_NE(outcome.text.find("no group texts"), std::string::npos);
  }
  auto settings = bandwidth_settings();
  settings.rules.mms = false;
  crash();
  open_groups(settings);
  EXPECT_FALSE(groups->features().rooms);
  EXPECT_EQ(join(group).error, Errc::unsupported);
  inbound("hi", "m1");
  EXPECT_EQ(sink.all<Received>().at(0).chat, (legacy::Chat{ChatKind::person, "+15551230001"}));
  EXPECT_EQ(sink.all<Received>().at(0).text, "hi\n[to a group, also to +15551230002]");
}

TEST_F(SessionGroupTest, OneRequestGoesOutAndTheTextIsSaidInTheRoom) {
  open_groups();
  EXPECT_EQ(say("hello all").error, Errc::none);
  const auto own = sink.all<Received>();
  ASSERT_EQ(own.size(), 1u);
  EXPECT_TRUE(own[0].own);
  EXPECT_EQ(own[0].ref, last_ref);
  EXPECT_EQ(own[0].chat.id, group);
  EXPECT_EQ(own[0].text, "hello all");
  EXPECT_TRUE(std::holds_alternative<Outcome>(sink.events.back())) << "the text comes before its outcome";
  ASSERT_EQ(client.calls.size(), 1u);
  EXPECT_NE(client.calls[0].body.find(R"("to":["+15551230001","+15551230002"])"), std::string::npos)
      << client.calls[0].body;
  take(0);
  report(0, "+15551230001", "delivered\"");
  EXPECT_TRUE(sink.all<Delivery>().empty());
  report(0, "+15551230002", "delivered\"");
  ASSERT_EQ(sink.all<Delivery>().size(), 1u);
  EXPECT_EQ(sink.all<Delivery>()[0].token, "token");
  EXPECT_EQ(sink.all<Delivery>()[0].state, Delivery::State::delivered);
}

TEST_F(SessionGroupTest, NothingIsSaidThatIsNotOnTheDisk) {
  open_groups();
  state.fails = true;
  EXPECT_EQ(say("hello").error, Errc::storage_failed);
  state.fails = false;
  EXPECT_TRUE(sink.all<Received>().empty());
}

TEST_F(SessionGroupTest, AFailureNamesTheRecipientAlsoAfterARestart) {
  open_groups();
  say("hello");
  take(0);
  crash();
  open_groups();
  report(0, "+15551230002", "failed\",\"errorCode\":4720,\"description\":\"invalid\"");
  const auto told = sink.all<Delivery>();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].state, Delivery::State::failed);
  EXPECT_EQ(told[0].text, "+15551230002: error 4720: invalid");
}

TEST_F(SessionGroupTest, WhoHasOptedOutIsNamed) {
  open_groups();
  say("hello");
  take(0);
  report(0, "+15551230002", "failed\",\"errorCode\":4775,\"description\":\"opted out\"");
  EXPECT_EQ(send("+15551230002", "x"), Errc::opted_out);
  EXPECT_EQ(send("+15551230001", "x"), Errc::none);
  const auto outcome = say("again");
  EXPECT_EQ(outcome.error, Errc::opted_out);
  EXPECT_NE(outcome.text.find("+15551230002"), std::string::npos);
}

TEST_F(SessionGroupTest, EachRecipientCounts) {
  auto settings = bandwidth_settings();
  settings.rules.user_limits[1].messages = 5;
  settings.rules.prices = {{"+1", 10'000}};
  open_groups(settings);
  legacy::Query question{{ChatKind::person, group}, legacy::Query::Kind::cost, std::string(500, 'a')};
  ask(question);
  EXPECT_EQ(sink.all<legacy::Answer>().at(0).text, "2 messages, 2 segments (GSM-7), 0.02");
  EXPECT_EQ(say("one").error, Errc::none);
  EXPECT_EQ(say("two").error, Errc::none);
  EXPECT_EQ(say("three").error, Errc::busy);
  EXPECT_EQ(send("+15551230001", "x"), Errc::none);
  settings.rules.deny = {"+15551230002"};
  settings.rules.user_limits[1].messages = 0;
  crash();
  open_groups(settings);
  const auto outcome = say("four");
  EXPECT_EQ(outcome.error, Errc::not_allowed);
  EXPECT_NE(outcome.text.find("+15551230002"), std::string::npos) << outcome.text;
}

TEST_F(SessionGroupTest, MoreThanTheProviderTakesIsRefusedInWords) {
  open_groups();
  std::string many = "+15551230001";
  for (int i = 10; i < 20; ++i) many += ",+155512300" + std::to_string(i);
  EXPECT_EQ(join(many).error, Errc::none) << "such a group may still write to us";
  const auto outcome = say("x", many);
  EXPECT_EQ(outcome.error, Errc::against_policy);
  EXPECT_EQ(outcome.text, "A group text goes to 10 numbers at most; this group has 11.");
}

TEST_F(SessionGroupTest, WhatComesInIsSaidInTheRoomUntilItIsTaken) {
  open_groups();
  EXPECT_EQ(inbound("hi", "m1"), 200);
  EXPECT_EQ(inbound("hi", "m1"), 200);
  for (int start = 0; start < 2; ++start) {
    const auto texts = sink.all<Received>();
    ASSERT_EQ(texts.size(), 1u);
    EXPECT_EQ(texts[0].chat, (legacy::Chat{ChatKind::room, group}));
    EXPECT_EQ(texts[0].nick, "+15551230001");
    EXPECT_EQ(texts[0].text, "hi");
    EXPECT_FALSE(texts[0].key.empty());
    crash();
    open_groups();
  }
  ask(legacy::Taken{sink.all<Received>().at(0).key});
  crash();
  open_groups();
  EXPECT_TRUE(sink.all<Received>().empty());
}

TEST_F(SessionGroupTest, AGroupWithWhatIsNoNumberIsNamedInWords) {
  open_groups();
  inbound("hi", "m1", "\"72975\"");
  EXPECT_EQ(sink.all<Received>().at(0).chat.kind, ChatKind::person);
  EXPECT_EQ(sink.all<Received>().at(0).text, "hi\n[to a group, also to 72975]");
}

TEST_F(SessionGroupTest, StopIsHeededInAGroup) {
  open_groups();
  inbound("STOP", "m1");
  EXPECT_EQ(say("x").error, Errc::opted_out);
  EXPECT_EQ(send("+15551230001", "x"), Errc::opted_out);
  EXPECT_EQ(send("+15551230002", "x"), Errc::none);
}

}  // namespace
}  // namespace sms

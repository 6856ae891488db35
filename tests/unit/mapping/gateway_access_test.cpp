// Who may use a gateway, and what others get.
#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

struct Question {
  const char* to;
  const char* query;
  const char* type;
  const char* answer;  // "result" or the error's condition
};

class AccessTest : public GatewayTest {
 protected:
  void reopen(Options::Access access, std::set<std::string> allow = {}) {
    close();
    Options options;
    options.access = access;
    options.allow = std::move(allow);
    open(options);
  }
  std::string ask(const Question& q) {
    receive(std::string("<iq id='q' from='eve@y/a' to='") + q.to + "' type='" + q.type + "'>" + q.query + "</iq>");
    const std::string answer = next_text();
    EXPECT_TRUE(server_.sent.empty()) << answer;
    return answer;
  }
  void expect(const Question& q, const std::string& answer) {
    const bool is_result = q.answer == std::string("result");
    const std::string wanted = is_result ? "type='result'" : q.answer;
    EXPECT_NE(answer.find(wanted), answer.npos) << wanted << " in " << answer;
  }
};

TEST_F(AccessTest, AStrangersIqIsAnsweredOnceWhoeverMayUseTheGateway) {
  const Question always[] = {
      {"sms.x", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "get", "result"},
      {"sms.x", "<ping xmlns='urn:xmpp:ping'/>", "get", "result"},
      {"sms.x", "<query xmlns='jabber:iq:register'/>", "get", "result"},
      {"+15551234567@sms.x", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "get", "result"},
      {"sms.x", "<query xmlns='urn:nobody:knows'/>", "get", "service-unavailable"},
      {"sms.x", "<query xmlns='urn:nobody:knows'/>", "set", "service-unavailable"},
      {"nobody@sms.x", "<query xmlns='http://jabber.org/protocol/disco#info'/>", "get", "jid-malformed"},
  };
  for (const auto access : {Options::Access::open, Options::Access::registered, Options::Access::allowlist}) {
    reopen(access, {"x"});
    for (const Question& q : always) expect(q, ask(q));
  }
}

TEST_F(AccessTest, CommandsNeedAccessButForRegistration) {
  const char* const ping = "<command xmlns='http://jabber.org/protocol/commands' node='ping'/>";
  const char* const enter = "<command xmlns='http://jabber.org/protocol/commands' node='register'/>";
  reopen(Options::Access::registered);
  const Question refused{"sms.x", ping, "set", "registration-required"};
  expect(refused, ask(refused));
  const Question answered{"sms.x", enter, "set", "result"};
  expect(answered, ask(answered));
}

TEST_F(AccessTest, WhatNeedsAccessIsRefusedToStrangers) {
  Question prompt{"sms.x", "<query xmlns='jabber:iq:gateway'/>", "get", "result"};
  expect(prompt, ask(prompt));
  prompt.answer = "registration-required";
  reopen(Options::Access::registered);
  expect(prompt, ask(prompt));
  prompt.answer = "auth";
  reopen(Options::Access::allowlist, {"x"});
  expect(prompt, ask(prompt));
  prompt.answer = "result";
  reopen(Options::Access::allowlist, {"eve@y"});
  expect(prompt, ask(prompt));
}

TEST_F(AccessTest, AUserLeftWithoutASessionAtTheStartIsLoggedByTheReason) {
  register_phone();
  close();
  Options options;
  options.access = Options::Access::allowlist;
  options.allow = {"elsewhere"};
  testing::internal::CaptureStderr();
  open(options);
  const std::string said = testing::internal::GetCapturedStderr();
  EXPECT_NE(said.find("This gateway is not open to you."), said.npos) << said;
  EXPECT_EQ(said.find("al@x"), said.npos) << said;
  EXPECT_EQ(said.find("555"), said.npos) << said;
}

TEST_F(AccessTest, AnEmptyBodySendsNothingAndGetsNothing) {
  register_phone();
  const auto before = wire_.requests.size();
  for (const char* body : {"<body/>", "<body></body>", "<active xmlns='http://jabber.org/protocol/chatstates'/>"}) {
    receive(std::string("<message type='chat' id='e' from='al@x/a' to='+15551234567@sms.x'>") + body + "</message>");
    EXPECT_TRUE(server_.sent.empty()) << body;
    EXPECT_EQ(wire_.requests.size(), before) << body;
  }
}

}  // namespace
}  // namespace mapping

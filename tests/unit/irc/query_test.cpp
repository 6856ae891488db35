// The connection as a script: what is asked of people by CTCP and WHOIS.
#include <gtest/gtest.h>

#include "legacy/irc/clock_text.hpp"
#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;
using Kind = Query::Kind;

Query ask(const std::string& nick, Kind kind) {
  return {person(nick), kind};
}

TEST(IrcQuery, VersionPingTime) {
  Script{}
      .online()
      .submit(ask("alice", Kind::version))
      .sends("PRIVMSG alice :\x01VERSION\x01")
      .recv(":alice!u@h NOTICE me :\x01VERSION \x02irssi\x02 v1.4\x01")
      .event("answer#1 irssi v1.4")
      .event("outcome#1 ok")
      .submit(ask("alice", Kind::ping))
      .sends("PRIVMSG alice :\x01PING ...")
      .recv(":Alice!u@h NOTICE me :\x01PING 1\x01")
      .event("answer#2 ")
      .event("outcome#2 ok")
      .submit(ask("alice", Kind::time))
      .sends("PRIVMSG alice :\x01TIME\x01")
      .recv(":alice!u@h NOTICE me :\x01TIME Sat, 21 Nov 2026 12:00:00 +0100\x01")
      .event("answer#3 1795258800 60")
      .event("outcome#3 ok")
      .no_event();
}

TEST(IrcQuery, AnswersThatNobodyAwaitsAreDropped) {
  Script{}
      .online()
      .recv(":alice!u@h NOTICE me :\x01VERSION x\x01")
      .submit(ask("alice", Kind::ping))
      .recv(":bob!u@h NOTICE me :\x01PING 1\x01")
      .recv(":alice!u@h NOTICE me :\x01VERSION x\x01")
      .recv(":alice!u@h PRIVMSG me :\x01PING 1\x01")
      .no_event();
}

TEST(IrcQuery, NobodyThereOrNoAnswer) {
  Script{}
      .online()
      .submit(ask("alice", Kind::version))
      .recv(":srv 401 me alice :No such nick")
      .event("outcome#1 not_found: No such nick")
      .submit(ask("alice", Kind::version))
      .pass(19s)
      .no_event()
      .pass(2s)
      .event("outcome#2 timeout...")
      .submit(ask("alice", Kind::time))
      .recv(":alice!u@h NOTICE me :\x01TIME half past nine\x01")
      .event("outcome#3 unsupported...")
      .submit(ask("a b", Kind::time))
      .event("outcome#4 bad_address...")
      .submit(ask("alice", Kind::time))
      .lose()
      .event("outcome#5 disconnected...")
      .event("link offline...")
      .submit(ask("alice", Kind::time))
      .event("outcome#6 disconnected...")
      .no_event();
}

// The label says only that the server has taken the line.
TEST(IrcQuery, ALabelIsNoAnswer) {
  Script script;
  script.online("labeled-response batch echo-message").submit(ask("alice", Kind::version));
  const std::string label = script.sent().front().substr(0, script.sent().front().find(' '));
  script.recv(label + " :me!u@h PRIVMSG alice :\x01VERSION\x01").no_event();
  script.recv(":alice!u@h NOTICE me :\x01VERSION x\x01").event("answer#1 x").event("outcome#1 ok").no_event();
}

TEST(IrcQuery, OfOurselvesNeedsNoServer) {
  Script script;
  script.online().submit(ask("ME", Kind::version)).event("answer#1 wherry ...").event("outcome#1 ok");
  script.submit(ask("me", Kind::time)).event("answer#2 1000000 0").event("outcome#2 ok").sends_nothing();
}

TEST(IrcQuery, QuestionsAreBounded) {
  Script script;
  script.online();
  for (int i = 0; i < 25; ++i) script.submit(ask("n" + std::to_string(i), Kind::ping));
  EXPECT_EQ(script.sent().size(), 20U);
  script.event("outcome#21 busy...");
}

TEST(IrcWhois, BecomesAProfile) {
  Script{}
      .online()
      .submit(ask("alice", Kind::profile))
      .sends("WHOIS alice")
      .recv(":srv 311 me Alice al ho.st * :Alice \x02Liddell")
      .recv(":srv 312 me Alice irc.srv :a server")
      .recv(":srv 313 me Alice :is an IRC operator")
      .recv(":srv 317 me Alice 60 900000 :seconds idle, signon time")
      .recv(":srv 319 me Alice :@#a +#b")
      .recv(":srv 301 me Alice :lunch")
      .recv(":srv 330 me Alice acc :is logged in as")
      .recv(":srv 335 me Alice :is a bot")
      .recv(":srv 338 me Alice 192.0.2.1 :actually using host")
      .recv(":srv 671 me Alice :is using a secure connection")
      .event("peer Alice away lunch")
      .no_event()
      .recv(":srv 318 me alice :End")
      .event(
          "answer#1 Alice 'Alice Liddell'; Address: al@ho.st; Server: irc.srv (a server); IRC operator; Last active: "
          "1970-01-12 13:45 UTC; Connected since: 1970-01-11 10:00 UTC; Channels: @#a +#b; Away: lunch; Account: acc; "
          "Bot; Connects from: 192.0.2.1; Secure connection")
      .event("outcome#1 ok")
      .submit(ask("ALICE", Kind::profile))
      .sends_nothing()
      .event("answer#2 Alice...")
      .event("outcome#2 ok")
      .recv(":alice!u@h QUIT :bye")
      .pass(3s)
      .submit(ask("alice", Kind::profile))
      .sends("WHOIS alice");
}

TEST(IrcWhois, NobodyThere) {
  Script{}
      .online()
      .submit(ask("alice", Kind::profile))
      .submit(ask("alice", Kind::profile))
      .sends("WHOIS alice")
      .sends_nothing()
      .recv(":srv 401 me alice :No such nick")
      .event("outcome#1 not_found: No such nick")
      .event("outcome#2 not_found: No such nick")
      .recv(":srv 318 me alice :End")
      .no_event()
      .recv(":srv 318 me alice :End")
      .event("server: alice End");
}

TEST(IrcWhois, SeldomAndBounded) {
  Script script;
  script.online();
  for (int i = 0; i < 40; ++i) script.submit(ask("n" + std::to_string(i), Kind::profile));
  script.sends("WHOIS n0").sends_nothing().event("outcome#31 not_found...").pass(1s).sends_nothing();
  script.pass(1s).sends("WHOIS n1").sends_nothing();
  script.skip().lose();
  EXPECT_EQ(script.heard().size(), 31U);  // and the link's
}

TEST(IrcWhois, WhatTheUserTypedIsShown) {
  Script{}
      .online()
      .submit(SendText{network(), "WHOIS alice", ""})
      .event("outcome#1 ok")
      .submit(ask("alice", Kind::profile))
      .recv(":srv 311 me alice a h * :Typed")
      .event("server to #1: alice a h * Typed")
      .recv(":srv 318 me alice :End")
      .event("server to #1: alice End")
      .recv(":srv 311 me alice a h * :Asked")
      .recv(":srv 318 me alice :End")
      .event("answer#2 alice 'Asked'...")
      .event("outcome#2 ok")
      .recv(":srv 311 me bob a h * :Unasked")
      .event("server to #1: bob a h * Unasked")
      .no_event();
}

// With labels nobody has to guess who has asked.
TEST(IrcWhois, WhatWasTypedIsLabelled) {
  Script script;
  script.online("labeled-response batch").submit(SendText{network(), "WHOIS bob", ""}).event("outcome#1 ok");
  EXPECT_EQ(script.sent().back(), "@label=t1 WHOIS bob");
  script.submit(ask("bob", Kind::profile)).submit(SendText{network(), "LUSERS", ""}).event("outcome#3 ok");
  script.recv("@label=t1 :srv BATCH +1 labeled-response").recv("@batch=1 :srv 311 me bob b h * :Bob");
  script.event("server to #1: bob b h * Bob").recv("@batch=1 :srv 318 me bob :End").event("server to #1: bob End");
  script.recv(":srv BATCH -1").no_event().recv("@label=t3 :srv 401 me bob :No such nick");
  script.event("server to #3: bob No such nick").no_event();
}

TEST(IrcClock, Forms) {
  const struct {
    const char* text;
    long long seconds;
    int offset;
  } rows[] = {
      {"2026-11-21T11:00:00Z", 1795258800, 0},         {"2026-11-21T12:00:00.25+01:00", 1795258800, 60},
      {"2026-11-21 07:30:00 -0330", 1795258800, -210}, {"Sat, 21 Nov 2026 12:00:00 +0100", 1795258800, 60},
      {"21 Nov 2026 11:00 GMT", 1795258800, 0},        {"Sat Nov 21 11:00:00 UTC 2026", 1795258800, 0},
  };
  for (const auto& row : rows) {
    const auto time = irc::parse_clock(row.text);
    ASSERT_TRUE(time) << row.text;
    EXPECT_EQ(std::chrono::system_clock::to_time_t(time->when), row.seconds) << row.text;
    EXPECT_EQ(time->offset.count(), row.offset) << row.text;
  }
  for (const char* const text :
       {"", "now", "Sat Nov 21 11:00:00 2026", "2026-11-21T11:00:00", "2026-13-21T11:00:00Z", "2026-11-21T25:00:00Z",
        "Sat, 31 Feb 2026 12:00:00 +0100", "Sat, 21 Nov 2026 12:00:00 +9900", "1026-11-21T11:00:00Z"})
    EXPECT_FALSE(irc::parse_clock(text)) << text;
}

}  // namespace
}  // namespace irc_test

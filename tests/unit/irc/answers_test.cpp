// The connection as a script: what an error of the server is an answer to, and what isn't one.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

TEST(IrcList, AFailureIsEverybodys) {
  for (const std::string line : {":srv 263 me LIST :later", ":srv 416 me LIST :later", ":srv 263 me list :later"}) {
    Script script;
    script.online().submit(ListRooms{}).submit(ListRooms{}).sends("LIST").sends_nothing().recv(line);
    script.event("outcome#1 busy: later").event("outcome#2 busy: later").no_event();
    script.submit(ListRooms{}).sends("LIST").recv(":srv 323 me :End").event("rooms#3").event("outcome#3 ok");
  }
}

TEST(IrcList, ATimeoutIsEverybodys) {
  Script script;
  script.online().submit(ListRooms{}).pass(59s).submit(ListRooms{}).no_event().pass(2s);
  script.event("outcome#1 timeout...").event("outcome#2 timeout...").no_event().skip();
  script.submit(ListRooms{}).sends("LIST");
}

// 263, 421 and 461 say which command they are about.
TEST(IrcAnswer, BelongsToTheCommandItNames) {
  for (const std::string code : {"263", "421", "461"}) {
    Script script;
    script.online().submit(Join{room("#a"), "me", ""}).submit(Invite{room("#a"), "x", ""}).skip();
    script.recv(":srv " + code + " me WHOIS :no").event("server: WHOIS no").no_event();
    script.recv(":srv " + code + " me :no").event("server: no").no_event();
    script.recv(":srv " + code + " me JOIN :no").event("outcome#1 ...").no_event();
  }
  Script script;
  script.online().in_room("@me alice!u@h").submit(SetStanding{room("#a"), "alice", Affiliation::outcast, {}, ""});
  script.skip().recv(":srv 461 me KICK :no").event("outcome#2 bad_request: no");
}

// Those without any name are nobody's answer unless only one kind of request can cause them.
TEST(IrcAnswer, WithoutANameIsForTheUser) {
  for (const std::string line :
       {":srv 481 me :no", ":srv 417 me :no", ":srv 402 me else.where :no", ":srv 440 me NickServ :no"}) {
    Script script;
    script.online().submit(Join{room("#a"), "me", ""}).skip().recv(line);
    ASSERT_EQ(script.heard().size(), 1U) << line;
    EXPECT_TRUE(script.heard().front().starts_with("server: ")) << line;
  }
}

TEST(IrcAnswer, ToWhatTheUserTypedIsShown) {
  Script{}
      .online()
      .submit(SendText{network(), "NICK bob", ""})
      .event("outcome#1 ok")
      .recv(":srv 433 me bob :in use")
      .event("server to #1: bob in use")
      .no_event();
  Script{}
      .online()
      .submit(SendText{network(), "PART #x :bye", ""})
      .event("outcome#1 ok")
      .recv(":srv 442 me #x :not there")
      .event("server to #1: #x not there")
      .no_event();
}

TEST(IrcAnswer, ConditionsOfTheTable) {
  const struct {
    Request request;
    const char* line;
    const char* outcome;
  } rows[] = {
      {Join{room("#b"), "", ""}, ":srv 480 me #b :no", "outcome#2 busy: no"},
      {Join{room("#b"), "", ""}, ":srv 437 me #b :no", "outcome#2 busy: no"},
      {ChangeNick{"you"}, ":srv 437 me you :no", "outcome#2 nick_taken: no"},
      {ChangeNick{"you"}, ":srv 447 me you :no", "outcome#2 not_now: no"},
      {SendText{room("#a"), "x", ""}, ":srv 407 me #a :no", "outcome#2 against_policy: no"},
      {SendText{room("#a"), "x", ""}, ":srv 408 me #a :no", "outcome#2 against_policy: no"},
      {SendText{person("bob"), "x", ""}, ":srv 440 me bob :no", "outcome#2 service_down: no"},
      {Invite{room("#a"), "carl", ""}, ":srv 443 me carl #a :no", "outcome#2 conflict: no"},
      {SendText{room("#a"), "/mode +k x", ""}, ":srv 467 me #a :no", "outcome#2 conflict: no"},
      {SendText{room("#a"), "/mode +x", ""}, ":srv 477 me #a :no", "outcome#2 unsupported: no"},
      {Join{room("#b"), "", ""}, ":srv 477 me #b :no", "outcome#2 needs_registration: no"},
      {SendText{room("#a"), "/mode +b x", ""}, ":srv 478 me #a x :no", "outcome#2 busy: no"},
      // Nobody knows these, but they name what it is about.
      {Join{room("#b"), "", ""}, ":srv 495 me #B :no", "outcome#2 refused: no"},
      {SendText{person("bob"), "x", ""}, ":srv 599 me bob :no", "outcome#2 refused: no"},
      {Kick{room("#a"), "alice", ""}, ":srv 498 me #a :no", "outcome#2 refused: no"},
  };
  for (const auto& row : rows)
    Script{}.online().in_room("@me alice").submit(row.request).recv(row.line).event(row.outcome).no_event();
  Script{}.online().submit(Join{room("#b"), "", ""}).recv(":srv 495 me #c :no").event("server: #c no").no_event();
  Script{}.online().submit(Join{room("#b"), "", ""}).recv(":srv 395 me #b :x").event("server: #b x").no_event();
}

TEST(IrcNick, MayBeCutByTheServer) {
  Script{}
      .online()
      .submit(ChangeNick{"alexandrina"})
      .recv(":me!u@h NICK alexandri")
      .event("renamed me alexandri own asked")
      .event("outcome#1 ok")
      .no_event();
  // Services rename somebody whose own wish is still open.
  Script{}
      .online()
      .submit(ChangeNick{"alexandrina"})
      .recv(":me!u@h NICK Guest1")
      .event("renamed me Guest1 own")
      .no_event();
}

TEST(IrcLeave, TheTopicOfARoomLeftIsNobodys) {
  Script script;
  script.online().submit(Join{room("#a"), "me", ""}).submit(Leave{room("#a"), ""}).event("outcome#1 not_in_room...");
  for (const std::string line : {"JOIN #a", "332 me #a :topic", "333 me #a alice 1", "331 me #a :none", "324 me #a +n",
                                 "353 me = #a :me", "366 me #a :End"})
    script.recv((line.starts_with("JOIN") ? ":me!u@h " : ":srv ") + line).no_event();
  script.recv(":me!u@h PART #a").event("outcome#2 ok").no_event();
}

// The rules for names come after the first joins may have been asked for.
TEST(IrcCaseMapping, RoomsThatBecomeOne) {
  Script script;
  script.open().submit(Join{room("#a^"), "me", ""}).submit(Join{room("#a~"), "me", ""});
  script.recv(":srv 001 me :hi").recv(":srv 005 me CASEMAPPING=ascii :are supported").skip();
  script.submit(Join{room("#b["), "me", ""}).submit(Join{room("#b{"), "me", ""}).skip();
  script.recv(":srv 005 me CASEMAPPING=rfc1459 :are supported").no_event();
  script.recv(":me!u@h JOIN #b[").recv(":srv 366 me #b[ :End");
  script.event("joined #b[ as me: me=none/participant").event("outcome#3 ok").event("outcome#4 ok").no_event();
  script.pass(31s).event("outcome#1 timeout...").event("outcome#2 timeout...").no_event();
}

TEST(IrcCaseMapping, ARoomThatJoinsOneThatIsThere) {
  Script script;
  script.online({}, "CASEMAPPING=ascii").submit(Join{room("#b["), "me", ""});
  script.recv(":me!u@h JOIN #b[").recv(":srv 366 me #b[ :End").skip();
  script.submit(Join{room("#b{"), "me", ""}).recv(":srv 005 me CASEMAPPING=rfc1459 :are supported");
  script.event("joined #b[ as me: me=none/participant").event("outcome#2 ok").no_event();
  script.pass(31s).no_event();
}

const std::string history_caps = "batch message-tags server-time echo-message";

TEST(IrcHistory, IsNotRepeatedAfterAReconnect) {
  Script script;
  script.online(history_caps).in_room().recv("@msgid=m1 :alice!u@h PRIVMSG #a :one").event("#a/alice id=m1: one");
  script.submit(SendText{room("#a"), "two", ""}).recv("@msgid=m2 :me!u@h PRIVMSG #a :two");
  script.event("#a/me own#2 id=m2: two").lose().online(history_caps);
  script.recv(":me!u1234@host JOIN #a").recv(":srv 366 me #a :End").recv(":srv 324 me #a +nt").skip();
  script.recv(":srv BATCH +h chathistory #a");
  for (const std::string line : {"msgid=m1 :alice!u@h PRIVMSG #a :one", "msgid=m2 :me!u@h PRIVMSG #a :two"})
    script.recv("@batch=h;time=1970-01-12T13:46:30.000Z;" + line).no_event();
  script.recv("@batch=h;time=1970-01-12T13:46:39.000Z;msgid=m3 :alice!u@h PRIVMSG #a :three");
  script.event("#a/alice id=m3 old: three").no_event();
}

// Only so many are remembered.
TEST(IrcHistory, OldIdsAreForgotten) {
  Script script;
  script.online(history_caps).in_room();
  for (int i = 0; i < 300; ++i) script.recv("@msgid=m" + std::to_string(i) + " :alice!u@h PRIVMSG #a :x");
  script.skip().recv("@msgid=m299 :alice!u@h PRIVMSG #a :x").no_event();
  script.recv("@msgid=m101 :alice!u@h PRIVMSG #a :x").no_event();
  script.recv("@msgid=m0 :alice!u@h PRIVMSG #a :x").event("#a/alice id=m0: x");
}

}  // namespace
}  // namespace irc_test

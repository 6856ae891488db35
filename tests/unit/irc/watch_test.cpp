// The connection as a script: contacts by MONITOR and ISON, rooms by WHO, our own away state.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

Watch follow(const std::string& nick) {
  return {person(nick), true};
}

TEST(IrcWatch, Monitor) {
  Script{}
      .online("extended-monitor away-notify", "MONITOR=30")
      .submit(follow("Alice"))
      .event("outcome#1 ok")
      .sends("MONITOR + Alice")
      .recv(":srv 731 me :alice")
      .no_event()
      .recv(":srv 730 me :alice!u@h")
      .event("watched peer Alice available")
      .recv(":srv 730 me :alice!u@h")
      .no_event()
      .recv(":alice!u@h AWAY :lunch")
      .event("watched peer alice away lunch")
      .recv(":srv 731 me :alice")
      .event("watched peer Alice unavailable")
      .recv(":srv 730 me :bob!u@h")
      .event("server: bob!u@h")
      .submit(Watch{person("alice"), false})
      .event("outcome#2 ok")
      .sends("MONITOR - Alice")
      .recv(":srv 730 me :alice!u@h")
      .event("server: alice!u@h")
      .no_event();
}

TEST(IrcWatch, AgainAfterAReconnectOnceTheServerIsKnown) {
  Script script;
  script.submit(follow("alice")).submit(follow("bob")).sends_nothing();
  script.online("", "MONITOR=30 TARGMAX=WHOIS:1,MONITOR:1").sends_nothing();
  script.pass(2s).sends("MONITOR + alice").sends("MONITOR + bob").sends_nothing().skip();
  script.recv(":srv 730 me :alice!u@h").event("watched peer alice available");
  script.lose().skip().online("", "MONITOR=30").pass(2s).sends("MONITOR + alice,bob").sends_nothing();
  script.skip().recv(":srv 730 me :alice!u@h").event("watched peer alice available");
}

TEST(IrcWatch, BeyondTheServersListByIson) {
  Script script;
  script.submit(follow("alice")).submit(follow("bob")).submit(follow("carl")).online("", "MONITOR=1");
  script.pass(2s).sends("MONITOR + alice").sends("ISON bob carl").sends_nothing();
  script.recv(":srv 734 me 1 alice :Monitor list is full").sends("ISON alice").sends_nothing().skip();
  script.recv(":srv 303 me :carl").recv(":srv 303 me :").event("watched peer carl available").no_event();
  script.pass(59s).sends_nothing().pass(1s).sends("ISON alice bob carl");
  script.recv(":srv 303 me :Bob ").event("watched peer bob available").event("watched peer carl unavailable");
}

TEST(IrcWatch, AskedForAsOftenAsConfigured) {
  irc::Identity identity = Script::default_identity();
  identity.poll = 5s;
  Script script(identity);
  script.submit(follow("alice")).online().pass(2s).sends("ISON alice").recv(":srv 303 me :");
  script.pass(4s).sends_nothing().pass(1s).sends("ISON alice").recv(":srv 303 me :");
  script.pass(5s).sends("ISON alice");
}

TEST(IrcWatch, IsonLinesAreShort) {
  Script script;
  for (int i = 0; i < 100; ++i) script.submit(follow("nick" + std::to_string(i)));
  script.online().pass(2s);
  ASSERT_GT(script.sent().size(), 1U);
  for (const auto& line : script.sent()) EXPECT_LE(line.size(), 450U);
}

TEST(IrcWatch, AnIsonOfTheUserIsShown) {
  Script{}
      .online()
      .submit(SendText{network(), "ISON x alice", ""})
      .submit(follow("alice"))
      .skip()
      .recv(":srv 303 me :x")
      .event("server to #1: x")
      .recv(":srv 303 me :alice")
      .event("watched peer alice available")
      .recv(":srv 303 me :alice")
      .event("server to #1: alice")
      .no_event();
}

TEST(IrcWatch, WhatRoomsShowCountsAtOnce) {
  Script script;
  script.submit(follow("alice")).submit(follow("dora")).online().in_room().pass(2s).skip();
  script.recv(":srv 303 me :alice").event("watched peer alice available");
  script.recv(":dora!u@h JOIN #a").event("occupant...").event("watched peer dora available");
  script.recv(":dora!u@h QUIT :bye").event("quit...").event("watched peer dora unavailable");
  script.recv(":alice!u@h NICK dora").event("renamed...");
  script.event("watched peer alice unavailable").event("watched peer dora available").no_event();
}

TEST(IrcWatch, IsBounded) {
  Script script;
  for (int i = 0; i < 5000; ++i) script.submit(follow("n" + std::to_string(i)));
  script.skip().submit(follow("one-more")).event("outcome#5001 busy...");
  script.submit(follow("not a nick")).event("outcome#5002 bad_address...");
}

TEST(IrcWho, TellsWhoIsAwayOnceAfterTheJoin) {
  Script{}
      .online("away-notify", "WHOX BOT=B")
      .in_room("@me alice bob carl")
      .pass(2s)
      .sends_nothing()
      .pass(1s)
      .sends("WHO #a %tcuhnfar,...")
      .recv(":srv 354 me 0 #a u h alice G* acc :Not our token")
      .event("server: ...")
      .no_event();
  Script script;
  script.online("away-notify", "WHOX BOT=B").in_room("@me alice bob carl").pass(3s);
  const std::string token = script.sent().front().substr(script.sent().front().find(',') + 1);
  script.skip().recv(":srv 354 me " + token + " #a u h alice G* acc :Alice");
  script.event("occupant #a alice=none/participant(away)(operator)");
  script.recv(":srv 354 me " + token + " #a u h bob HB 0 :Bob").event("occupant #a bob=none/participant(bot)");
  script.recv(":srv 354 me " + token + " #a u h stranger H 0 :x").no_event();
  script.recv(":srv 354 me " + token + " #a u h bob HB 0 :Bob").no_event();
  script.recv(":srv 315 me #a :End").no_event().pass(10min);
  for (const auto& line : script.sent()) EXPECT_FALSE(line.starts_with("WHO")) << line;
}

TEST(IrcWho, AsksAgainWhereNobodyTellsWhoIsAway) {
  Script script;
  script.online().in_room("@me alice").pass(3s).sends("WHO #a").sends_nothing();
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("occupant #a alice=none/participant(away)");
  script.recv(":srv 315 me #a :End").no_event().skip();
  script.pass(4min).recv(":x PONG x").skip().pass(61s).sends("WHO #a");
  script.recv(":srv 352 me #a u h srv alice H :0 Alice").event("occupant #a alice=none/participant");
}

TEST(IrcWho, NotForBigRoomsAndNotAlone) {
  Script alone;
  alone.online("away-notify").in_room("@me").pass(4s).sends_nothing();
  std::string names = "@me";
  for (int i = 0; i < 100; ++i) names += " n" + std::to_string(i);
  Script big;
  big.online("away-notify").in_room(names).pass(4s).sends_nothing();
}

TEST(IrcWho, WhatTheUserTypedIsShown) {
  Script script;
  script.online("away-notify").in_room("@me alice").submit(SendText{network(), "WHO #a", ""}).pass(3s).skip();
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("server to #2: #a u h srv alice G 0 Alice");
  script.recv(":srv 315 me #a :End").event("server to #2: #a End");
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("occupant #a alice=none/participant(away)");
  script.recv(":srv 315 me #a :End").no_event();
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("server to #2: #a u h srv alice G 0 Alice").no_event();
}

TEST(IrcWho, OfTheUserAboutAPersonIsShownToo) {
  Script script;
  script.online("away-notify").in_room("@me alice").submit(SendText{network(), "WHO alice", ""}).pass(3s).skip();
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("server to #2: #a u h srv alice G 0 Alice");
  script.recv(":srv 315 me alice :End").event("server to #2: alice End");
  script.recv(":srv 352 me #a u h srv alice G :0 Alice").event("occupant #a alice=none/participant(away)").no_event();
}

TEST(IrcAway, OursIsSeenInRoomsWhenTheServerSaysSo) {
  Script{}
      .online()
      .in_room()
      .submit(SetPresence{Show::away, "lunch"})
      .event("outcome#2 ok")
      .pass(2s)
      .sends("AWAY :lunch")
      .recv(":srv 306 me :You have been marked as being away")
      .event("occupant #a me=admin/moderator(away lunch)")
      .no_event()
      .submit(SetPresence{Show::away, "lunch"})
      .submit(SetPresence{Show::available, ""})
      .pass(2s)
      .sends("AWAY")
      .skip()
      .recv(":srv 305 me :You are no longer marked as being away")
      .event("occupant #a me=admin/moderator")
      .no_event();
}

TEST(IrcAway, TypedByTheUserIsAnswered) {
  Script{}
      .online()
      .submit(SendText{network(), "AWAY :x", ""})
      .event("outcome#1 ok")
      .recv(":srv 306 me :You have been marked as being away")
      .event("server to #1: You have been marked as being away")
      .no_event();
}

TEST(IrcAway, NobodyLeftAtTheUsersEnd) {
  Script{}.online().submit(SetPresence{Show::unavailable, ""}).pass(2s).sends("AWAY :detached");
}

TEST(IrcNotice, GoesOutAsOne) {
  Script script;
  script.online().in_room().submit(SendText{room("#a"), "/me hm", "", Flavor::notice}).sends("NOTICE #a :/me hm");
  script.submit(SendText{person("bob"), "hm", "", Flavor::notice}).skip().recv(":irc.srv NOTICE me :soon down");
  script.event("server notice: soon down");
}

TEST(IrcDcc, IsDescribed) {
  const struct {
    const char* offer;
    const char* words;
  } rows[] = {
      {"DCC SEND a.txt 2130706433 5000 120", "the file a.txt (120 bytes)"},
      {"DCC SEND \"a b.txt\" 2130706433 5000 120", "the file a b.txt (120 bytes)"},
      {"DCC SEND a.txt 2130706433 5000", "the file a.txt"},
      {"DCC SEND", "the file "},
      {"DCC SEND \"", "the file \""},
      {"DCC CHAT chat 1 2", "a chat"},
      {"DCC RESUME x 1 2", "something"},
  };
  for (const auto& row : rows) {
    Script script;
    script.online().recv(std::string(":alice!u@h PRIVMSG me :\x01") + row.offer + "\x01");
    script.event(std::string("server: alice offers you ") + row.words + " over...");
    script.sends(
        "NOTICE alice :\x01"
        "ERRMSG DCC not supported\x01");
    script.recv(std::string(":alice!u@h PRIVMSG #a :\x01") + row.offer + "\x01").no_event().sends_nothing();
    script.recv(std::string(":alice!u@h NOTICE me :\x01") + row.offer + "\x01").no_event().sends_nothing();
  }
}

TEST(IrcStandardReplies, FailIsAnError) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .skip()
      .recv(":irc.srv FAIL PRIVMSG RATE_LIMITED #a :not about the join")
      .event("server: FAIL...")
      .recv(":irc.srv FAIL JOIN NEED_REGISTRATION #a :log in first")
      .event("outcome#1 needs_registration: log in first")
      .submit(Join{room("#b"), "me", ""})
      .recv(":irc.srv FAIL JOIN CHANNEL_RENAMED #b #c :it moved")
      .event("outcome#2 moved: it moved to #c")
      .submit(ChangeNick{"new"})
      .recv(":irc.srv FAIL NICK NICKNAME_RESERVED new :reserved")
      .event("outcome#3 nick_taken: reserved")
      .submit(ChangeNick{"odd"})
      .recv(":irc.srv FAIL NICK WHATEVER odd :no")
      .event("outcome#4 unacceptable: no")
      .recv(":irc.srv WARN JOIN SLOW #a :take your time")
      .event("server notice: take your time")
      .recv(":irc.srv 718 me alice u@h :is messaging you, and you have +g set")
      .event("server notice: alice u@h is messaging you, and you have +g set")
      .no_event();
}

}  // namespace
}  // namespace irc_test

// What a server says once and we would have to say tens of thousands of times.
#include <algorithm>

#include "tests/unit/irc/script.hpp"

using namespace legacy;

namespace irc_test {
namespace {

// Told of in #a, but not to the end.
Script& list(Script& script, std::size_t people) {
  script.submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a");
  for (std::size_t number = 0; number < people; ++number) script.recv(":srv 353 me = #a :p" + std::to_string(number));
  return script.recv(":srv 353 me = #a :@me").skip();
}

// In #a with so many others.
void fill(Script& script, std::size_t people) {
  list(script.online(), people).recv(":srv 366 me #a :End").recv(":srv 324 me #a +n").skip();
}

std::size_t count(Script& script, std::string_view start) {
  const auto is_one = [start](const std::string& event) { return event.starts_with(start); };
  const auto found = std::count_if(script.heard().begin(), script.heard().end(), is_one);
  script.skip();
  return static_cast<std::size_t>(found);
}

std::size_t occupants(Script& script) {
  return count(script, "occupant");
}

std::size_t people_to_free(Script& script) {
  std::size_t count = 0;
  for (const auto& people : script.state().work().take_discarded()) count += people.size();
  return count;
}

TEST(IrcLargeRoom, ModerationIsToldOnceAMinute) {
  Script script;
  fill(script, 1500);
  script.pass(2min).recv(":me!u@h MODE #a +m");
  EXPECT_EQ(occupants(script), 0U);
  // By and by.
  EXPECT_EQ(occupants(script.pass(0s)), 1000U);
  EXPECT_EQ(occupants(script.pass(0s)), 501U);
  for (int round = 0; round < 20; ++round) script.recv(":me!u@h MODE #a -m").recv(":me!u@h MODE #a +m").pass(0s);
  EXPECT_EQ(occupants(script), 0U);
  script.recv(":me!u@h MODE #a -m").skip().pass(61s).pass(0s);
  EXPECT_EQ(occupants(script), 1501U);
  EXPECT_EQ(occupants(script.pass(61s)), 0U);
}

TEST(IrcLargeRoom, InASmallOneItIsToldAtOnce) {
  Script script;
  fill(script, 10);
  script.recv(":me!u@h MODE #a +m");
  EXPECT_EQ(occupants(script), 10U);
  script.recv(":me!u@h MODE #a -m");
  EXPECT_EQ(occupants(script), 10U);
}

TEST(IrcLargeRoom, HowNamesAreComparedChangesSoOftenAndNoMore) {
  Script script;
  script.online().in_room("@me al[");
  for (int round = 0; round < 30; ++round) {
    script.recv(":srv 005 me CASEMAPPING=ascii :are supported").recv(":srv 005 me CASEMAPPING=rfc1459 :are supported");
  }
  script.skip().recv(":srv 005 me CASEMAPPING=ascii NICKLEN=5 :are supported").recv(":al{!u@h JOIN #a");
  ASSERT_EQ(script.heard().size(), 1U);
  EXPECT_TRUE(script.heard().front().starts_with("occupant #a al[=")) << script.heard().front();
}

TEST(IrcLargeRoom, WhatAServerSaysOfItsRulesAsLongAsNobodyIsThereDoesNotCount) {
  Script script;
  script.online();
  for (int round = 0; round < 30; ++round) {
    script.recv(":srv 005 me CASEMAPPING=rfc1459 :are supported").recv(":srv 005 me CASEMAPPING=ascii :are supported");
  }
  script.in_room("@me al[").recv(":al{!u@h JOIN #a").event("occupant #a al{=...").no_event();
}

TEST(IrcLargeRoom, WhoIsThereIsToldWhenAllHaveBeenLookedAt) {
  Script script;
  list(script.online(), 1500).recv(":srv 366 me #a :End").no_event();
  EXPECT_TRUE(script.state().work().is_open());
  script.pass(0s).event("joined #a as me: me=admin/moderator p0=...").event("outcome#1 ok").no_event();
  EXPECT_FALSE(script.state().work().is_open());
}

TEST(IrcLargeRoom, AListThatNamesNobodyIsTakenInByAndBy) {
  Script script;
  fill(script, 2500);
  script.recv(":srv 353 me = #a :@me").recv(":srv 366 me #a :End");
  EXPECT_EQ(count(script, "left #a p"), 999U);
  EXPECT_EQ(count(script.pass(0s), "left #a p"), 1000U);
  EXPECT_EQ(count(script.pass(0s), "left #a p"), 501U);
  EXPECT_FALSE(script.state().work().is_open());
  script.recv(":me!u@h PART #a");
  EXPECT_EQ(people_to_free(script), 1U);
}

TEST(IrcLargeRoom, AListOfNamesKnowsWhoCameOrChangedWhileItWasTold) {
  Script script;
  script.online().in_room("@me al bob carl").recv(":srv 353 me = #a :@me al").recv(":dora!d@h JOIN #a");
  script.recv(":bob!b@h NICK bert").recv(":al!a@h PART #a").recv(":al!a@h JOIN #a").skip();
  script.recv(":srv 366 me #a :End").event("left #a carl ()").no_event();
  script.recv(":srv 353 me = #a :@me al bert").recv(":srv 366 me #a :End").event("left #a dora ()").no_event();
}

TEST(IrcLargeRoom, WhatTheUserWantsMeanwhileComesBehindIt) {
  Script script;
  fill(script, 1500);
  script.recv(":srv 353 me = #a :@me").recv(":srv 366 me #a :End").skip();
  script.submit(SendText{room("#a"), "one", ""}).submit(SendText{room("#a"), "two", ""}).sends_nothing().no_event();
  script.pass(0s).sends("PRIVMSG #a :one").sends("PRIVMSG #a :two");
}

TEST(IrcLargeRoom, ALineOfTheServersComesBehindItToo) {
  Script script;
  fill(script, 1500);
  script.recv(":srv 353 me = #a :@me").recv(":srv 366 me #a :End").skip();
  script.submit(SendText{room("#a"), "one", ""}).recv(":p9!u@h JOIN #a").sends("PRIVMSG #a :one");
  ASSERT_GT(script.heard().size(), 501U);
  EXPECT_EQ(script.heard()[501], "occupant #a p9=none/participant");
  EXPECT_EQ(count(script, "left #a p"), 501U);
}

TEST(IrcLargeRoom, WhenTheConnectionIsLostMeanwhileEverybodyGetsAnAnswer) {
  Script script;
  list(script.online(), 1500).recv(":srv 366 me #a :End").submit(SendText{room("#a"), "one", ""});
  script.submit(Join{room("#b"), "me", ""}).no_event().lose();
  script.event("outcome#1 disconnected: gone").event("outcome#2...").event("outcome#3 disconnected: gone");
  EXPECT_FALSE(script.state().work().is_open());
  EXPECT_EQ(people_to_free(script), 1501U);
}

TEST(IrcLargeRoom, NoMoreWaitsThanAThousand) {
  Script script;
  list(script.online(), 1500).recv(":srv 366 me #a :End");
  for (int number = 0; number < 1001; ++number) script.submit(SendText{person("al"), "hi", ""});
  script.event("outcome#1002 queue_full: too much is waiting to be sent").no_event();
}

TEST(IrcLargeRoom, ACloseDoesNotWait) {
  Script script;
  list(script.online(), 1500).recv(":srv 366 me #a :End").submit(Close{"bye"});
  EXPECT_TRUE(script.state().farewell());
}

TEST(IrcLargeRoom, NicksThatBecomeOneAreTakenApartByAndBy) {
  Script script;
  script.online({}, "CASEMAPPING=ascii").submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a");
  for (int number = 0; number < 900; ++number) {
    const std::string text = std::to_string(number);
    script.recv(":srv 353 me = #a :p[" + text + " p{" + text);
  }
  script.recv(":srv 353 me = #a :@me").recv(":srv 366 me #a :End").pass(0s).skip();
  script.recv(":srv 005 me CASEMAPPING=rfc1459 :are supported");
  EXPECT_LT(count(script, "quit #a p{"), 900U);
  EXPECT_TRUE(script.state().work().is_open());
  script.recv(":p[7!u@h QUIT :gone");
  EXPECT_EQ(count(script, "quit #a p[7 (gone)"), 1U);
  script.recv(":p{8!u@h QUIT :gone").event("quit #a p[8 (gone)").no_event();
}

TEST(IrcLargeRoom, ANewOrderOfRanksIsSortedByAndByAndToldLater) {
  Script script;
  fill(script, 1500);
  script.pass(2min).recv(":srv 005 me PREFIX=(ov)@+ :are supported").no_event();
  EXPECT_TRUE(script.state().work().is_open());
  script.pass(0s).no_event();
  EXPECT_EQ(occupants(script.pass(0s)), 1000U);
  EXPECT_EQ(occupants(script.pass(0s)), 501U);
}

TEST(IrcLargeRoom, ManyRoomsWhoseRanksAreDueAreOneAfterTheOther) {
  Script script;
  script.online();
  for (const char* const name : {"#a", "#b", "#c"}) {
    script.submit(Join{room(name), "me", ""}).recv(std::string(":me!u@h JOIN ") + name);
    for (int number = 0; number < 1100; ++number)
      script.recv(std::string(":srv 353 me = ") + name + " :p" + std::to_string(number));
    script.recv(std::string(":srv 366 me ") + name + " :End");
  }
  script.pass(2min).skip();
  for (const char* const name : {"#a", "#b", "#c"}) script.recv(std::string(":me!u@h MODE ") + name + " +m");
  script.skip();
  std::size_t all = 0;
  for (int turn = 0; turn < 10; ++turn) {
    const std::size_t told = occupants(script.pass(0s));
    EXPECT_LE(told, 1000U);
    all += told;
  }
  EXPECT_EQ(all, 3U * 1101U);
}

TEST(IrcLargeRoom, WhoIsNotThereAnyMoreIsFreedByOthers) {
  Script script;
  fill(script, 1500);
  script.recv(":op!u@h KICK #a me");
  EXPECT_EQ(people_to_free(script), 1501U);
}

TEST(IrcLargeRoom, AnOperatorKnowsHimself) {
  Script script;
  script.online().in_room("@me al").skip().recv(":srv 381 me :You are now an operator");
  EXPECT_EQ(occupants(script), 1U);
}

}  // namespace
}  // namespace irc_test

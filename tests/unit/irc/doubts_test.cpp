// Texts whose answers never came: what is told of them, and when it turns out that they have arrived.
#include "tests/unit/irc/script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

constexpr const char* echoes = "batch echo-message message-tags server-time";

SendText text(const std::string& words) {
  return {room("#a"), words, "", Flavor::normal};
}

// A server that plays back what was said has done so on the first join.
void begin_with_history(Script& script) {
  script.online(echoes).submit(Join{room("#a"), "me", ""}).recv(":me!u1234@host JOIN #a");
  script.recv("@time=1970-01-01T00:00:00.000Z;msgid=old :alice!a@h PRIVMSG #a :long ago");
  script.recv(":srv 353 me = #a :@me alice").recv(":srv 366 me #a :End").recv(":srv 324 me #a +nt");
  script.skip();
}

Script& back(Script& script) {
  script.open().recv(":srv CAP * LS :" + std::string(echoes)).recv(":srv CAP * ACK :" + std::string(echoes));
  return script.recv(":srv 001 me :hi").recv(":me!u1234@host JOIN #a").recv(":srv 353 me = #a :@me alice").skip();
}

TEST(IrcDoubts, WithoutHistoryItIsToldAtOnce) {
  Script script;
  script.online(echoes).in_room().submit(text("hello")).submit(SendText{person("bob"), "psst", ""}).skip();
  script.lose().event("we left...").event("outcome#2 uncertain: It may have arrived or not: gone");
  script.event("outcome#3 uncertain: It may have arrived or not: gone").event("link offline...").no_event();
}

TEST(IrcDoubts, WhatHasNotLeftHasNotArrived) {
  Script script;
  script.online(echoes).in_room();
  irc::Now now{};
  script.state().submit(7, text("hello"), now);
  EXPECT_EQ(script.state().take_lines().size(), 1u);  // and is never written
  script.lose().event("we left...").event("outcome#7 unreachable_now: It was not sent: gone").event("link offline...");
}

TEST(IrcDoubts, HalfOfALineMayBeALine) {
  Script script;
  script.online(echoes).in_room();
  script.state().submit(7, text("hello"), {});
  script.state().half_written(script.state().take_lines().front().mark);
  script.lose().event("we left...").event("outcome#7 uncertain...");
}

TEST(IrcDoubts, HistoryShowsThatItHasArrived) {
  Script script;
  begin_with_history(script);
  script.submit(text("hello")).submit(text("never arrives")).skip().lose();
  script.event("we left...").event("link offline...").no_event();
  back(script).recv("@time=2031-01-01T00:00:00.000Z;msgid=m1 :me!u1234@host PRIVMSG #a :hello");
  script.recv(":srv 366 me #a :End").recv(":srv 324 me #a +nt");
  script.event("joined #a...").event("#a/me own#2 id=m1: hello").event("outcome#2 ok").no_event();
  script.pass(59s).no_event().pass(2s).event("outcome#3 uncertain...").no_event();
  // Better late than never: the sender has the error, and gets the reflection.
  script.recv("@msgid=m2 :me!u1234@host PRIVMSG #a :never arrives")
      .event("#a/me own#3 id=m2: never arrives")
      .no_event();
  script.recv("@msgid=m3 :me!u1234@host PRIVMSG #a :never arrives")
      .event("#a/me own#0 id=m3: never arrives")
      .no_event();
}

TEST(IrcDoubts, ALongTextHasArrivedWhenAllOfItHas) {
  Script script;
  begin_with_history(script);
  const std::string words = std::string(300, 'a') + " " + std::string(300, 'b');
  script.submit(text(words)).skip().lose().skip();
  back(script).recv(":srv 366 me #a :End").recv(":srv 324 me #a +nt").event("joined...");
  script.recv("@msgid=m1 :me!u1234@host PRIVMSG #a :" + std::string(300, 'a')).no_event();
  script.recv("@msgid=m2 :me!u1234@host PRIVMSG #a :" + std::string(300, 'b'));
  script.event("#a/me own#2 id=m1: " + words).event("outcome#2 ok").no_event();
}

TEST(IrcDoubts, WhatWasSaidBeforeIsAnother) {
  Script script;
  begin_with_history(script);
  script.submit(text("hello")).skip().lose().skip();
  back(script).recv("@time=1970-01-02T00:00:00.000Z;msgid=m1 :me!u1234@host PRIVMSG #a :hello");
  script.recv(":srv 366 me #a :End").recv(":srv 324 me #a +nt");
  script.event("joined...").no_event().pass(61s).event("outcome#2 uncertain...").no_event();
}

TEST(IrcDoubts, NobodyIsLeftWithoutAnOutcome) {
  Script script;
  begin_with_history(script);
  script.submit(text("one")).skip().lose().skip();
  script.state().closed({Errc::none, "disconnected", true}, irc::Now::get());
  script.pass(0s).event("outcome#2 uncertain...").event("link stopped...").no_event();
}

// The answer comes when its sender has given up waiting.
TEST(IrcDoubts, ALateEchoIsAReflection) {
  Script script;
  script.online(echoes).in_room().submit(text("hello")).skip().pass(61s).event("outcome#2 uncertain...");
  script.recv("@msgid=m1 :me!u1234@host PRIVMSG #a :hello").event("#a/me own#2 id=m1: hello").no_event();
}

}  // namespace
}  // namespace irc_test

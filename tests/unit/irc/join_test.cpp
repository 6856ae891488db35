// The connection as a script: joining, leaving, losing the connection.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string all_caps =
    "account-notify account-tag away-notify batch chghost echo-message extended-join labeled-response message-tags "
    "multi-prefix server-time setname userhost-in-names";

TEST(IrcJoin, TellsTheWholeRoomOnce) {
  Script{}
      .online(all_caps)
      .submit(Join{room("#a"), "me", "key"})
      .sends("JOIN #a key")
      .recv(":me!u@h JOIN #a * :Me")
      .sends("MODE #a")
      .recv(":srv 332 me #a :\x02hello\x02 world")
      .recv(":srv 333 me #a alice!u@h 1700000000")
      .recv(":srv 353 me = #a :@me!u@h ~@alice!a@b")
      .recv(":srv 353 me = #a :bob!b@c")
      .no_event()
      .recv(":srv 366 me #a :End")
      .recv(":srv 324 me #a +nt")
      .event("joined #a as me: alice=owner/moderator bob=none/participant me=admin/moderator 'hello world' by alice")
      .event("outcome#1 ok")
      .recv(":alice!a@b MODE #a +m")
      .event("traits #a moderated")
      .event("occupant #a bob=none/visitor")
      .event("mode #a +m by alice")
      .no_event();
}

// Where a server may play back what was said, its answer to our MODE tells that it has.
TEST(IrcJoin, WaitsForWhatTheServerPlaysBack) {
  Script script;
  script.online(all_caps).submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a * :Me");
  script.recv(":srv 353 me = #a :me!u@h").recv(":srv 366 me #a :End").no_event();
  script.pass(std::chrono::seconds(2)).event("joined #a as me: me=none/participant").event("outcome#1 ok");
}

// However much is played back, what is said meanwhile isn't lost.
TEST(IrcJoin, LiveTextsOutlastALongPlayback) {
  Script script;
  script.online(all_caps).submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a * :Me");
  script.recv(":srv 353 me = #a :me!u@h alice!a@b").recv(":srv 366 me #a :End");
  for (int line = 0; line < 150; ++line) script.recv("@time=1970-01-12T13:00:00.000Z :alice!a@b PRIVMSG #a :old");
  script.recv(":alice!a@b PRIVMSG #a :now").no_event().recv(":srv 324 me #a +nt");
  script.event("joined #a as me: alice=none/participant me=none/participant").event("#a/alice: now");
}

TEST(IrcJoin, LeavingEndsTheWaitForAPlayback) {
  Script script;
  script.online(all_caps).submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a * :Me");
  script.recv(":srv 353 me = #a :me!u@h").recv(":srv 366 me #a :End").no_event();
  script.submit(Leave{room("#a"), ""}).event("outcome#1 not_in_room: left before the join was done");
  script.recv(":srv 324 me #a +nt").pass(std::chrono::seconds(3)).no_event();
  script.recv(":me!u@h PART #a").event("outcome#2 ok").no_event();
}

TEST(IrcJoin, SecondJoinRepeatsTheState) {
  Script{}
      .online()
      .in_room("@me alice")
      .submit(Join{room("#A"), "x", ""})
      .event("joined #a as me: alice=none/participant me=admin/moderator")
      .event("outcome#2 ok")
      .sends_nothing();
}

TEST(IrcJoin, KeepsWhatIsSaidBeforeTheNames) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .recv(":me!u@h JOIN :#a")
      .recv(":alice!a@b PRIVMSG #a :early")
      .no_event()
      .recv(":srv 366 me #a :End")
      .event("joined #a as me: me=none/participant")
      .event("#a/alice: early")
      .event("outcome#1 ok");
}

TEST(IrcJoin, FailsWithTheServersWords) {
  const struct {
    const char* line;
    const char* outcome;
  } rows[] = {
      {":srv 475 me #a :Cannot join channel (+k)", "outcome#1 needs_password: Cannot join channel (+k)"},
      {":srv 473 me #A :+i", "outcome#1 needs_registration: +i"},
      {":srv 474 me #a :+b", "outcome#1 banned: +b"},
      {":srv 471 me #a :+l", "outcome#1 room_full: +l"},
      {":srv 403 me #a :No such channel", "outcome#1 not_found: No such channel"},
      {":srv 437 me #a :unavailable", "outcome#1 busy: unavailable"},
      {":srv 476 me #a :bad", "outcome#1 bad_address: bad"},
      {":srv 461 me JOIN :Not enough parameters", "outcome#1 bad_request: Not enough parameters"},
  };
  for (const auto& row : rows)
    Script{}.online().submit(Join{room("#a"), "me", ""}).recv(row.line).event(row.outcome).no_event();
}

TEST(IrcJoin, TimesOutWithoutAnAnswer) {
  Script{}.online().submit(Join{room("#a"), "me", ""}).pass(29s).no_event().pass(2s).event("outcome#1 timeout...");
}

TEST(IrcJoin, NamesWithoutEnd) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :@me bob")
      .pass(31s)
      .event("joined #a as me: bob=none/participant me=admin/moderator")
      .event("outcome#1 ok");
}

TEST(IrcJoin, RefusesWhatCanNotBeAChannel) {
  for (const std::string name : {"", "a", "#", "#a b", "#a,b", "#a\r\nQUIT", "#a\a"})
    Script{}.online().skip().submit(Join{room(name), "me", ""}).sends_nothing().event("outcome#1 bad_address...");
  for (const std::string key : {"a b", ":a", "a,b", "a\r\nQUIT"})
    Script{}.online().skip().submit(Join{room("#a"), "me", key}).sends_nothing().event("outcome#1 bad_request...");
}

TEST(IrcJoin, ForcedIsAnInvitation) {
  Script{}
      .online()
      .recv(":me!u@h JOIN #f")
      .event("invited #f by me")
      .recv(":srv 353 me = #f :me @op")
      .recv(":srv 366 me #f :End")
      .no_event()
      .submit(Join{room("#f"), "me", ""})
      .event("joined #f as me: me=none/participant op=admin/moderator")
      .event("outcome#1 ok");
}

TEST(IrcLeave, EveryWayOut) {
  Script{}
      .online()
      .in_room()
      .submit(Leave{room("#a"), "so\r\nlong"})
      .sends("PART #a :so long")
      .recv(":me!u@h PART #a :so long")
      .event("we left #a asked (so long)")
      .event("outcome#2 ok")
      .no_event();
  Script{}.online().in_room().recv(":me!u@h PART #a :services").event("we left #a forced (services)");
  Script{}.online().in_room().recv(":op!u@h KICK #a me :out").event("we left #a kicked (out) by op");
  Script{}
      .online()
      .in_room()
      .recv(":op!u@h MODE #a +b *!*@h")
      .skip()
      .recv(":op!u@h KICK #a me :out")
      .event("we left #a banned (out) by op");
  Script{}.online().in_room().recv(":alice!u@h PART #a").event("left #a alice ()");
  Script{}.online().in_room().recv(":alice!u@h QUIT :Quit: bye").event("quit #a alice (Quit: bye)");
  Script{}.online().in_room().recv(":alice!u@h QUIT :a.net b.net").event("netsplit #a alice (a.net b.net)");
  Script{}.online().in_room().recv(":op!u@h KICK #a alice").event("kicked #a alice () by op");
}

TEST(IrcLeave, BeforeTheJoinIsDone) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .submit(Leave{room("#a"), ""})
      .event("outcome#1 not_in_room...")
      .sends("JOIN #a")
      .sends("PART #a :")
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :me")
      .recv(":srv 366 me #a :End")
      .no_event()
      .recv(":me!u@h PART #a")
      .event("outcome#2 ok")
      .no_event()
      .recv(":op!u@h JOIN #a")
      .no_event();
}

TEST(IrcLeave, NetsplitBatch) {
  Script{}
      .online(all_caps)
      .in_room()
      .recv(":srv BATCH +n netsplit a.b c.d")
      .recv("@batch=n :alice!u@h QUIT :whatever")
      .event("netsplit #a alice (whatever)")
      .recv(":srv BATCH -n")
      .recv(":bob!u@h QUIT :whatever")
      .event("quit #a bob (whatever)");
}

TEST(IrcReceive, HistoryKeepsItsTime) {
  Script{}
      .online(all_caps)
      .in_room()
      .recv(":srv BATCH +h chathistory #a")
      .recv("@batch=h;time=1970-01-12T13:46:39.000Z :alice!u@h PRIVMSG #a :x")
      .event("#a/alice old: x");
}

TEST(IrcJoin, ForwardedToAnotherChannel) {
  Script{}
      .online()
      .submit(Join{room("#old"), "me", ""})
      .recv(":srv 470 me #old #new :Forwarding")
      .event("outcome#1 moved: Forwarding to #new")
      .recv(":me!u@h JOIN #new")
      .event("invited #new by me");
}

TEST(IrcJoin, NotBeforeTheWelcome) {
  Script script;
  script.submit(Join{room("#a"), "me", ""}).open().recv(":me!u@h JOIN #a").recv(":me!u@h NICK x");
  script.skip().recv(":srv 001 me :Welcome").skip().pass(31s);
  script.event("outcome#1 timeout...").no_event();
}

TEST(IrcLink, LostConnectionIsRejoined) {
  Script{}
      .online()
      .in_room()
      .submit(SendText{room("#a"), "hi", ""})
      .skip()
      .lose("broken pipe")
      .event("we left #a connection_lost (broken pipe)")
      .event("outcome#2 uncertain: It may have arrived or not: broken pipe")
      .event("link offline disconnected")
      .no_event()
      .open()
      .skip()
      .recv(":srv 001 me :hi")
      .sends("JOIN #a")
      .skip()
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :me")
      .recv(":srv 366 me #a :End")
      .event("joined #a as me: me=none/participant")
      .no_event();
}

// Those who were in it before wait for it, and have no other way to learn of it.
TEST(IrcLink, PutOutBeforeTheRoomIsBack) {
  Script script;
  script.online().in_room().lose().open().recv(":srv 001 me :hi").recv(":me!u@h JOIN #a").skip();
  script.recv(":op!u@h KICK #a me :no bots").event("we left #a kicked (no bots) by op").no_event();
}

TEST(IrcLink, ARoomThatHasMovedSaysWhereTo) {
  Script script;
  script.online().in_room().lose().open().recv(":srv 001 me :hi").skip();
  script.recv(":srv 470 me #a ##a :Forwarding");
  script.event("we left #a forced (Forwarding) to ##a");
}

TEST(IrcLink, RejoinsWithTheKey) {
  Script script;
  script.online().submit(Join{room("#a"), "me", "geheim"}).recv(":me!u@h JOIN #a").recv(":srv 366 me #a :End").lose();
  script.open().skip().recv(":srv 001 me :hi").sends("JOIN #a geheim");
}

TEST(IrcLink, SilenceIsNoticed) {
  Script script;
  script.online().pass(121s).sends("PING :alive").recv(":srv PONG srv :alive").pass(100s).sends_nothing();
  script.pass(30s).sends("PING :alive").pass(130s);
  ASSERT_TRUE(script.state().drop());
  EXPECT_EQ(script.state().drop()->reason, Errc::timeout);
}

TEST(IrcLink, AnswersPing) {
  Script{}.online().recv("PING :x y").sends("PONG :x y").recv("PING").sends("PONG :");
}

}  // namespace
}  // namespace irc_test

// A server may say what it likes: what was told of a room stays what the server would list. Found by tests/model.
#include "script.hpp"

using namespace irc_test;

// Without multi-prefix a list shows the highest rank only, and MODE may have told of one below another that is hidden.
TEST(Consistency, RankThatWasHidden) {
  Script irc;
  irc.online().in_room("@me ~alice");
  irc.recv(":me!u@h MODE #a +v alice").sends_nothing().skip();
  irc.recv(":me!u@h MODE #a -q alice").sends("NAMES #a").skip();
  irc.recv(":srv 353 me = #a :@me @alice").event("occupant #a alice=admin/moderator").no_event();
  irc.recv(":srv 366 me #a :end").no_event();
  irc.recv(":me!u@h MODE #a -v alice").sends_nothing();
}

TEST(Consistency, JoinInAnotherSpelling) {
  Script irc;
  irc.online().in_room("@me alice").recv(":ALICE!u@h JOIN #a").event("occupant #a alice=none/participant").no_event();
  irc.recv(":Alice!u@h NICK bob").event("renamed alice bob");
}

TEST(Consistency, NickThatIsTaken) {
  Script irc;
  irc.online().in_room("@me alice +bob").recv(":bob!u@h NICK alice");
  irc.event("quit #a alice ()").event("renamed bob alice").no_event();
  irc.recv(":alice!u@h PART #a").event("left #a alice ()");
}

TEST(Consistency, NobodyElseIsUs) {
  Script irc;
  irc.online().in_room("@me alice").recv(":alice!u@h NICK ME").event("quit #a alice ()").no_event();
  irc.recv(":me!u1234@host PART #a").event("we left #a forced ()");
}

TEST(Consistency, NicksThatBecomeOne) {
  Script irc;
  irc.online({}, "CASEMAPPING=ascii").in_room("@me a[ +a{");
  irc.recv(":srv 005 me CASEMAPPING=rfc1459 :are supported").event("quit #a a{ ()").no_event();
  irc.recv(":a{!u@h PART #a").event("left #a a[ ()");
}

TEST(Consistency, RanksThatMeanSomethingElse) {
  Script irc;
  irc.online().in_room("@me @alice").recv(":srv 005 me PREFIX=(ov)@+ :are supported");
  irc.event("occupant #a alice=owner/moderator").event("occupant #a me=owner/moderator").sends("NAMES #a");
}

TEST(Consistency, RankThatPrefixDoesNotName) {
  Script irc;
  irc.online().submit(legacy::Join{room("#a"), "me", ""}).recv(":me!u1234@host JOIN #a");
  irc.recv(":srv 353 me = #a :!@me $alice").skip().recv(":srv 366 me #a :end");
  irc.event("joined #a as me: alice=none/participant me=admin/moderator");
}

TEST(Consistency, ListBehindItsEnd) {
  Script irc;
  irc.online().submit(legacy::Join{room("#a"), "me", ""}).recv(":me!u1234@host JOIN #a").skip();
  irc.recv(":srv 366 me #a :end").event("joined #a as me: me=none/participant").event("outcome#1 ok");
  irc.recv(":srv 353 me = #a :@me +alice").event("occupant #a me=admin/moderator");
  irc.event("occupant #a alice=member/participant");
}

// Whoever is not on a whole list is not there; what comes between its lines counts.
TEST(Consistency, ListThatNobodyAskedFor) {
  Script irc;
  irc.online().in_room("@me alice bob carol").recv(":srv 353 me = #a :@me @alice").skip();
  irc.recv(":dave!u@h JOIN #a").recv(":alice!u@h NICK eve").skip();
  irc.recv(":srv 353 me = #a :bob")
      .skip()
      .recv(":srv 366 me #a :end")
      .event("left #a carol ()")
      .event("server: #a end");
  irc.recv(":eve!u@h PART #a").event("left #a eve ()").recv(":dave!u@h PART #a").event("left #a dave ()");
}

TEST(Consistency, TopicBehindTheJoin) {
  Script irc;
  irc.online().in_room().recv(":srv 332 me #a :late").event("subject #a 'late' by ").skip();
  irc.recv(":srv 332 me #a :late").event("server: #a late").no_event();
  irc.recv(":srv 331 me #a :No topic").event("subject #a '' by ");
}

TEST(Consistency, LeaveOfAnotherSpelling) {
  Script irc;
  irc.online().submit(legacy::Join{room("#a["), "me", ""}).recv(":me!u1234@host JOIN #a[");
  irc.recv(":srv 353 me = #a[ :@me").recv(":srv 366 me #a[ :end").skip();
  irc.submit(legacy::Join{room("#a{"), "me", ""}).event("outcome#2 ok").sends_nothing();
  irc.submit(legacy::Leave{room("#a{"), ""}).event("outcome#3 ok").sends_nothing();
}

// A new connection tells rooms apart as the last one did, until the server says otherwise.
TEST(Consistency, RoomsThatBecomeOneOnReconnect) {
  Script irc;
  irc.online({}, "CASEMAPPING=ascii");
  for (const std::string name : {"#a[", "#a{"}) {
    irc.submit(legacy::Join{room(name), "me", ""}).recv(":me!u1234@host JOIN " + name);
    irc.recv(":srv 353 me = " + name + " :@me").recv(":srv 366 me " + name + " :end");
  }
  irc.lose().skip().open().recv(":srv CAP * LS :").recv(":srv 001 me :hi");
  irc.skip().recv(":srv 005 me CASEMAPPING=rfc1459 :are supported");
  irc.event("we left #a{ forced (it is #a[ now) to #a[");
}

TEST(Consistency, RoomThatDoesNotComeBack) {
  Script irc;
  irc.online().in_room().lose().skip().open().recv(":srv CAP * LS :").recv(":srv 001 me :hi").skip();
  irc.submit(legacy::Join{room("#a"), "me", ""}).recv(":srv 474 me #a :banned");
  irc.event("outcome#2 banned: banned").event("we left #a forced (banned)");
}

// The join under the other spelling was asked for when both were one room, and is over with that room.
TEST(Consistency, JoinUnderAnotherSpellingHasAnOutcome) {
  Script irc;
  irc.online().submit(legacy::Join{room("#a["), "me", ""}).recv(":me!u1234@host JOIN #a[");
  irc.recv(":srv 353 me = #a[ :@me").recv(":srv 366 me #a[ :end").lose().open();
  irc.submit(legacy::Join{room("#a{"), "me", ""}).recv(":srv CAP * LS :").recv(":srv 001 me :hi");
  irc.recv(":srv 005 me CASEMAPPING=ascii :are supported").skip();
  irc.submit(legacy::Leave{room("#a["), ""}).event("outcome#2 not_in_room: left before the join was done");
}

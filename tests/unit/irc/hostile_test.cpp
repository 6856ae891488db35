// What only a broken or hostile server says; found by tests/fuzz/irc_state.cpp.
#include "script.hpp"

using namespace irc_test;

// Times that nanoseconds since 1970 can't hold count as unknown.
TEST(HostileServer, TimesBeyondTheClock) {
  for (const std::string time : {"21700000000", "9223372036854775807", "-1"}) {
    Script irc;
    irc.online().submit(legacy::Join{room("#a"), "me", ""}).recv(":me!u1234@host JOIN #a");
    irc.recv(":srv 332 me #a :topic").recv(":srv 333 me #a alice " + time);
    irc.recv(":srv 353 me = #a :@me").skip().recv(":srv 366 me #a :end");
    irc.event("joined #a as me: me=admin/moderator 'topic' by alice").skip();
  }
  for (const std::string time : {"9999-01-01", "1677-01-01", "0001-01-01"}) {
    Script irc;
    irc.online("server-time").in_room("@me alice");
    irc.recv("@time=" + time + "T00:00:00.000Z :alice!u@h PRIVMSG #a :hi").event("#a/alice: hi");
  }
}

TEST(HostileServer, JoinSaidTwiceKeepsTheRoom) {
  Script irc;
  irc.online().in_room("@me alice").recv(":me!u1234@host JOIN #a").sends_nothing().no_event();
  irc.recv(":alice!u@h PART #a").event("left #a alice ()");
  irc.lose().event("we left #a connection_lost (gone)");
}

// Put into a room by force: joining it while its members are still being listed has an Outcome all the same.
TEST(HostileServer, JoinOfARoomThatIsNeverListed) {
  Script lost, silent;
  for (Script* const irc : {&lost, &silent}) {
    irc->online().recv(":me!u1234@host JOIN #a").skip();
    irc->submit(legacy::Join{room("#a"), "me", ""}).sends_nothing().no_event();
  }
  lost.lose().event("outcome#1 disconnected: gone");
  silent.pass(61s).event("joined #a as me: me=none/participant").event("outcome#1 ok");
}

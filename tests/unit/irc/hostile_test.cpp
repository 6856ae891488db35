// What only a broken or hostile server says; found by tests/fuzz/irc_state.cpp.
#include "script.hpp"

using namespace irc_test;

TEST(HostileServer, JoinSaidTwiceKeepsTheRoom) {
  Script irc;
  irc.online().in_room("@me alice").recv(":me!u1234@host JOIN #a").sends_nothing().no_event();
  irc.recv(":alice!u@h PART #a").event("left #a alice ()");
  irc.lose().event("we left #a connection_lost (gone)");
}

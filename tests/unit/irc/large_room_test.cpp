// What a server says once and we would have to say tens of thousands of times.
#include "tests/unit/irc/script.hpp"

using namespace legacy;

namespace irc_test {
namespace {

// In #a with so many others.
void fill(Script& script, std::size_t people) {
  script.online().submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a");
  for (std::size_t number = 0; number < people; ++number) script.recv(":srv 353 me = #a :p" + std::to_string(number));
  script.recv(":srv 353 me = #a :@me").recv(":srv 366 me #a :End").recv(":srv 324 me #a +n").skip();
}

std::size_t occupants(Script& script) {
  std::size_t count = 0;
  for (const std::string& event : script.heard()) count += event.starts_with("occupant") ? 1 : 0;
  script.skip();
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

TEST(IrcLargeRoom, AnOperatorKnowsHimself) {
  Script script;
  script.online().in_room("@me al").skip().recv(":srv 381 me :You are now an operator");
  EXPECT_EQ(occupants(script), 1U);
}

}  // namespace
}  // namespace irc_test

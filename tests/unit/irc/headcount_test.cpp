// How many people are kept of one user's rooms, and how much of each.
#include <algorithm>

#include "tests/unit/irc/script.hpp"

using namespace legacy;

namespace irc_test {
namespace {

struct SmallCrowd final : Crowd {
  explicit SmallCrowd(std::size_t limit) : most(limit) {}
  bool take() noexcept override { return count < most && ++count > 0; }
  void give(std::size_t given) noexcept override { count -= given; }
  std::size_t most, count = 0;
};

std::string names(const std::string& room, int first, int count) {
  std::string line = ":srv 353 me = " + room + " :me";
  for (int number = first; number < first + count; ++number) line += " p" + std::to_string(number);
  return line;
}

class Headcount : public testing::Test {
 protected:
  void join(Script& script, const std::string& name, int people) {
    script.submit(Join{room(name), "me", ""}).recv(":me!u@h JOIN " + name).recv(names(name, 0, people)).skip();
    script.recv(":srv 366 me " + name + " :End");
  }
  std::shared_ptr<SmallCrowd> crowd = std::make_shared<SmallCrowd>(10);
};

TEST_F(Headcount, ARoomThatDoesNotFitIsNotJoined) {
  Script script(Script::default_identity(), crowd), other(Script::default_identity(), crowd);
  script.online();
  other.online();
  join(script, "#a", 6);
  script.event("joined #a as me:...").event("outcome#1 ok");
  join(other, "#b", 5);
  other.sends("PART #b :there are more people in your rooms than this gateway keeps for one user");
  other.event("outcome#1 too_many_rooms: there are more people in your rooms than this gateway keeps for one user");
  other.no_event().recv(":me!u@h PART #b").no_event();
  EXPECT_EQ(crowd->count, 6U);
  join(other, "#b", 4);
  other.event("joined #b as me:...").event("outcome#2 ok");
  EXPECT_EQ(crowd->count, 10U);
  script.recv(":late!u@h JOIN #a").no_event();
  script.recv(":p1!u@h PART #a").event("left #a p1 ()").recv(":late!u@h JOIN #a").event("occupant #a late...");
}

TEST_F(Headcount, WhoIsGoneCountsNoMore) {
  {
    Script script(Script::default_identity(), crowd);
    script.online();
    join(script, "#a", 4);
    join(script, "#b", 4);
    EXPECT_EQ(crowd->count, 8U);
    script.recv(":p1!u@h QUIT :gone").recv(":op!u@h KICK #a p2 :out").recv(":p3!u@h PART #b");
    EXPECT_EQ(crowd->count, 4U);
    script.recv(":p0!u@h NICK p9").recv(":x!u@h JOIN #a").recv(":x!u@h NICK p9");
    EXPECT_EQ(crowd->count, 4U);
    script.recv(":srv 353 me = #b :me p2").recv(":srv 366 me #b :End");
    EXPECT_EQ(crowd->count, 3U);
    script.recv(":op!u@h KICK #b me :out");
    EXPECT_EQ(crowd->count, 2U);
    script.recv(":srv 005 me CASEMAPPING=ascii :are supported").recv(":p9!u@h JOIN #a").recv(":p9!u@h JOIN #a");
    EXPECT_EQ(crowd->count, 2U);
  }
  EXPECT_EQ(crowd->count, 0U);
}

// The user still sees them, until the room is joined again or is no more.
TEST_F(Headcount, TheRoomsOfALostConnectionCount) {
  Script script(Script::default_identity(), crowd);
  script.online();
  join(script, "#a", 5);
  join(script, "#b", 4);
  script.lose();
  EXPECT_EQ(crowd->count, 9U);
  script.lose("still away");
  EXPECT_EQ(crowd->count, 9U);
  script.online();
  join(script, "#a", 6);
  EXPECT_EQ(crowd->count, 10U);
  script.submit(Leave{room("#b"), ""});
  EXPECT_EQ(crowd->count, 6U);
}

TEST_F(Headcount, WithoutACrowdThereIsABoundAllTheSame) {
  Script script;
  script.online();
  for (const std::string name : {"#a", "#b", "#c"}) {
    script.submit(Join{room(name), "me", ""}).recv(":me!u@h JOIN " + name);
    for (int first = 0; first < 40'000; first += 50) script.recv(names(name, first, 50));
    script.skip().recv(":srv 366 me " + name + " :End");
  }
  script.sends("PART #c :...").event("outcome#3 too_many_rooms...");
}

TEST_F(Headcount, NobodyTakesUpMuch) {
  Script script;
  script.online("chghost away-notify account-notify")
      .in_room("me al " + std::string(101, 'n'))
      .submit(Join{room("#a"), "me", ""});
  const std::string all = script.heard().front();
  EXPECT_EQ(all.find("nnn"), std::string::npos) << all;
  script.skip().recv(":al!u@h AWAY :" + std::string(400, 'w'));
  const std::string occupant = script.heard().front();
  EXPECT_EQ(std::count(occupant.begin(), occupant.end(), 'w'), 201) << occupant;  // one is in "away"

  irc::Person person;
  person.address = "user@" + std::string(120, 'h');
  person.account = std::string(64, 'a');
  keep_within_bounds(person);
  EXPECT_EQ(person.address.size(), 125U);
  EXPECT_EQ(person.account.size(), 64U);
  person.address += "hhhh";
  person.account += "a";
  keep_within_bounds(person);
  EXPECT_EQ(person.address + person.account, "");
}

}  // namespace
}  // namespace irc_test

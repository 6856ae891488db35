// One list of rooms for all users of a network, without what they may not see.
#include "mapping/room_directory.hpp"

#include <gtest/gtest.h>

#include "tests/support/loop.hpp"

using mapping::RoomDirectory;
using mapping::RoomList;

namespace {

using namespace std::chrono_literals;

class RoomDirectoryTest : public testing::Test {
 protected:
  // What that user is told; nothing yet when the network has not answered.
  void find(const std::string& user) {
    directory.find(
        "net", user,
        [this, user](RoomDirectory::Told told) {
          asked.push_back(user);
          open.push_back(std::move(told));
        },
        [this, user](const RoomList* list, const legacy::Outcome& outcome) {
          std::string text = user + ":";
          if (!list) text += legacy::Errc::none == outcome.error ? " ?" : " refused";
          for (const auto& key : list ? list->keys : std::vector<std::string>{}) text += " " + key.substr(0, 2);
          answers.push_back(text);
        });
    loop.settle();
  }
  void tell(std::vector<std::string> names, std::set<std::string> secrets = {}, bool is_secret = false) {
    legacy::Rooms rooms;
    for (auto& name : names) rooms.rooms.push_back({std::move(name), 3, "about it"});
    RoomDirectory::Answer answer{&rooms, {}, std::move(secrets), is_secret};
    const auto told = std::move(open.front());
    open.erase(open.begin());
    told(std::move(answer));
    loop.settle();
  }
  std::vector<std::string> take() { return std::exchange(answers, {}); }

  using Texts = std::vector<std::string>;
  support::Loop loop;
  mapping::Identity identity{"gw", false};
  RoomDirectory directory{loop.executor(), identity};
  Texts asked, answers;
  std::vector<RoomDirectory::Told> open;
};

TEST_F(RoomDirectoryTest, IsAskedForOnceForAll) {
  find("a");
  find("a");
  find("b");
  EXPECT_EQ(asked, Texts{"a"});
  tell({"#x", "#y"});
  EXPECT_EQ(take(), (Texts{"a: #x #y", "a: #x #y", "b: #x #y"}));
  find("c");
  EXPECT_EQ(take(), Texts{"c: #x #y"});
  EXPECT_EQ(asked.size(), 1U);
  loop.advance(6min);
  find("c");
  EXPECT_EQ(asked, (Texts{"a", "c"}));
}

TEST_F(RoomDirectoryTest, WhatIsSecretIsShownToWhoHasAskedAlone) {
  find("a");
  find("b");
  tell({"#x", "#y"}, {"#y%net@gw"});
  find("a");
  find("b");
  EXPECT_EQ(take(), (Texts{"a: #x #y", "b: #x", "a: #x #y", "b: #x"}));
  EXPECT_EQ(asked.size(), 1U);
}

TEST_F(RoomDirectoryTest, AnOperatorsListIsHisOwn) {
  find("oper");
  find("b");
  tell({"#x", "#y"}, {}, true);
  EXPECT_EQ(take(), Texts{"oper: #x #y"});
  EXPECT_EQ(asked, (Texts{"oper", "b"}));
  tell({"#x"});
  find("oper");
  EXPECT_EQ(take(), (Texts{"b: #x", "oper: #x #y"}));
}

TEST_F(RoomDirectoryTest, WhoIsRefusedIsRefusedAlone) {
  find("a");
  find("b");
  const auto told = std::move(open.front());
  open.clear();
  told({nullptr, {0, legacy::Errc::too_fast, "later"}});
  loop.settle();
  EXPECT_EQ(take(), Texts{"a: refused"});
  EXPECT_EQ(asked, (Texts{"a", "b"}));
}

TEST_F(RoomDirectoryTest, OneUserHasSoManyRequestsOpen) {
  for (int count = 0; count < 60; ++count) find("a");
  EXPECT_EQ(take(), Texts(10, "a: refused"));
  tell({"#x"});
  EXPECT_EQ(take(), Texts(50, "a: #x"));
}

// Who goes from host to host and asks each would fill the memory.
TEST_F(RoomDirectoryTest, TheLargestListGivesWay) {
  RoomDirectory small(loop.executor(), identity, 100'000);
  std::map<std::string, int> asked_for;
  const auto look = [&](const std::string& network, int count) {
    small.find(
        network, "a",
        [&, network, count](const RoomDirectory::Told& told) {
          ++asked_for[network];
          legacy::Rooms rooms;
          for (int number = 0; number < count; ++number) rooms.rooms.push_back({"#x", 1, std::string(100, 't')});
          told({&rooms, {}});
        },
        [](const RoomList* list, const legacy::Outcome&) { ASSERT_NE(list, nullptr); });
    loop.settle();
    return asked_for[network];
  };
  EXPECT_EQ(look("honest", 100), 1);
  for (int host = 0; host < 20; ++host) EXPECT_EQ(look("evil" + std::to_string(host), 300), 1);
  EXPECT_EQ(look("honest", 100), 1);
  EXPECT_EQ(look("evil0", 300), 2);
  EXPECT_EQ(look("huge", 3000), 1);
  EXPECT_EQ(look("huge", 3000), 2);
  EXPECT_EQ(look("honest", 100), 1);
}

TEST_F(RoomDirectoryTest, ALargeListIsMadeInSlices) {
  find("a");
  std::vector<std::string> names;
  for (int count = 0; count < 20'000; ++count) names.push_back("#" + std::to_string(count));
  tell(std::move(names));
  EXPECT_EQ(take().size(), 1U);
}

}  // namespace

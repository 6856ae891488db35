#include "legacy/irc/pending.hpp"

#include <gtest/gtest.h>

using namespace irc;
using namespace std::chrono_literals;

namespace {

Pending request(std::uint64_t serial, Confirm confirm = Confirm::answer) {
  Pending pending;
  pending.serial = serial;
  pending.confirm = confirm;
  return pending;
}

const base::Clock::time_point start = base::Clock::time_point{} + 1h;

}  // namespace

TEST(IrcPendingList, KeepsTheOrderAndFindsBySerial) {
  PendingList list;
  for (const std::uint64_t serial : {3, 5, 9}) list.add(request(serial));
  EXPECT_EQ(list.find(4), nullptr);
  EXPECT_EQ(list.take(5).serial, 5u);
  EXPECT_EQ(list.find(5), nullptr);
  std::vector<std::uint64_t> left;
  for (const Pending& pending : list) left.push_back(pending.serial);
  EXPECT_EQ(left, (std::vector<std::uint64_t>{3, 9}));
}

TEST(IrcPendingList, TellsWhatIsLate) {
  PendingList list;
  EXPECT_FALSE(list.earliest());
  list.limit(list.add(request(1)), start + 60s);
  list.limit(list.add(request(2)), start + 30s);
  list.add(request(3));
  EXPECT_EQ(list.earliest(), start + 30s);
  EXPECT_TRUE(list.expired(start + 29s).empty());
  EXPECT_EQ(list.expired(start + 30s), std::vector<std::uint64_t>{2});
  list.take(2);
  EXPECT_EQ(list.earliest(), start + 60s);
  list.take(1);
  EXPECT_TRUE(list.expired(start + 60s).empty());
  EXPECT_FALSE(list.earliest()) << "nobody waits with a limit any more";
}

TEST(IrcPendingList, KnowsWhetherAFenceIsWanted) {
  PendingList list;
  list.add(request(1, Confirm::fence));
  list.add(request(2, Confirm::fence));
  list.take(1);
  EXPECT_TRUE(list.wants_fence());
  list.remove_if([](const Pending& pending) { return pending.confirm == Confirm::fence; });
  EXPECT_FALSE(list.wants_fence());
  EXPECT_TRUE(list.empty());
}

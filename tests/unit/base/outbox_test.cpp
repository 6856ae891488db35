#include "base/outbox.hpp"

#include <gtest/gtest.h>

namespace {

using base::Outbox;

constexpr std::size_t cost = Outbox::item_cost;

bool push(Outbox& box, std::string_view lane, std::string text, Outbox::Class cls = Outbox::Class::normal) {
  return box.push(lane, {std::move(text), cls});
}

std::string take(Outbox& box, std::size_t bytes = 1000) {
  std::string text;
  for (const Outbox::Item& item : box.take(bytes)) text += item.bytes;
  return text;
}

std::string text(char letter, std::size_t size) {
  return std::string(size, letter);
}

TEST(Outbox, KeepsTheOrderOfALane) {
  Outbox box;
  for (const char* item : {"a", "b", "c"}) EXPECT_TRUE(push(box, "juliet", item));
  EXPECT_EQ(take(box), "abc");
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.bytes(), 0u);
  EXPECT_EQ(take(box), "");
}

TEST(Outbox, BatchIsBounded) {
  Outbox box;
  for (const char* item : {"aa", "bb", "c", "dddddddd"}) push(box, "juliet", item);
  EXPECT_EQ(take(box, 4), "aabb");
  EXPECT_EQ(take(box, 4), "c");
  EXPECT_EQ(take(box, 4), "dddddddd");  // one item always fits
}

TEST(Outbox, AFloodDoesNotDelayTheOthers) {
  Outbox box;
  for (int i = 0; i < 1000; ++i) push(box, "juliet", text('j', 100));
  push(box, "romeo", "r");
  push(box, "nurse", "n");
  const std::string batch = take(box, 16 * 1024);
  EXPECT_LE(batch.find('r'), 4096u);
  EXPECT_LE(batch.find('n'), 4096u + 1);
}

TEST(Outbox, TurnsAreFairByBytes) {
  Outbox box;
  for (int i = 0; i < 3000; ++i) push(box, "juliet", text('j', 10));
  for (int i = 0; i < 30; ++i) push(box, "romeo", text('r', 1000));
  push(box, "nurse", text('n', 30'000));
  std::string got;
  while (got.size() < 45'000) got += take(box, 1000);
  for (const char who : {'j', 'r'})
    EXPECT_NEAR(static_cast<double>(std::count(got.begin(), got.end(), who)), 22'500, 4096) << who;
  EXPECT_EQ(got.find('n'), got.npos);  // saves for its one item
  while (!box.empty()) got += take(box, 1000);
  EXPECT_EQ(got.size(), 90'000u);
}

TEST(Outbox, ALaneIsBounded) {
  Outbox box({.bytes = 10 * (cost + 1), .share = 2 * (cost + 1)});
  EXPECT_TRUE(push(box, "juliet", "a") && push(box, "juliet", "b"));
  EXPECT_FALSE(push(box, "juliet", "c"));
  EXPECT_TRUE(push(box, "romeo", "d"));
  EXPECT_EQ(box.refused(), 1u);
  EXPECT_EQ(take(box), "abd");
  EXPECT_TRUE(push(box, "juliet", "c"));
}

TEST(Outbox, TheWholeIsBounded) {
  Outbox box({.bytes = 2 * (cost + 1)});
  EXPECT_TRUE(push(box, "juliet", "a") && push(box, "romeo", "b"));
  EXPECT_FALSE(push(box, "nurse", "c"));
  EXPECT_EQ(take(box), "ab");
  EXPECT_TRUE(push(box, "nurse", "c"));
}

TEST(Outbox, ManyFloodsLeaveRoomForOthers) {
  Outbox box({.bytes = 1000 * 1000});
  for (int turn = 0; turn < 2000; ++turn)
    for (const char* flooded : {"juliet", "nurse", "tybalt"}) push(box, flooded, text('x', 840));
  EXPECT_NEAR(static_cast<double>(box.bytes()), 750'000, 10'000);
  for (int turn = 0; turn < 100; ++turn) EXPECT_TRUE(push(box, "romeo", text('r', 840)));
}

TEST(Outbox, ClosesFirstToWhatMayBeLost) {
  Outbox box({.share = 4 * (cost + 1), .reserved = cost + 1});
  EXPECT_TRUE(push(box, "juliet", "p", Outbox::Class::droppable));
  EXPECT_TRUE(push(box, "juliet", "p", Outbox::Class::droppable));
  EXPECT_FALSE(push(box, "juliet", "p", Outbox::Class::droppable));
  EXPECT_TRUE(push(box, "juliet", "m"));
  EXPECT_FALSE(push(box, "juliet", "m"));
  EXPECT_TRUE(push(box, "juliet", "i", Outbox::Class::reserved));
  EXPECT_FALSE(push(box, "juliet", "i", Outbox::Class::reserved));
  EXPECT_EQ(box.dropped(), 1u);
  EXPECT_EQ(box.refused(), 2u);
  EXPECT_EQ(take(box), "ppmi");
}

TEST(Outbox, WhoFillsALaneWaitsUntilItIsEmptier) {
  Outbox box({.mark = 8 * (cost + 1)});
  int resumed = 0;
  for (int i = 0; i < 7; ++i) push(box, "juliet", "j");
  EXPECT_TRUE(box.has_room("juliet"));
  push(box, "juliet", "j");
  EXPECT_FALSE(box.has_room("juliet"));
  EXPECT_TRUE(box.has_room("romeo"));
  box.when_room("juliet", [&] { ++resumed; });
  EXPECT_EQ(take(box, 5), "jjjjj");
  EXPECT_EQ(resumed, 0);
  EXPECT_EQ(take(box, 1), "j");
  EXPECT_EQ(resumed, 1);
  EXPECT_EQ(take(box), "jj");
  EXPECT_EQ(resumed, 1);
}

TEST(Outbox, WhenManyFillItEachHasRoomForLess) {
  Outbox box({.bytes = 64 * 1024});
  push(box, "romeo", text('r', 10'000));
  EXPECT_TRUE(box.has_room("romeo"));
  push(box, "juliet", text('j', 30'000));
  push(box, "nurse", "n");
  EXPECT_FALSE(box.has_room("romeo"));
  EXPECT_TRUE(box.has_room("nurse"));
}

TEST(Outbox, NobodyWaitsWhenThatWouldBeForTooLong) {
  Outbox box({.mark = cost});
  int resumed = 0;
  push(box, "juliet", "j");
  box.when_room("juliet", [&] { ++resumed; });
  box.set_patient(false);
  EXPECT_EQ(resumed, 1);
  EXPECT_TRUE(box.has_room("juliet"));
  box.set_patient(true);
  EXPECT_FALSE(box.has_room("juliet"));
}

TEST(Outbox, ForgetsLanesThatAreEmpty) {
  Outbox box;
  for (int i = 0; i < 5000; ++i) push(box, std::to_string(i), "x");
  while (!box.empty()) take(box);
  EXPECT_LE(box.lanes(), 1024u);
}

}  // namespace

#include "base/outbox.hpp"

#include <gtest/gtest.h>

using base::Outbox;

TEST(Outbox, KeepsOrderAndCoalesces) {
  Outbox box;
  EXPECT_TRUE(box.push("a") && box.push("b", Outbox::Class::droppable) && box.push("c"));
  EXPECT_EQ(box.begin_batch(), "abc");
  EXPECT_EQ(box.items(), 3u);
  box.commit_batch();
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.bytes(), 0u);
  EXPECT_EQ(box.written(), 3u);
}

TEST(Outbox, BatchIsBounded) {
  Outbox box({.items = 10, .bytes = 100, .batch_bytes = 4});
  for (const char* item : {"aa", "bb", "c", "dddddddd"}) box.push(item);
  EXPECT_EQ(box.begin_batch(), "aabb");
  box.commit_batch();
  EXPECT_EQ(box.begin_batch(), "c");
  box.commit_batch();
  EXPECT_EQ(box.begin_batch(), "dddddddd");  // one item always fits
}

TEST(Outbox, WritesAgainWhatFailed) {
  Outbox box;
  box.push("a");
  EXPECT_EQ(box.begin_batch(), "a");
  box.push("b");
  box.abort_batch();
  EXPECT_EQ(box.begin_batch(), "ab");
}

TEST(Outbox, CommitsOnlyWhatWasInTheBatch) {
  Outbox box;
  box.push("a");
  box.begin_batch();
  box.push("b");
  box.commit_batch();
  EXPECT_EQ(box.begin_batch(), "b");
}

TEST(Outbox, KeepsARestForReservedItems) {
  Outbox box({.items = 3, .bytes = 10, .batch_bytes = 100, .reserved_items = 1, .reserved_bytes = 4});
  EXPECT_TRUE(box.push("m1"));
  EXPECT_FALSE(box.push("mmmmm"));
  EXPECT_TRUE(box.push("p1", Outbox::Class::droppable));
  EXPECT_FALSE(box.push("p2", Outbox::Class::droppable));
  EXPECT_TRUE(box.push("answer", Outbox::Class::reserved));
  EXPECT_TRUE(box.push("aa", Outbox::Class::reserved));  // p1 makes room
  EXPECT_FALSE(box.push("a", Outbox::Class::reserved));
  EXPECT_EQ(box.begin_batch(), "m1answeraa");
}

TEST(Outbox, DropsTheOldestPresenceFirst) {
  Outbox box({.items = 3, .bytes = 100, .batch_bytes = 100});
  box.push("p1", Outbox::Class::droppable);
  box.push("m1");
  box.push("p2", Outbox::Class::droppable);
  EXPECT_FALSE(box.push("p3", Outbox::Class::droppable));
  EXPECT_TRUE(box.push("m2"));
  EXPECT_TRUE(box.push("m3"));
  EXPECT_FALSE(box.push("m4"));
  EXPECT_EQ(box.dropped(), 3u);  // p3 too, for which there was no room
  EXPECT_EQ(box.begin_batch(), "m1m2m3");
  box.commit_batch();
  EXPECT_TRUE(box.empty());
  EXPECT_EQ(box.written(), box.pushed());
  EXPECT_TRUE(box.push("m5"));
}

TEST(Outbox, NeverDropsWhatIsBeingWritten) {
  Outbox box({.items = 1, .bytes = 100, .batch_bytes = 100});
  box.push("p", Outbox::Class::droppable);
  box.begin_batch();
  EXPECT_FALSE(box.push("m"));
  box.commit_batch();
  EXPECT_TRUE(box.push("m"));
}

TEST(Outbox, CountsBytes) {
  Outbox box({.items = 100, .bytes = 4, .batch_bytes = 100});
  EXPECT_TRUE(box.push("aaa"));
  EXPECT_FALSE(box.push("bb"));
  EXPECT_FALSE(box.push("ccccc"));
  EXPECT_TRUE(box.push("d"));
}

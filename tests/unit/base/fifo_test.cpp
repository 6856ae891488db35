#include "base/fifo.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace {

TEST(Fifo, KeepsTheOrderWhileItGrows) {
  base::Fifo<int> queue;
  int next_in = 0, next_out = 0;
  for (int round = 0; round < 50; ++round) {
    for (int i = 0; i < 7; ++i) queue.push_back(next_in++);
    for (int i = 0; i < 5; ++i) {
      ASSERT_EQ(queue.front(), next_out++);
      queue.pop_front();
    }
  }
  EXPECT_EQ(queue.size(), 100u);
  EXPECT_EQ(queue[99], next_in - 1);
}

TEST(Fifo, InsertsInTheMiddle) {
  base::Fifo<std::unique_ptr<int>> queue;
  for (const int i : {1, 2, 4, 5}) queue.push_back(std::make_unique<int>(i));
  queue.insert(queue.begin() + 2, std::make_unique<int>(3));  // it is full before
  int expected = 1;
  for (const auto& each : queue) EXPECT_EQ(*each, expected++);
}

}  // namespace

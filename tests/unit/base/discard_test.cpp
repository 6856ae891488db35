// What is large is freed in several turns of the loop.
#include "base/discard.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace {

// Each element takes a slice.
struct Slow {
  std::shared_ptr<int> left;
  std::size_t size() const { return 1000; }
  bool empty() const { return *left == 0; }
  int begin() const { return 0; }
  void erase(int) {
    const base::Slice slice;
    while (!slice.is_over()) {
    }
    --*left;
  }
};

TEST(Discard, ASliceInEachTurn) {
  asio::io_context io;
  const auto left = std::make_shared<int>(3);
  base::discard(io.get_executor(), Slow{left});
  EXPECT_EQ(*left, 3);
  for (int expected = 2; expected >= 0; --expected) {
    EXPECT_EQ(io.poll_one(), 1U);
    EXPECT_EQ(*left, expected);
  }
  EXPECT_EQ(io.poll(), 0U);
  EXPECT_EQ(left.use_count(), 1);
}

// However many there are, one slice for all.
TEST(Discard, OneAfterTheOther) {
  asio::io_context io;
  const auto first = std::make_shared<int>(2), second = std::make_shared<int>(1);
  base::discard(io.get_executor(), Slow{first});
  base::discard(io.get_executor(), Slow{second});
  EXPECT_EQ(io.poll_one(), 1U);
  EXPECT_EQ(*first + *second, 2);
  io.poll();
  EXPECT_EQ(*first + *second, 0);
}

TEST(Discard, TheRestWithTheLoop) {
  const auto left = std::make_shared<int>(3);
  {
    asio::io_context io;
    base::discard(io.get_executor(), Slow{left});
    io.poll_one();
  }
  EXPECT_EQ(*left, 2);
  EXPECT_EQ(left.use_count(), 1);
}

TEST(Discard, WhatIsSmallAtOnce) {
  asio::io_context io;
  base::discard(io.get_executor(), std::map<int, std::string>{{1, "one"}});
  EXPECT_EQ(io.poll(), 0U);
}

}  // namespace

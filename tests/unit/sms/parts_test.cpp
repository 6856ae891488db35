#include "legacy/sms/parts.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using namespace std::chrono_literals;

class PartsTest : public testing::Test {
 protected:
  // What came out, "text" each.
  std::vector<std::string> offer(std::size_t number, std::size_t total, const std::string& text,
                                 const std::string& reference = "7", const std::string& id = "*") {
    Inbound part;
    part.from = "15551234567";
    part.to = "15550001111";
    part.text = text;
    part.id = id == "*" ? reference + "/" + text : id;
    part.when = now;
    part.part = Part{reference, number, total};
    return texts(parts->offer(part, "+15551234567", now));
  }
  std::vector<std::string> tick() { return texts(parts->tick(now)); }
  std::vector<std::string> texts(std::vector<Inbound> wholes) {
    std::vector<std::string> out;
    for (auto& whole : wholes) {
      EXPECT_EQ(whole.from, "+15551234567");
      EXPECT_EQ(whole.to, "15550001111");
      EXPECT_FALSE(whole.part);
      out.push_back(whole.text);
      last = std::move(whole);
    }
    return out;
  }
  void restart() { parts.emplace(state, 10min, 3); }

  using Texts = std::vector<std::string>;
  base::WallTime now = base::WallTime::clock::from_time_t(1700000000);
  MemoryState state;
  std::optional<Parts> parts{std::in_place, state, 10min, 3};
  Inbound last;
};

TEST_F(PartsTest, JoinsInEveryOrderAcrossRestarts) {
  std::vector<std::size_t> order = {1, 2, 3};
  int reference = 0;
  do {
    const auto name = std::to_string(++reference);
    const auto start = now;
    for (const auto number : order) {
      const auto out = offer(number, 3, std::string(1, static_cast<char>('a' + number)), name);
      EXPECT_EQ(out, number == order.back() ? Texts{"bcd"} : Texts{});
      now += 1s;
      restart();
    }
    EXPECT_EQ(last.when, start);
    EXPECT_EQ(state.count("part/"), 0u);
    EXPECT_EQ(parts->next_due(), std::nullopt);
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_F(PartsTest, ARepeatCountsOnceAlsoAfterTheEnd) {
  EXPECT_EQ(offer(1, 2, "a"), Texts{});
  EXPECT_EQ(offer(1, 2, "a"), Texts{});
  EXPECT_EQ(offer(2, 2, "b"), Texts{"ab"});
  restart();
  EXPECT_EQ(offer(2, 2, "b"), Texts{});
  EXPECT_EQ(offer(1, 2, "a"), Texts{});
  EXPECT_EQ(state.count("part/"), 0u);
}

TEST_F(PartsTest, WithoutIdsTheTextTellsARepeat) {
  EXPECT_EQ(offer(1, 2, "a", "7", ""), Texts{});
  EXPECT_EQ(offer(1, 2, "a", "7", ""), Texts{});
  EXPECT_EQ(offer(2, 2, "b", "7", ""), Texts{"ab"});
}

TEST_F(PartsTest, SaysWhatIsMissingAfterTenMinutes) {
  const struct {
    std::vector<std::size_t> come;
    const char* expected;
  } cases[] = {
      {{1, 3}, "<1>[part 2 of 3 missing]<3>"},
      {{2}, "[part 1 of 3 missing]<2>[part 3 of 3 missing]"},
      {{3}, "[parts 1 to 2 of 3 missing]<3>"},
      {{1}, "<1>[parts 2 to 3 of 3 missing]"},
  };
  int reference = 0;
  for (const auto& c : cases) {
    const auto name = std::to_string(++reference);
    const auto due = now + 10min;
    for (const auto number : c.come) {
      offer(number, 3, "<" + std::to_string(number) + ">", name);
      now += 1s;
    }
    restart();
    EXPECT_EQ(parts->next_due(), due);
    now = due - 1s;
    EXPECT_EQ(tick(), Texts{});
    now = due;
    EXPECT_EQ(tick(), Texts{c.expected});
    EXPECT_EQ(tick(), Texts{});
    EXPECT_EQ(state.count("part/"), 0u);
  }
}

TEST_F(PartsTest, KeepsSetsApart) {
  EXPECT_EQ(offer(1, 2, "a", "7"), Texts{});
  EXPECT_EQ(offer(2, 2, "y", "8"), Texts{});
  EXPECT_EQ(offer(2, 3, "m", "7"), Texts{});
  EXPECT_EQ(offer(1, 2, "x", "8"), Texts{"xy"});
  EXPECT_EQ(offer(2, 2, "b", "7"), Texts{"ab"});
}

TEST_F(PartsTest, AReferenceIsUsedAgain) {
  EXPECT_EQ(offer(1, 2, "old"), Texts{});
  EXPECT_EQ(offer(1, 2, "new "), Texts{"old[part 2 of 2 missing]"});
  EXPECT_EQ(offer(2, 2, "text"), Texts{"new text"});
}

TEST_F(PartsTest, IsBounded) {
  for (const char* reference : {"1", "2", "3"}) {
    EXPECT_EQ(offer(1, 2, reference, reference), Texts{});
    now += 1s;
  }
  EXPECT_EQ(offer(1, 2, "4", "4"), Texts{"1[part 2 of 2 missing]"});
  EXPECT_EQ(state.count("part/"), 3u);
}

TEST_F(PartsTest, WhatIsNoPartIsAText) {
  EXPECT_EQ(offer(1, 1, "one"), Texts{"one"});
  EXPECT_EQ(offer(0, 2, "zero"), Texts{"zero"});
  EXPECT_EQ(offer(3, 2, "three"), Texts{"three"});
  EXPECT_EQ(offer(1, 256, "many"), Texts{"many"});
  EXPECT_EQ(state.count("part/"), 0u);
}

}  // namespace
}  // namespace sms

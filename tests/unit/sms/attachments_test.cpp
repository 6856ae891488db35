// How long files that come with texts are waited for, and how many.
#include "legacy/sms/attachments.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using namespace std::chrono_literals;
using Kind = Rehosted::Kind;

class AttachmentsTest : public testing::Test {
 protected:
  void add(Attachments& files, const std::string& name, base::WallTime now) {
    files.add(name, {"+15551234567", {}, name, now, {}}, {"https://api.test/" + name, "image/png", {}}, 1, now);
  }
  Attachments open(base::WallTime now) {
    return {state, [] { return 0.5; }, now};
  }

  const base::WallTime noon = base::WallTime() + 12h;
  MemoryState state;
};

// The hour for which a file is tried is an hour of waiting, whatever the clock says.
TEST_F(AttachmentsTest, AClockThatIsSetChangesNoWaiting) {
  auto files = open(noon);
  add(files, "a", noon);
  ASSERT_EQ(files.claim(1, noon).size(), 1u);
  files.shift(5h);
  EXPECT_FALSE(files.answer("a", {Kind::later, {}, {}}, noon + 5h));
  const auto due = files.next_due(noon + 5h);
  ASSERT_TRUE(due);
  EXPECT_LT(*due, noon + 5h + 10s);
  files.shift(-8h);
  EXPECT_EQ(files.claim(1, noon - 3h + 10s).size(), 1u);
  EXPECT_FALSE(files.answer("a", {Kind::later, {}, {}}, noon - 3h + 50min));
  files.claim(1, noon - 3h + 60min);
  EXPECT_TRUE(files.answer("a", {Kind::later, {}, {}}, noon - 3h + 60min)) << "in words";
}

// A provider tells of a file some seconds before it has it.
TEST_F(AttachmentsTest, WhatIsNotThereIsAskedForFourTimesMore) {
  auto files = open(noon);
  add(files, "a", noon);
  auto now = noon;
  for (const auto pause : {1s, 5s, 30s, 300s}) {
    ASSERT_EQ(files.claim(1, now).size(), 1u);
    EXPECT_FALSE(files.answer("a", {Kind::absent, {}, {}}, now));
    EXPECT_TRUE(files.has("a"));
    EXPECT_TRUE(files.claim(1, now + pause - 1ms).empty());
    now += pause;
    EXPECT_EQ(files.next_due(now - 1ms), now);
  }
  ASSERT_EQ(files.claim(1, now).size(), 1u);
  EXPECT_TRUE(files.answer("a", {Kind::absent, {}, {}}, now)) << "in words";
  EXPECT_FALSE(files.has("a"));
}

TEST_F(AttachmentsTest, OfAProviderThatFailsForAnHour) {
  auto files = open(noon);
  add(files, "a", noon);
  auto now = noon;
  int asked = 0;
  for (; now < noon + 1h && files.has("a"); now += 1s) {
    if (files.claim(1, now).empty()) continue;
    ++asked;
    EXPECT_FALSE(files.answer("a", {Kind::later, {}, {}}, now));
  }
  EXPECT_GT(asked, 12);
  EXPECT_LT(asked, 30);
}

TEST_F(AttachmentsTest, NorDoesOneThatWasSetBackWhileWeWereAway) {
  {
    auto files = open(noon);
    add(files, "a", noon);
  }
  auto files = open(noon - 5h);
  ASSERT_EQ(files.claim(1, noon - 5h).size(), 1u);
  EXPECT_TRUE(files.answer("a", {Kind::later, {}, {}}, noon - 4h));
}

TEST_F(AttachmentsTest, AFileStaysInItsGroupOverARestart) {
  {
    auto files = open(noon);
    files.add("a", {"+15551230001", {}, "a", noon, {}, "+15551230001,+15551230002"}, {"https://api.test/a", {}, {}}, 1,
              noon);
  }
  auto files = open(noon);
  files.claim(1, noon);
  EXPECT_EQ(files.answer("a", {Kind::never, {}, {}}, noon)->group, "+15551230001,+15551230002");
}

TEST_F(AttachmentsTest, OnlySoManyWait) {
  auto files = open(noon);
  for (std::size_t i = 0; i < Attachments::most_waiting; ++i) {
    EXPECT_FALSE(files.is_full());
    add(files, std::to_string(i), noon);
  }
  EXPECT_TRUE(files.is_full());
  files.claim(1, noon);
  files.answer("0", {Kind::never, {}, {}}, noon);
  EXPECT_FALSE(files.is_full());
}

}  // namespace
}  // namespace sms

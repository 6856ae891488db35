#include "legacy/sms/guard.hpp"

#include <gtest/gtest.h>

#include "tests/unit/sms/memory_state.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Pieces = std::vector<std::string>;

const base::WallTime start = base::WallTime::clock::from_time_t(1700000000);
const Sender romeo{"romeo", "+15550001111"};
const Sender juliet{"juliet", "+15550002222"};

class GuardTest : public testing::Test {
 protected:
  void open() { guard.emplace(rules, "1", nullptr); }
  Number to(const std::string& text) { return *Number::parse(text, {}); }
  Errc send(const Sender& from, const std::string& number, const Pieces& pieces = {"hi"}) {
    const auto refusal = guard->check(from, {to(number)}, pieces, start);
    words = refusal.words;
    if (refusal.error == Errc::none) guard->charge(from, {to(number)}, pieces, start);
    return refusal.error;
  }

  config::SmsRules rules;
  std::optional<Guard> guard;
  std::string words;
};

TEST_F(GuardTest, LimitsOfAUserAndOfAll) {
  rules.user_limits[1].messages = 2;
  rules.network_limits[1].messages = 3;
  open();
  EXPECT_EQ(send(romeo, "+15551234567", {"a", "b"}), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::busy);
  EXPECT_EQ(words, "Not sent: your limit is 2 messages in a day, which ends at 2023-11-15 00:00 UTC.");
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::none);
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::busy);
  EXPECT_NE(words.find("all users"), std::string::npos) << words;
}

TEST_F(GuardTest, SpendIsCountedBySegment) {
  rules.prices = {{"+1", 10'000}};
  rules.user_limits[2].spend = 30'000;
  open();
  EXPECT_EQ(send(romeo, "+15551234567", {std::string(161, 'a')}), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234567", {std::string(161, 'a')}), Errc::busy);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  EXPECT_NE(guard->usage(romeo, start).find("this month: 2 messages, 3 segments, 0.03 of 0.03"), std::string::npos)
      << guard->usage(romeo, start);
  EXPECT_EQ(guard->usage(juliet, start).find("this month: 1"), std::string::npos);
}

TEST_F(GuardTest, WhatHasNoPriceIsNotSent) {
  rules.prices = {{"+1", 10'000}};
  rules.allow = {"+"};
  open();
  EXPECT_EQ(send(romeo, "+4915112345678"), Errc::not_allowed);
}

TEST_F(GuardTest, RefundedTextsDoNotCount) {
  rules.user_limits[0].messages = 1;
  open();
  const auto amount = guard->charge(romeo, {to("+15551234567")}, {"x"}, start);
  guard->refund(romeo, amount, start);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
}

TEST_F(GuardTest, DestinationsAndOptOuts) {
  open();
  EXPECT_EQ(send(romeo, "+4915112345678"), Errc::not_allowed);
  guard->opt_outs().stop(romeo.number, "+15551234567", start);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::opted_out);
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::none);
}

TEST_F(GuardTest, SpamIsReportedOnceAndRefusedTextsDoNotCount) {
  rules.same_text_numbers = 2;
  rules.user_limits[1].messages = 3;
  open();
  EXPECT_EQ(send(romeo, "+15551234561"), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234562"), Errc::none);
  EXPECT_TRUE(guard->take_report().empty());
  EXPECT_EQ(send(romeo, "+15551234563"), Errc::too_fast);
  EXPECT_FALSE(guard->take_report().empty());
  EXPECT_EQ(send(romeo, "+15551234564"), Errc::too_fast);
  EXPECT_TRUE(guard->take_report().empty());
  EXPECT_EQ(send(romeo, "+15551234564", {"other"}), Errc::none);
}

TEST_F(GuardTest, EachRecipientOfAGroupCounts) {
  rules.same_text_numbers = 2;
  rules.prices = {{"+1", 10'000}};
  open();
  const Guard::Recipients two = {to("+15551234561"), to("+15551234562")};
  const Guard::Recipients three = {two[0], two[1], to("+15551234563")};
  const Pieces text = {std::string(500, 'a')};
  EXPECT_EQ(guard->check(romeo, two, text, start).error, Errc::none);
  EXPECT_EQ(guard->check(romeo, three, text, start).error, Errc::too_fast);
  const auto amount = guard->charge(romeo, two, text, start);
  EXPECT_EQ(amount.messages, 2);
  EXPECT_EQ(amount.segments, 2) << "an MMS is one, however long";
  EXPECT_EQ(amount.spend, 20'000);
}

TEST_F(GuardTest, WhatIsUsedOutlivesTheGuard) {
  rules.user_limits[1].messages = 1;
  auto records = std::make_unique<MemoryState>();
  MemoryState& disk = *records;
  guard.emplace(rules, "1", std::move(records));
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  auto copy = std::make_unique<MemoryState>();
  copy->live = disk.live;
  guard.emplace(rules, "1", std::move(copy));
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::busy);
}

TEST_F(GuardTest, AUserMayHaveLimitsOfTheirOwn) {
  rules.user_limits[1].messages = 1;
  open();
  EXPECT_EQ(guard->allow("romeo", {std::vector<std::string>{"2 messages/day", "3 segments/month"}, {}}), "");
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::busy);
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::none);
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::busy);
  EXPECT_NE(guard->allow("romeo", {std::vector<std::string>{"many"}, {}}), "");
  EXPECT_EQ(guard->allow("romeo", {std::vector<std::string>{}, {}}), "");
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::busy);
  EXPECT_NE(words.find("1 messages in a day"), std::string::npos) << words;
}

TEST_F(GuardTest, CreditIsUsedUp) {
  open();
  EXPECT_NE(guard->allow("romeo", {{}, "1.00"}), "") << "nobody knows what a text costs";
  rules.prices = {{"+1", 10'000}};
  rules.currency = "EUR";
  open();
  EXPECT_EQ(guard->allow("romeo", {{}, "0.02"}), "");
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  EXPECT_NE(guard->usage(romeo, start).find("credit: 0.01 EUR"), std::string::npos) << guard->usage(romeo, start);
  EXPECT_EQ(send(romeo, "+15551234567", {std::string(161, 'a')}), Errc::busy);
  EXPECT_EQ(words, "Not sent: this costs 0.02 EUR, and your credit is 0.01 EUR.");
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  guard->refund(romeo, {1, 1, 10'000}, start);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::busy);
  EXPECT_EQ(send(juliet, "+15551234567"), Errc::none);
  EXPECT_EQ(guard->allow("romeo", {{}, ""}), "");
  EXPECT_EQ(send(romeo, "+15551234567"), Errc::none);
}

}  // namespace
}  // namespace sms

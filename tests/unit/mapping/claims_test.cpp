// Codes that prove whose a number is: how many, how long, how often.
#include "mapping/claims.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/support/kept.hpp"

namespace mapping {
namespace {

using namespace std::chrono_literals;

const std::string number = "+15550001111";

class ClaimsTest : public testing::Test {
 protected:
  std::string begin(const std::string& user = "al@x", const std::string& which = number) {
    const auto begun = claims.begin(user, which, now);
    return begun.refusal.empty() ? begun.code : "refused: " + begun.refusal;
  }
  std::string prove(const std::string& said, const std::string& user = "al@x") {
    const auto proof = claims.prove(user, said, now);
    return proof.refusal.empty() ? proof.number : proof.refusal;
  }
  static std::string other_than(const std::string& code) { return code == "000000" ? "000001" : "000000"; }

  support::KeptRecords disk;
  Claims claims{disk.open()};
  base::WallTime now = base::WallTime{} + 500'000h;
};

TEST_F(ClaimsTest, TheCodeProvesItsNumber) {
  const std::string code = begin();
  EXPECT_EQ(code_in(code), code);
  EXPECT_EQ(claims.pending("al@x", now), number);
  EXPECT_EQ(prove(code), number);
}

TEST_F(ClaimsTest, OnlyItsUserHasUseOfIt) {
  const std::string code = begin();
  EXPECT_NE(prove(code, "bo@x").find("no code"), std::string::npos);
  EXPECT_FALSE(claims.pending("bo@x", now));
}

TEST_F(ClaimsTest, FiveTriesAndNoMoreAlsoAcrossARestart) {
  const std::string code = begin();
  for (const char* left : {"4 more times", "3 more times", "2 more times"}) {
    EXPECT_NE(prove(other_than(code)).find(left), std::string::npos) << left;
  }
  Claims again{disk.open()};
  std::swap(claims, again);
  EXPECT_NE(prove(other_than(code)).find("1 more time."), std::string::npos);
  EXPECT_NE(prove(other_than(code)).find("too many"), std::string::npos);
  EXPECT_NE(prove(code).find("too many"), std::string::npos) << "the right one comes too late";
}

TEST_F(ClaimsTest, TheFifthTryCounts) {
  const std::string code = begin();
  for (int i = 0; i < 4; ++i) prove(other_than(code));
  EXPECT_EQ(prove(code), number);
}

TEST_F(ClaimsTest, ItIsGoodForTenMinutes) {
  const std::string code = begin();
  now += 10min - 1s;
  EXPECT_EQ(prove(code), number);
  now += 1s;
  EXPECT_NE(prove(code).find("too old"), std::string::npos);
}

TEST_F(ClaimsTest, ANewCodeTakesTheLastOnesPlace) {
  const std::string first = begin();
  std::string second = begin();
  if (second == first) second = begin();
  EXPECT_NE(prove(first), number);
  EXPECT_EQ(prove(second), number);
}

TEST_F(ClaimsTest, ThreeCodesAnHourForAUser) {
  for (const char* which : {"+15550001111", "+15550002222", "+15550003333"}) begin("al@x", which);
  now += 20min;
  EXPECT_NE(begin("al@x", "+15550004444").find("refused: Too many codes were sent. Try again in 40 minutes."),
            std::string::npos);
  claims.forget("al@x");
  EXPECT_NE(begin("al@x", "+15550004444").find("refused"), std::string::npos)
      << "it is counted whatever becomes of them";
  EXPECT_EQ(begin("bo@x", "+15550004444").size(), 6u);
  now += 40min;
  EXPECT_EQ(begin("al@x", "+15550004444").size(), 6u);
}

TEST_F(ClaimsTest, ThreeCodesAnHourForANumberAlsoAcrossARestart) {
  for (const char* user : {"a@x", "b@x", "c@x"}) begin(user);
  Claims again{disk.open()};
  std::swap(claims, again);
  EXPECT_NE(begin("d@x").find("refused"), std::string::npos);
  now += 1h;
  EXPECT_EQ(begin("d@x").size(), 6u);
}

TEST_F(ClaimsTest, SixCodesADayForANumber) {
  for (int i = 0; i < 6; ++i, now += 1h) EXPECT_EQ(begin(fmt::format("u{}@x", i)).size(), 6u) << i;
  EXPECT_NE(begin("last@x").find("refused"), std::string::npos);
  now += 18h;
  EXPECT_EQ(begin("last@x").size(), 6u);
}

TEST_F(ClaimsTest, SixtyCodesAnHourForEverybodyTogether) {
  for (int i = 0; i < 60; ++i) begin(fmt::format("u{}@x", i), fmt::format("+155500{:05}", i));
  EXPECT_NE(begin("last@x", "+15559999999").find("refused"), std::string::npos);
  now += 1h;
  EXPECT_EQ(begin("last@x", "+15559999999").size(), 6u);
}

TEST_F(ClaimsTest, WhoNeverToldACodeIsNotWaitedForLong) {
  begin();
  now += 69min;
  EXPECT_TRUE(claims.pending("al@x", now));
  now += 1min;
  EXPECT_FALSE(claims.pending("al@x", now));
}

TEST_F(ClaimsTest, NothingOnTheDiskHasTheCode) {
  const std::string code = begin();
  for (const auto& [key, value] : disk.records) {
    EXPECT_EQ(key.find(code), std::string::npos);
    EXPECT_EQ(value.find(" " + code), std::string::npos) << value;
  }
}

TEST_F(ClaimsTest, CodesDiffer) {
  std::set<std::string> codes;
  for (int i = 0; i < 20; ++i)
    codes.insert(begin("u" + std::to_string(i) + "@x", "+1555000" + std::to_string(1000 + i)));
  EXPECT_GT(codes.size(), 15u);
}

TEST_F(ClaimsTest, WhatIsOverIsForgotten) {
  begin();
  now += 25h;
  begin("bo@x", "+15550002222");
  EXPECT_EQ(disk.records.size(), 4u) << "the claim, and the counts for its number, its user and all";
}

TEST(CodeIn, SixDigitsHoweverTheyAreWritten) {
  EXPECT_EQ(code_in("123456"), "123456");
  EXPECT_EQ(code_in(" 123 456\n"), "123456");
  EXPECT_EQ(code_in("123-456"), "123456");
  for (const char* text : {"", "12345", "1234567", "12345a", "the code is 123456", "１２３４５６"})
    EXPECT_EQ(code_in(text), "") << text;
}

}  // namespace
}  // namespace mapping

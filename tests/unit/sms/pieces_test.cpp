#include "legacy/sms/pieces.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

using Pieces = std::vector<std::string>;

std::string words(std::size_t count, const std::string& word = "river") {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += (i == 0 ? "" : " ") + word;
  return out;
}

// What a reader puts together again.
std::string without_numbers(const Pieces& pieces) {
  std::string out;
  for (const auto& piece : pieces) out += (out.empty() ? "" : " ") + piece.substr(piece.find(") ") + 2);
  return out;
}

Traits traits(std::size_t longest_text, bool joins) {
  Traits out;
  out.longest_text = longest_text;
  out.joins = joins;
  return out;
}

TEST(Pieces, WhatFitsStaysAsItIs) {
  EXPECT_EQ(cut("  hello \n", {}), (Pieces{"  hello \n"}));
  EXPECT_EQ(cut(std::string(160, 'a'), traits(0, false)).size(), 1u);
  EXPECT_EQ(cut(std::string(1530, 'a'), traits(0, true)).size(), 1u);
  EXPECT_EQ(cut(std::string(1000, 'a'), traits(1000, true)).size(), 1u);
}

TEST(Pieces, AreNumberedAndCutBetweenWords) {
  for (const auto& limits : {traits(0, false), traits(50, true), traits(50, false)}) {
    const auto text = words(60);
    const auto pieces = cut(text, limits);
    ASSERT_GT(pieces.size(), 2u);
    EXPECT_EQ(without_numbers(pieces), text);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      const auto number = "(" + std::to_string(i + 1) + "/" + std::to_string(pieces.size()) + ") river";
      EXPECT_EQ(pieces[i].substr(0, number.size()), number);
      EXPECT_TRUE(pieces[i].ends_with("river")) << pieces[i];
      EXPECT_EQ(count_segments(pieces[i]).parts.size(), 1u);
      if (limits.longest_text > 0) {
        EXPECT_LE(pieces[i].size(), limits.longest_text);
      }
    }
  }
}

TEST(Pieces, AsManyAsNeededAndNoMore) {
  EXPECT_EQ(cut(std::string(161, 'a'), traits(0, false)),
            (Pieces{"(1/2) " + std::string(154, 'a'), "(2/2) " + std::string(7, 'a')}));
  // Ten pieces need one character more each for the number.
  EXPECT_EQ(cut(std::string(9 * 154, 'a'), traits(0, false)).size(), 9u);
  const auto ten = cut(std::string(9 * 154 + 1, 'a'), traits(0, false));
  ASSERT_EQ(ten.size(), 10u);
  EXPECT_TRUE(ten.front().starts_with("(1/10) "));
  EXPECT_TRUE(ten.back().starts_with("(10/10) "));
  EXPECT_TRUE(cut(std::string(100 * 160, 'a'), traits(0, false)).empty());
}

TEST(Pieces, KeepCharactersWhole) {
  const std::string text = words(1, std::string(67, 'x')) + "\U0001F600\U0001F600" + std::string(70, 'y');
  for (const auto& piece : cut(text, traits(0, false))) {
    EXPECT_TRUE(base::is_utf8(piece)) << piece;
    EXPECT_EQ(count_segments(piece).parts.size(), 1u);
  }
  EXPECT_EQ(cut(words(4, "\u00fc\u20ac"), traits(9, true)), (Pieces{"(1/4) ü€", "(2/4) ü€", "(3/4) ü€", "(4/4) ü€"}));
}

TEST(Pieces, ALongWordIsCutRatherThanAShortPieceSent) {
  const auto pieces = cut("to " + std::string(200, 'x'), traits(0, false));
  ASSERT_EQ(pieces.size(), 2u);
  EXPECT_EQ(pieces[0].size(), 160u);
}

TEST(Pieces, CountTheirSegments) {
  EXPECT_EQ(count_all(cut(std::string(161, 'a'), traits(0, true))), 2u);
  EXPECT_EQ(count_all(cut(std::string(161, 'a'), traits(0, false))), 2u);
  EXPECT_EQ(count_all({"a", std::string(71, 'a') + "й"}), 3u);
}

TEST(PiecesTest, LinksThatGoAsMediaLeaveTheText) {
  const std::vector<std::string> links = {"https://a/1", "https://a/12"};
  const struct {
    const char* text;
    const char* expected;
  } cases[] = {
      {"https://a/1", ""},
      {"my cat\nhttps://a/1", "my cat"},
      {"https://a/12 and https://a/1 are cats", "and are cats"},
      {"(https://a/1)", "(https://a/1)"},
      {"https://a/123", "https://a/123"},
      {"none", "none"},
  };
  for (const auto& c : cases) EXPECT_EQ(without_links(c.text, links), c.expected) << c.text;
}

TEST(PiecesTest, AnMmsIsOneSegment) {
  EXPECT_EQ(count_all({std::string(500, 'a')}), 4u);
  EXPECT_EQ(count_all({std::string(500, 'a')}, true), 1u);
  EXPECT_EQ(count_all({"a", std::string(500, 'a')}, true), 5u);
  EXPECT_EQ(count_all({""}, true), 1u);
}

}  // namespace
}  // namespace sms

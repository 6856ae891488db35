#include "legacy/irc/split.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace irc {
namespace {

using Lines = std::vector<std::string>;

TEST(IrcSplit, Lines) {
  const struct {
    std::string text;
    Lines lines;
  } rows[] = {
      {"", {}},
      {"a", {"a"}},
      {"a\nb\r\nc\rd", {"a", "b", "c", "d"}},
      {"a\xE2\x80\xA8"
       "b\xE2\x80\xA9"
       "c",
       {"a", "b", "c"}},
      {"\n\n a\n \n\t\nb\n", {" a", "b"}},
  };
  for (const auto& row : rows) EXPECT_EQ(split_lines(row.text), row.lines);
}

TEST(IrcSplit, Pieces) {
  const std::string family = "👨‍👩‍👧", flag = "🇩🇪", thumb = "👍🏽", accent = "e\xCC\x81",
                    heart = "❤️";
  const struct {
    std::string text;
    std::size_t bytes;
    Lines pieces;
  } rows[] = {
      {"", 10, {}},
      {"0123456789", 10, {"0123456789"}},
      {"0123456789a", 10, {"0123456789", "a"}},
      {"0123456 89abc", 10, {"0123456 89", "abc"}},  // the space is not in the last quarter
      {"01234567 9abc", 10, {"01234567", "9abc"}},
      {"0123456789 a", 10, {"0123456789", "a"}},
      {"  lead", 4, {"  le", "ad"}},
      {"éééé", 5, {"éé", "éé"}},
      {"abc" + flag + flag, 12, {"abc" + flag, flag}},
      {"ab" + thumb, 9, {"ab", thumb}},
      {"xxx" + accent + accent, 8, {"xxx" + accent, accent}},
      {"x" + heart, 6, {"x", heart}},
      {"ab" + family, 19, {"ab", family}},
  };
  for (const auto& row : rows) EXPECT_EQ(split_text(row.text, row.bytes), row.pieces) << row.text;
}

TEST(IrcSplit, NeverInsideACodePoint) {
  std::string text;
  for (int i = 0; i < 50; ++i) text += "a\xCC\x81😀 🇩🇪👨‍👩‍👧";
  for (std::size_t bytes = 4; bytes < 60; ++bytes) {
    std::string joined;
    for (const auto& piece : split_text(text, bytes)) {
      EXPECT_LE(piece.size(), bytes);
      EXPECT_TRUE(base::is_utf8(piece)) << bytes;
      joined += piece;
    }
    std::string expected = text;
    std::erase(expected, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, expected) << bytes;
  }
}

// One character, as people would see it, without an end: for each piece only as much is looked at as fits.
TEST(IrcSplit, ACharacterWithoutEnd) {
  std::string text;
  while (text.size() < 4 * 1024 * 1024) text += "\xEF\xB8\x8F";
  EXPECT_EQ(cut_text(text, 300), text.substr(0, 300));
  EXPECT_EQ(cut_text("x" + text, 300).size(), 298U);
  std::string joined;
  for (const auto& piece : split_text(text, 300)) joined += piece;
  EXPECT_EQ(joined, text);
}

TEST(IrcSplit, CutIsTheFirstPiece) {
  for (const std::string text : {"", "a", "0123456789", "01234567 9abc", "éééééé", "  lead and more"})
    for (const std::size_t bytes : {0U, 1U, 3U, 10U}) {
      const auto pieces = split_text(text, bytes);
      EXPECT_EQ(cut_text(text, bytes), pieces.empty() ? "" : pieces.front()) << text;
    }
}

}  // namespace
}  // namespace irc

#include "legacy/sms/gsm7.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

using config::Transliterate;

TEST(Gsm7, OffChangesNothing) {
  EXPECT_EQ(to_gsm7("“Hello” – ‘there’…", Transliterate::off), "“Hello” – ‘there’…");
}

TEST(Gsm7, PunctuationHasPlainForms) {
  EXPECT_EQ(to_gsm7("“Hello” – it’s…\u00a0«so»\tfar`", Transliterate::punctuation), "\"Hello\" - it's... \"so\" far'");
  EXPECT_EQ(to_gsm7("‹a› ‐‑‒–—―−", Transliterate::punctuation), "<a> -------");
}

TEST(Gsm7, AccentsGoOnlyWithLetters) {
  const std::string text = "Žluťoučký kůň pěl ďábelské ódy";
  EXPECT_EQ(to_gsm7(text, Transliterate::punctuation), text);
  EXPECT_EQ(to_gsm7(text, Transliterate::letters), "Zlutoucky kun pel dabelské ody");
  EXPECT_EQ(to_gsm7("Œuvre “à Łódź” ça e\u0301te\u0301", Transliterate::letters), "OEuvre \"à Lodz\" ca ete");
}

TEST(Gsm7, WhatTheAlphabetHasStays) {
  for (const std::string text : {"Grüße, ÄÖÜ àèéìòù ñ Ñ Ç ø Å", "{[~]} | \\ ^ €", "ΔΦΓΛΩΠΨΣΘΞ"}) {
    EXPECT_EQ(to_gsm7(text, Transliterate::letters), text);
    EXPECT_EQ(to_gsm7(text + "’", Transliterate::letters), text + "'");
  }
}

TEST(Gsm7, NothingIsDroppedAndWhatNeedsUcs2AnywayStaysWhole) {
  for (const std::string text : {"“Привет”", "it’s 😀", "“\u200b”", "\u0301a’", "д\u0301’",
                                 "a\xFF"
                                 "b’"}) {
    EXPECT_EQ(to_gsm7(text, Transliterate::letters), text);
  }
}

// Whatever is replaced is replaced by something that the alphabet has.
TEST(Gsm7, EverythingReplacedFits) {
  for (char32_t c = 0xA0; c < 0x2200; ++c) {
    std::string text = "a";
    base::append_utf8(text, c);
    const auto plain = to_gsm7(text, Transliterate::letters);
    if (plain != text) {
      EXPECT_EQ(count_segments(plain).coding, Coding::gsm7) << static_cast<std::uint32_t>(c);
    }
  }
}

}  // namespace
}  // namespace sms

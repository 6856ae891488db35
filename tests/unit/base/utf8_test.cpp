#include "base/utf8.hpp"

#include <gtest/gtest.h>

using namespace base;

TEST(Utf8, TellsValidFromBroken) {
  for (const char* good :
       {"", "abc", "\u00e9", "\u20ac", "\U0001F600", "\xEF\xBF\xBF", "\xF4\x8F\xBF\xBF", "\xED\x9F\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
    EXPECT_EQ(sanitise_utf8(good), good);
  }
  for (const char* bad : {"\x80", "\xC0\xAF", "\xC1\x81", "\xE0\x80\xAF", "\xED\xA0\x80", "\xF0\x80\x80\xAF",
                          "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xE2\x82", "a\xC3", "\xC3(", "\xFE"}) {
    EXPECT_FALSE(is_utf8(bad));
    EXPECT_TRUE(is_utf8(sanitise_utf8(bad)));
  }
}

TEST(Utf8, ReplacesEachBrokenSequenceOnce) {
  // The example of Unicode 15, table 3-8.
  EXPECT_EQ(sanitise_utf8("\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64"),
            "a\uFFFD\uFFFD\uFFFDb\uFFFDc\uFFFD\uFFFDd");
  EXPECT_EQ(sanitise_utf8("x\xE2\x82"), "x\uFFFD");
}

TEST(Utf8, IteratesAndCuts) {
  const std::string text = "a\u00e9\u20ac\U0001F600";
  std::size_t at = 0;
  EXPECT_EQ(next_code_point(text, at), U'a');
  EXPECT_EQ(next_code_point(text, at), U'\u00e9');
  EXPECT_EQ(next_code_point(text, at), U'\u20ac');
  EXPECT_EQ(next_code_point(text, at), U'\U0001F600');
  EXPECT_EQ(at, text.size());
  EXPECT_EQ(count_code_points(text), 4u);
  EXPECT_EQ(utf8_prefix(text, 2), "a");
  EXPECT_EQ(utf8_prefix(text, 9), "a\u00e9\u20ac");
  EXPECT_EQ(utf8_prefix(text, 10), text);
}

TEST(Utf8, AppendsWhatItReads) {
  for (const char32_t c : {U'a', U'\u00e9', U'\u20ac', U'\U0001F600', char32_t{0x10FFFF}}) {
    std::string out;
    append_utf8(out, c);
    std::size_t at = 0;
    EXPECT_EQ(next_code_point(out, at), c);
  }
  std::string out;
  append_utf8(out, 0xD800);
  append_utf8(out, 0x110000);
  EXPECT_EQ(out, "\uFFFD\uFFFD");
}

TEST(Utf8, KnowsXmlCharacters) {
  for (const char32_t c : {0x9, 0xA, 0xD, 0x20, 0xD7FF, 0xE000, 0xFFFD, 0x10000, 0x10FFFF})
    EXPECT_TRUE(is_xml_char(c)) << static_cast<unsigned>(c);
  for (const char32_t c : {0x0, 0x1, 0x8, 0xB, 0xC, 0xE, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF, 0x110000}) {
    EXPECT_FALSE(is_xml_char(c)) << static_cast<unsigned>(c);
  }
}

#include "legacy/irc/codes.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

#include "legacy/irc/format.hpp"
#include "script.hpp"

using irc::read_codes;
using irc::Styled;
using irc::write_codes;
using legacy::Colour;
using legacy::Span;

namespace {

// "text [0-3 bi #ff0000/#000000]"
std::string show(const Styled& styled) {
  std::string out = styled.text;
  const auto hex = [](const std::optional<Colour>& colour) {
    char text[16] = "-";
    if (colour) std::snprintf(text, sizeof text, "%06x", *colour);
    return std::string(text);
  };
  for (const Span& span : styled.spans) {
    out += " [" + std::to_string(span.start) + "-" + std::to_string(span.end) + " ";
    for (std::size_t bit = 0; bit < 5; ++bit)
      if (span.styles >> bit & 1u) out += "biusm"[bit];
    if (span.foreground || span.background) out += " " + hex(span.foreground) + "/" + hex(span.background);
    out += "]";
  }
  return out;
}

struct Sample {
  std::string line, shown;
};

// Literals end behind a code where a hexadecimal digit would follow.
const Sample samples[] = {
    {"plain", "plain"},
    {"\xC3\xA9\xE2\x82\xAC", "\xC3\xA9\xE2\x82\xAC"},
    {"a\x02"
     "b\x02"
     "c",
     "abc [1-2 b]"},
    {"\x02"
     "b\x1d"
     "bi\x02i",
     "bbii [0-1 b] [1-3 bi] [3-4 i]"},
    {"\x1fu\x1f \x1es\x1e \x11m", "u s m [0-1 u] [2-3 s] [4-5 m]"},
    {"\x02x\x0fy", "xy [0-1 b]"},
    {"\x03"
     "4red\x03 no",
     "red no [0-3  ff0000/-]"},
    {"\x03"
     "04,01both\x03,no",
     "both,no [0-4  ff0000/000000]"},
    {"\x03"
     "123",
     "3 [0-1  0000fc/-]"},
    {"\x03"
     "4,x",
     ",x [0-2  ff0000/-]"},
    {"\x03"
     "4,1a\x03"
     "99b\x03"
     "99,99c",
     "abc [0-1  ff0000/000000] [1-2  -/000000]"},
    {"\x03"
     "98x",
     "x [0-1  ffffff/-]"},
    {"\x04"
     "12ab34,000000x",
     "x [0-1  12ab34/000000]"},
    {"\x04"
     "12ab3x",
     "12ab3x"},
    {"\x03"
     "4,1\x16x",
     "x [0-1  000000/ff0000]"},
    {"\x16x", "x"},
    {"a\x01\x07\x7f"
     "b\tc",
     "ab\tc"},
    {"\x02\x02\x02\x03\x03", ""},
    {"\x02\xC3\xA9\x02", "\xC3\xA9 [0-2 b]"},
};

}  // namespace

TEST(Codes, Read) {
  for (const Sample& sample : samples) {
    EXPECT_EQ(show(read_codes(sample.line)), sample.shown);
    EXPECT_EQ(read_codes(sample.line).text, irc::plain(sample.line)) << sample.shown;
  }
}

TEST(Codes, WriteReadsBackAsTheSame) {
  for (const Sample& sample : samples) {
    const Styled read = read_codes(sample.line);
    if (sample.line.find('\x04') != std::string::npos) continue;  // the nearest colour is another one
    EXPECT_EQ(show(read_codes(write_codes(read))), sample.shown);
  }
}

TEST(Codes, WhatIsWritten) {
  const auto write = [](const std::string& text, std::vector<Span> spans) { return write_codes({text, spans}); };
  EXPECT_EQ(write("abc", {{1, 2, Span::bold, {}, {}}}),
            "a\x02"
            "b\x02"
            "c");
  EXPECT_EQ(write("abc", {{0, 2, Span::bold | Span::italic, {}, {}}, {2, 3, Span::italic, {}, {}}}),
            "\x02\x1d"
            "ab\x02"
            "c\x1d");
  EXPECT_EQ(write("ab", {{0, 1, 0, 0xff0000, {}}}),
            "\x03"
            "04a\x03"
            "b");
  EXPECT_EQ(write("ab", {{0, 1, 0, 0xfe0101, 0}}),
            "\x03"
            "04,01a\x03"
            "b");
  // A digit or a comma is not to be read as a colour's.
  EXPECT_EQ(write("12", {{0, 1, 0, 0xff0000, {}}}),
            "\x03"
            "04\x02\x02"
            "1\x03\x02\x02"
            "2");
  EXPECT_EQ(write("a,5", {{0, 1, 0, 0xff0000, {}}}),
            "\x03"
            "04a\x03\x02\x02,5");
  EXPECT_EQ(write("a\x02\nb", {{0, 4, Span::bold, {}, {}}}),
            "\x02"
            "ab\x02");
  EXPECT_EQ(write("ab", {{1, 9, Span::bold, {}, {}}, {30, 40, Span::bold, {}, {}}}),
            "a\x02"
            "b\x02");
}

TEST(Codes, ManySpansAreBounded) {
  std::string line;
  for (int i = 0; i < 1000; ++i) line += "\x02x\x02y";
  EXPECT_EQ(read_codes(line).spans.size(), irc::max_spans);
  EXPECT_EQ(read_codes(line).text.size(), 2000u);
}

TEST(Codes, PiecesAreEachWhole) {
  Styled styled{std::string(30, 'a') + " " + std::string(30, 'b') + " " + std::string(30, '1'), {}};
  styled.spans = {{5, 70, Span::bold, 0xff0000, {}}, {70, 93, Span::italic, {}, 0xff0000}};
  for (std::size_t bytes = 20; bytes < 120; ++bytes) {
    std::string together;
    for (const Styled& piece : irc::split_styled(styled, bytes)) {
      EXPECT_LE(write_codes(piece).size(), bytes);
      EXPECT_EQ(show(read_codes(write_codes(piece))), show(piece));
      together += piece.text;
    }
    std::erase(together, ' ');
    EXPECT_EQ(together.size(), 90u) << bytes;
  }
}

TEST(Codes, EachLineAndPieceOpensWhatIsOpen) {
  using namespace irc_test;
  Script irc;
  irc.online().in_room();
  irc.submit(legacy::SendText{room("#a"), "one\ntwo 3", "", {}, {{0, 7, Span::bold, {}, {}}}});
  irc.sends("PRIVMSG #a :\x02one\x02").sends("PRIVMSG #a :\x02two\x02 3");
  irc.submit(legacy::SendText{room("#a"), "/me waves", "", {}, {{4, 9, Span::italic, {}, {}}}});
  irc.skip().sends_nothing();
}

// What is reflected has the looks that were sent, and no codes.
TEST(Codes, ReflectionHasSpans) {
  using namespace irc_test;
  irc::State state(Script::default_identity());
  const irc::Now now{irc::Time{} + 1000s, base::WallTime{} + 1000000s};
  const auto recv = [&](const std::string& line) { state.receive(*irc::Message::parse(line), now); };
  state.opened(now, "peer");
  for (const char* const line : {":s CAP * LS :echo-message", ":s CAP * ACK :echo-message", ":s 001 me :hi"})
    recv(line);
  state.submit(1, legacy::Join{room("#a"), "me", ""}, now);
  for (const char* const line : {":me!u@h JOIN #a", ":s 353 me = #a :@me", ":s 366 me #a :end"}) recv(line);
  state.submit(2, legacy::SendText{room("#a"), "/me waves", "", {}, {{4, 9, Span::italic, {}, {}}}}, now);
  state.take_events();
  recv(
      ":me!u@h PRIVMSG #a :\x01"
      "ACTION \x1dwaves\x1d\x01");
  const auto events = state.take_events();
  ASSERT_FALSE(events.empty());
  const auto& said = std::get<legacy::Received>(events.front());
  EXPECT_EQ(show({said.text, said.spans}), "/me waves [4-9 i]");
}

// Codes that are longer than the text they colour don't make pieces of single letters, and cut no character in two.
TEST(Codes, ARainbowIsSplitIntoFewPieces) {
  Styled rainbow;
  for (std::size_t letter = 0; letter < 150; ++letter) {
    const std::size_t start = rainbow.text.size();
    rainbow.text += "é";
    const legacy::Colour colour = letter % 2 == 0 ? 0xff0000 : 0x0000ff;
    rainbow.spans.push_back({start, rainbow.text.size(), 0, colour, {}});
  }
  const auto pieces = irc::split_styled(rainbow, 400);
  EXPECT_LE(pieces.size(), 4U);
  std::string joined;
  for (const Styled& piece : pieces) {
    EXPECT_TRUE(base::is_utf8(piece.text));
    EXPECT_LE(irc::write_codes(piece).size(), 400U);
    joined += piece.text;
  }
  EXPECT_EQ(joined, rainbow.text);
}

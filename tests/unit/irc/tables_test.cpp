// The small parts as tables: case mapping, ISUPPORT, names, standings, CTCP, formatting, throttle.
#include <gtest/gtest.h>

#include "legacy/irc/ctcp.hpp"
#include "legacy/irc/format.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/numerics.hpp"
#include "legacy/irc/standing.hpp"
#include "legacy/irc/throttle.hpp"

namespace irc {
namespace {

using namespace std::chrono_literals;

TEST(IrcCaseMap, Folds) {
  const struct {
    const char* text;
    CaseMapping mapping;
    const char* folded;
  } rows[] = {
      {"ABCxyz[]\\~", CaseMapping::ascii, "abcxyz[]\\~"},
      {"ABC[]\\~", CaseMapping::rfc1459, "abc{}|^"},
      {"ABC[]\\~", CaseMapping::strict, "abc{}|~"},
      {"É", CaseMapping::rfc1459, "É"},
  };
  for (const auto& row : rows) EXPECT_EQ(fold(row.text, row.mapping), row.folded);
  EXPECT_EQ(case_mapping("rfc1459"), CaseMapping::rfc1459);
  EXPECT_EQ(case_mapping("strict-rfc1459"), CaseMapping::strict);
  EXPECT_EQ(case_mapping("rfc7613"), CaseMapping::ascii);
}

TEST(IrcCaseMap, KeepsTheSpelling) {
  CaseMap<int> map;
  map.insert("#Foo[]", 1);
  map.insert("#fOO{}", 2);
  EXPECT_EQ(map.size(), 1u);
  EXPECT_EQ(map.spelling("#FOO[]"), "#Foo[]");
  EXPECT_EQ(*map.find("#foo{]"), 1);
  EXPECT_TRUE(map.rename("#foo[]", "#BAR"));
  EXPECT_FALSE(map.rename("#foo[]", "#x"));
  EXPECT_EQ(map.spelling("#bar"), "#BAR");
  map.insert("a^", 1);
  map.insert("a~", 2);
  EXPECT_EQ(map.size(), 2u);
  map.set_mapping(CaseMapping::ascii);
  EXPECT_EQ(map.find("A~"), nullptr);
  EXPECT_TRUE(map.erase("#bar"));
}

TEST(IrcIsupport, Defaults) {
  const Isupport none;
  EXPECT_EQ(none.mapping(), CaseMapping::rfc1459);
  EXPECT_EQ(none.prefix_letters(), "ov");
  EXPECT_TRUE(none.is_channel("#a"));
  EXPECT_TRUE(none.is_channel("&a"));
  EXPECT_FALSE(none.is_channel("+a"));
  EXPECT_FALSE(none.is_channel(""));
  EXPECT_EQ(none.modes(), 3u);
  EXPECT_EQ(none.nick_length(), 9u);
  EXPECT_EQ(none.line_length(), 512u);
  EXPECT_TRUE(none.takes_parameter('b', true));
  EXPECT_TRUE(none.takes_parameter('k', false));
  EXPECT_TRUE(none.takes_parameter('l', true));
  EXPECT_FALSE(none.takes_parameter('l', false));
  EXPECT_FALSE(none.takes_parameter('m', true));
  EXPECT_TRUE(none.takes_parameter('o', false));
}

TEST(IrcIsupport, Tokens) {
  Isupport isupport;
  isupport.apply({"CASEMAPPING=ascii", "PREFIX=(qaohv)~&@%+", "CHANTYPES=#+", "MODES", "NICKLEN=x",
                  "NETWORK=a\\x20b\\x3Dc\\x5C\\xZZ\\x4", "CHANMODES=be,k,l,mn", ""});
  EXPECT_EQ(isupport.mapping(), CaseMapping::ascii);
  EXPECT_TRUE(isupport.is_channel("+a"));
  EXPECT_FALSE(isupport.is_channel("&a"));
  EXPECT_EQ(isupport.without_status("@#a"), "#a");
  EXPECT_EQ(isupport.without_status("@nick"), "@nick");
  EXPECT_EQ(isupport.modes(), 20u);
  EXPECT_EQ(isupport.nick_length(), 9u);
  EXPECT_EQ(isupport.value("NETWORK"), "a b=c\\\\xZZ\\x4");
  EXPECT_EQ(isupport.letter_of('%'), 'h');
  EXPECT_FALSE(isupport.letter_of('x'));
  EXPECT_TRUE(isupport.takes_parameter('e', true));
  isupport.apply({"-PREFIX", "-NOSUCH", "PREFIX"});
  EXPECT_EQ(isupport.prefix_letters(), "");
  isupport.apply({"-PREFIX"});
  EXPECT_EQ(isupport.prefix_letters(), "ov");
  for (const std::string broken : {"PREFIX=ov@+", "PREFIX=(ov", "PREFIX=", "PREFIX=(ov)"}) {
    isupport.apply({broken});
    EXPECT_EQ(isupport.prefix_letters(), "") << broken;
  }
}

TEST(IrcNames, Nicks) {
  for (const std::string good : {"a", "[x]{y}", "a.b", "né", "9a"}) EXPECT_TRUE(is_nick(good)) << good;
  for (const std::string bad : {"", " ", "a b", "a,b", "a*", "a?", "a!b", "a@b", "#a", "@a", "+a", ":a", "$a", "a\n"})
    EXPECT_FALSE(is_nick(bad)) << bad;
  EXPECT_EQ(make_nick("Jürgen Müller", 30), "Jürgen_Müller");
  EXPECT_EQ(make_nick("9lives", 9), "_9lives");
  EXPECT_EQ(make_nick("@home", 9), "_home");
  EXPECT_EQ(make_nick("ééééé", 9), "éééé");
  EXPECT_EQ(make_nick("", 9), "");
  EXPECT_EQ(alternative_nick("abcdefghi", 0, 9), "abcdefgh_");
  EXPECT_EQ(alternative_nick("abc", 1, 9), "abc__");
  EXPECT_EQ(alternative_nick("abc", 2, 9), "abc1");
  EXPECT_EQ(alternative_nick("abc", 10, 9), "abc9");
  EXPECT_EQ(alternative_nick("abc", 11, 9), "");
}

TEST(IrcStanding, FromModes) {
  using legacy::Affiliation;
  using legacy::Role;
  Isupport full, plain, odd;
  full.apply({"PREFIX=(qaohv)~&@%+"});
  odd.apply({"PREFIX=(Yohgv)!@%$+"});
  const struct {
    const Isupport& isupport;
    const char* letters;
    bool moderated;
    Standing expected;
  } rows[] = {
      {full, "q", false, {Affiliation::owner, Role::moderator}},
      {full, "a", false, {Affiliation::owner, Role::moderator}},
      {full, "vo", false, {Affiliation::admin, Role::moderator}},
      {full, "hv", false, {Affiliation::member, Role::moderator}},
      {full, "v", true, {Affiliation::member, Role::participant}},
      {full, "", true, {Affiliation::none, Role::visitor}},
      {full, "", false, {Affiliation::none, Role::participant}},
      {plain, "o", false, {Affiliation::owner, Role::moderator}},
      {odd, "Y", false, {Affiliation::owner, Role::moderator}},
      {odd, "g", false, {Affiliation::member, Role::moderator}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(standing(row.isupport, row.letters, row.moderated), row.expected) << row.letters;
}

TEST(IrcStanding, RespectsModes) {
  Isupport isupport;
  isupport.apply({"PREFIX=(qaohv)~&@%+", "MODES=2"});
  const auto lines = mode_lines(isupport, "#a", changes_for(isupport, "qaov", legacy::Affiliation::none), "x");
  EXPECT_EQ(lines, (std::vector<std::string>{"MODE #a -qa x x", "MODE #a -ov x x"}));
  EXPECT_TRUE(changes_for(isupport, "v", legacy::Affiliation::member).empty());
  EXPECT_EQ(changes_for(Isupport{}, "", legacy::Affiliation::owner), (std::vector<ModeChange>{{'+', 'o'}}));
}

TEST(IrcCtcp, Parses) {
  EXPECT_FALSE(parse_ctcp("text"));
  EXPECT_FALSE(parse_ctcp("\x01"));
  EXPECT_EQ(parse_ctcp("\x01"
                       "action  x\x01")
                ->command,
            "ACTION");
  EXPECT_EQ(parse_ctcp("\x01"
                       "ACTION x y\x01 tail")
                ->text,
            "x y");
  EXPECT_FALSE(ctcp_answer({"SOURCE", ""}, {}));
  EXPECT_EQ(ctcp_answer({"TIME", ""}, base::WallTime{} + 61s)->text, "1970-01-01T00:01:01Z");
}

TEST(IrcFormat, Plain) {
  const struct {
    std::string text, expected;
  } rows[] = {
      {"\x02"
       "b\x1d"
       "i\x1f"
       "u\x1e"
       "s\x11"
       "m\x16r\x0f",
       "biusmr"},
      {"\x03"
       "4red\x03",
       "red"},
      {"\x03"
       "12,05x",
       "x"},
      {"\x03"
       "123",
       "3"},
      {"\x03,5", ",5"},
      {"\x03"
       "4,x",
       ",x"},
      {"\x04"
       "ff00FFx",
       "x"},
      {"\x04"
       "ff00fF,001122x",
       "x"},
      {"\x04"
       "ff00",
       "ff00"},
      {"a\tb", "a\tb"},
      {"a\x01\x07\x1b\x7f"
       "b",
       "ab"},
      {"\xef\xbf\xbe\xef\xbf\xbf!", "!"},
      {"😀", "😀"},
  };
  for (const auto& row : rows) EXPECT_EQ(plain(row.text), row.expected);
  EXPECT_EQ(decode("\x80 \xe9 \x81", Charset::windows1252), "€ é \xEF\xBF\xBD");
  EXPECT_EQ(decode("\xe9", charset("ISO-8859-1")), "é");
  EXPECT_EQ(decode("é€", Charset::windows1252), "é€");
  EXPECT_EQ(charset("unknown"), Charset::windows1252);
}

TEST(IrcNumerics, Table) {
  EXPECT_EQ(numeric_code("404"), 404);
  EXPECT_EQ(numeric_code("PRIVMSG"), 0);
  EXPECT_EQ(numeric_code("40"), 0);
  EXPECT_EQ(find_numeric(475)->error, legacy::Errc::needs_password);
  EXPECT_FALSE(find_numeric(1));
  EXPECT_FALSE(find_numeric(399));
  EXPECT_FALSE(find_numeric(671));
  EXPECT_FALSE(find_numeric(900));
  EXPECT_EQ(find_numeric(599)->error, legacy::Errc::refused);
  EXPECT_EQ(find_numeric(979)->error, legacy::Errc::refused);
}

TEST(IrcThrottle, BurstThenInterval) {
  Throttle throttle(3, 1s);
  const Throttle::Time start = Throttle::Time{} + 100s;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(throttle.ready_at(start), start) << i;
    throttle.take(start);
  }
  EXPECT_EQ(throttle.ready_at(start), start + 1s);
  throttle.take(start + 1s);
  EXPECT_EQ(throttle.ready_at(start + 1s), start + 2s);
  EXPECT_EQ(throttle.ready_at(start + 60s), start + 60s);
  Throttle off(0, 1s);
  for (int i = 0; i < 100; ++i) off.take(start);
  EXPECT_EQ(off.ready_at(start), start);
}

}  // namespace
}  // namespace irc

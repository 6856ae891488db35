#include "base/stringprep.hpp"

#include <gtest/gtest.h>

using namespace base;

TEST(Stringprep, Table) {
  struct Row {
    PrepProfile profile;
    std::string_view in;
    std::optional<std::string> out;
  };
  const Row rows[] = {
      {PrepProfile::node, "Romeo", "romeo"},
      {PrepProfile::node, "#Chan%IRC.net", "#chan%irc.net"},
      {PrepProfile::node, "Stra\u00dfe", "strasse"},
      {PrepProfile::node, "\u00c9t\u00e9", "\u00e9t\u00e9"},
      {PrepProfile::node, "\uFF21", "a"},
      {PrepProfile::node, "a b", std::nullopt},
      {PrepProfile::node, "a\"b", std::nullopt},
      {PrepProfile::node, "a&b", std::nullopt},
      {PrepProfile::node, "a/b", std::nullopt},
      {PrepProfile::node, "a:b", std::nullopt},
      {PrepProfile::node, "a<b", std::nullopt},
      {PrepProfile::node,
       "a\x01"
       "b",
       std::nullopt},
      {PrepProfile::node, "\u00a0", std::nullopt},
      {PrepProfile::node, "\u2028x", std::nullopt},
      {PrepProfile::node, "\xC3", std::nullopt},
      {PrepProfile::name, "Irc.Example.ORG", "irc.example.org"},
      {PrepProfile::name, "B\u00dcCHER.example", "b\u00fccher.example"},
      {PrepProfile::resource, "Romeo Montague", "Romeo Montague"},
      {PrepProfile::resource, "a\tb", std::nullopt},
      {PrepProfile::resource, "\U0001F600", "\U0001F600"},
      {PrepProfile::resource, std::string_view("\u00e9\0x", 4), std::nullopt},
  };
  for (const Row& row : rows) EXPECT_EQ(stringprep(row.profile, row.in), row.out) << row.in;
}

TEST(Stringprep, LimitsTheLength) {
  EXPECT_TRUE(stringprep(PrepProfile::node, std::string(1023, 'a')));
  EXPECT_FALSE(stringprep(PrepProfile::node, std::string(1024, 'a')));
  std::string wide;
  for (int i = 0; i < 340; ++i) wide += "\uFDFA";  // 3 bytes become 33
  EXPECT_FALSE(stringprep(PrepProfile::node, wide));
}

#include "component/jid.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <sstream>

using component::Jid;
using component::JidErrc;

TEST(Jid, ParsesAndPrepares) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"example.org", "example.org"},
      {"Romeo@Example.ORG/Orchard", "romeo@example.org/Orchard"},
      {"example.org/a@b/c", "example.org/a@b/c"},
      {"#Chan%irc.net@gw/Nick [x]", "#chan%irc.net@gw/Nick [x]"},
      {"a@b./r", "a@b/r"},
      {"stra\u00dfe@b", "strasse@b"},
      {"a@[::1]", "a@[::1]"},
      {"a@127.0.0.1", "a@127.0.0.1"},
      {"a@b\u00fccher.example", "a@b\u00fccher.example"},
      {"a@b/\U0001F600", "a@b/\U0001F600"},
      {"nick\\20x%irc@gw", "nick\\20x%irc@gw"},
  };
  for (const auto& [in, out] : rows) {
    const auto jid = Jid::parse(in);
    ASSERT_TRUE(jid) << in;
    EXPECT_EQ(jid->str(), out);
    EXPECT_EQ(Jid::parse(jid->str())->str(), out);
  }
}

TEST(Jid, RefusesInvalidOnes) {
  const std::string longest(1023, 'a'), too_long(1024, 'a');
  const std::pair<std::string, JidErrc> rows[] = {
      {"", JidErrc::bad_domain},
      {"@b", JidErrc::bad_local},
      {"a@", JidErrc::bad_domain},
      {"a@b/", JidErrc::bad_resource},
      {"/r", JidErrc::bad_domain},
      {"a b@c", JidErrc::bad_local},
      {"a\"b@c", JidErrc::bad_local},
      {"a&b@c", JidErrc::bad_local},
      {"a'b@c", JidErrc::bad_local},
      {"a:b@c", JidErrc::bad_local},
      {"a<b@c", JidErrc::bad_local},
      {"a>b@c", JidErrc::bad_local},
      {"a\x01@c", JidErrc::bad_local},
      {"a\xC3@c", JidErrc::bad_local},
      {"a\u00a0@c", JidErrc::bad_local},
      {too_long + "@c", JidErrc::bad_local},
      {"a@b@c", JidErrc::bad_domain},
      {"a@b c", JidErrc::bad_domain},
      {"a@b..c", JidErrc::bad_domain},
      {"a@.b", JidErrc::bad_domain},
      {"a@.", JidErrc::bad_domain},
      {"a@b..", JidErrc::bad_domain},
      {"a@b:5222", JidErrc::bad_domain},
      {"a@[x]", JidErrc::bad_domain},
      {"a@" + too_long, JidErrc::bad_domain},
      {"a@b/c\n", JidErrc::bad_resource},
      {"a@b/\xFF", JidErrc::bad_resource},
      {"a@b/" + too_long, JidErrc::bad_resource},
  };
  for (const auto& [in, error] : rows) {
    const auto jid = Jid::parse(in);
    ASSERT_FALSE(jid) << in;
    EXPECT_EQ(jid.error(), error) << in;
  }
  EXPECT_TRUE(Jid::parse(longest + "@b/" + longest));
}

TEST(Jid, PartsAndCopies) {
  const auto jid = *Jid::make("a", "b", "c");
  EXPECT_EQ(jid.bare().str(), "a@b");
  EXPECT_TRUE(jid.bare().is_bare());
  EXPECT_EQ(jid.bare_str(), "a@b");
  EXPECT_EQ(jid.with_resource("Nick").str(), "a@b/Nick");
  EXPECT_EQ(jid.with_resource("N\x01i\xFF"
                              "ck")
                .resource(),
            "Nick");
  EXPECT_EQ(jid.with_resource(std::string(2000, 'x')).resource().size(), 1023u);
  EXPECT_EQ(jid.with_resource("a\u0627").resource(), "a");           // both writing directions at once
  EXPECT_EQ(jid.with_resource("e\x01\u0301").resource(), "\u00E9");  // what is left composes
  EXPECT_EQ(*Jid::parse("A@B/c"), jid);
  EXPECT_NE(*Jid::parse("a@b/C"), jid);
  EXPECT_FALSE(Jid::make("a@b", "c"));
}

// What the address scheme produces are JIDs that no server changes.
TEST(Jid, VectorsAreCanonical) {
  std::stringstream text;
  text << std::ifstream(WHERRY_TEST_DATA "/jid-vectors.json").rdbuf();
  const auto vectors = boost::json::parse(text.str());
  for (const auto& row : vectors.as_array()) {
    const auto* jid = row.as_object().if_contains("jid");
    if (jid == nullptr || !jid->is_string()) continue;
    const std::string expected(jid->as_string());
    const auto parsed = Jid::parse(expected);
    ASSERT_TRUE(parsed) << expected;
    EXPECT_EQ(parsed->str(), expected);
  }
}

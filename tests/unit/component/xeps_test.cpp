#include <gtest/gtest.h>

#include "component/xeps/dataform.hpp"
#include "component/xeps/delay.hpp"
#include "component/xeps/muc.hpp"
#include "component/xeps/rsm.hpp"
#include "component/xml_parser.hpp"

using namespace component;

TEST(Delay, TimesRoundTrip) {
  for (const char* text : {"2026-11-21T10:00:00Z", "1999-12-31T23:59:59.123Z"}) {
    const auto time = parse_time(text);
    ASSERT_TRUE(time) << text;
    EXPECT_EQ(format_time(*time), text);
  }
  EXPECT_EQ(format_time(*parse_time("2026-11-21T12:30:00+02:30")), "2026-11-21T10:00:00Z");
}

TEST(Delay, RefusesOtherForms) {
  for (const char* text :
       {"", "yesterday", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21T10:00:00X", "20261121T10:00:00"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
}

// XEP-0082 knows years that a clock of nanoseconds doesn't.
TEST(Delay, TimesBeyondTheClockAreItsEnds) {
  for (const char* text : {"9999-12-31T23:59:59Z", "2300-01-01T00:00:00.5+01:00", "12026-01-01T00:00:00Z"})
    EXPECT_EQ(parse_time(text), base::WallTime::max()) << text;
  for (const char* text : {"1600-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "-0044-03-15T12:00:00Z"})
    EXPECT_EQ(parse_time(text), base::WallTime::min()) << text;
  EXPECT_EQ(format_time(*parse_time("1969-07-21T02:56:15Z")), "1969-07-21T02:56:15Z");
  EXPECT_EQ(format_time(*parse_time("2261-12-31T23:59:59Z")), "2261-12-31T23:59:59Z");
  for (const char* text :
       {"2026-13-01T00:00:00Z", "2026-01-32T00:00:00Z", "2026-01-01T25:00:00Z", "2026-01-01T00:60:00Z"})
    EXPECT_FALSE(parse_time(text)) << text;
}

TEST(MucHistory, ReadsWhatAJoinAsksFor) {
  const auto wish = [](const char* xml) {
    return muc::history_request(
        *xml::parse_element(std::string{"<x xmlns='http://jabber.org/protocol/muc'>"} + xml + "</x>"), 1000);
  };
  EXPECT_EQ(wish("").max_stanzas, 20U);
  EXPECT_EQ(wish("<history maxstanzas='5'/>").max_stanzas, 5U);
  EXPECT_EQ(wish("<history maxchars='0'/>").max_chars, 0U);
  EXPECT_EQ(wish("<history seconds='100'/>").since, 900);
  EXPECT_EQ(wish("<history since='1970-01-01T00:15:00Z'/>").since, 900);
  EXPECT_EQ(wish("<history maxstanzas='many'/>").max_stanzas, 20U);
}

TEST(Rsm, PagesThroughAList) {
  const std::vector<std::string> keys{"a", "b", "c", "d", "e"};
  struct Row {
    const char* set;
    std::size_t first, count;
  };
  const Row rows[] = {
      {"", 0, 5},
      {"<max>2</max>", 0, 2},
      {"<max>2</max><after>b</after>", 2, 2},
      {"<max>2</max><after>d</after>", 4, 1},
      {"<max>2</max><after>e</after>", 5, 0},
      {"<max>2</max><before/>", 3, 2},
      {"<max>2</max><before>d</before>", 1, 2},
      {"<max>9</max><before>b</before>", 0, 1},
      {"<max>0</max>", 0, 0},
      {"<max>2</max><index>3</index>", 3, 2},
      {"<max>2</max><index>7</index>", 5, 0},
  };
  for (const Row& row : rows) {
    const auto query =
        xml::parse_element(std::string{"<q><set xmlns='http://jabber.org/protocol/rsm'>"} + row.set + "</set></q>");
    const auto page = rsm::page(*rsm::parse(*query), keys);
    ASSERT_TRUE(page) << row.set;
    EXPECT_EQ(page->first, row.first) << row.set;
    EXPECT_EQ(page->count, row.count) << row.set;
  }
}

TEST(Rsm, SaysWhatItCantRead) {
  EXPECT_FALSE(
      rsm::parse(*xml::parse_element("<q><set xmlns='http://jabber.org/protocol/rsm'><max>x</max></set></q>")));
  EXPECT_FALSE(rsm::parse(*xml::parse_element("<q><set xmlns='http://jabber.org/protocol/rsm'><index/></set></q>")));
  rsm::Request unknown;
  unknown.after = "z";
  EXPECT_FALSE(rsm::page(unknown, {"a"}));
}

TEST(DataForm, ReadsASubmission) {
  const auto query = xml::parse_element(
      "<query xmlns='q'><x xmlns='jabber:x:data' type='submit'><field "
      "var='nick'><value>al</value><value>b</value></field>"
      "<field var='empty'/><field><value>without a name</value></field></x></query>");
  const auto form = dataform::submission(*query);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->type, "submit");
  EXPECT_EQ(form->value("nick"), "al");
  EXPECT_TRUE(form->has("empty"));
  EXPECT_FALSE(form->has("other"));
  EXPECT_FALSE(dataform::submission(*xml::parse_element("<query/>")));
}

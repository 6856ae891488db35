#include "component/xml.hpp"

#include <gtest/gtest.h>

#include "component/xml_parser.hpp"

using namespace component;
using xml::Element;

TEST(Xml, EscapesEveryForbiddenClass) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"plain \u00e9 \U0001F600", "plain \u00e9 \U0001F600"},
      {"<&>'\"", "&lt;&amp;&gt;&apos;&quot;"},
      {"]]>", "]]&gt;"},
      {"a\tb\nc", "a\tb\nc"},
      {"a\rb", "a&#13;b"},
      {std::string_view("a\0b", 3), "a\uFFFDb"},
      {"\x01\x08\x0B\x0C\x0E\x1F", "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD"},
      {"\x7F", "\x7F"},
      {"\xEF\xBF\xBE\xEF\xBF\xBF", "\uFFFD\uFFFD"},  // U+FFFE, U+FFFF
      {"\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD"},        // a surrogate
      {"a\xC3", "a\uFFFD"},
      {"\xC0\xBC", "\uFFFD\uFFFD"},  // '<' in an overlong form
      {"", ""},
  };
  for (const auto& [in, expected] : rows) {
    std::string out;
    xml::escape(out, in);
    EXPECT_EQ(out, expected);
    EXPECT_TRUE(xml::parse_element("<a>" + out + "</a>")) << expected;
  }
}

TEST(Xml, AttributesKeepTheirWhiteSpace) {
  const std::string out = Element("a").set("k", "1\n2\t3\r4").to_string();
  EXPECT_EQ(out, "<a k='1&#10;2&#9;3&#13;4'/>");
  EXPECT_EQ(xml::parse_element(out)->attr("k"), "1\n2\t3\r4");
}

TEST(Xml, WritesNamespacesOnlyWhereTheyChange) {
  Element message("message");
  message.set("to", "a@b");
  message.append(Element("body")).text("x < y");
  Element x("x", "urn:x");
  x.add(Element("inner")).add(Element("same", "urn:x")).add(Element("other", "urn:y").add(Element("deep", "urn:x")));
  message.add(std::move(x));
  EXPECT_EQ(message.to_string("jabber:component:accept"),
            "<message to='a@b'><body>x &lt; y</body><x xmlns='urn:x'><inner/><same/><other xmlns='urn:y'>"
            "<deep xmlns='urn:x'/></other></x></message>");
  EXPECT_EQ(Element("a", "urn:a").to_string("urn:a"), "<a/>");
  EXPECT_EQ(Element("a", "urn:a").to_string(), "<a xmlns='urn:a'/>");
}

TEST(Xml, BuildsAndLooksUp) {
  Element e("e", "urn:e");
  e.set("k", "1").set("k", "2").set("l", "3").unset("l");
  e.text("a").text("b").add(Element("c", "urn:c").text("one")).text("d").add(Element("c", "urn:c").text("two"));
  EXPECT_EQ(e.attr("k"), "2");
  EXPECT_FALSE(e.has_attr("l"));
  EXPECT_EQ(e.attr("l"), "");
  EXPECT_EQ(e.text(), "abd");
  EXPECT_EQ(e.child_count(), 2u);
  EXPECT_EQ(e.child_text("c", "urn:c"), "one");
  EXPECT_EQ(e.children("c", "urn:c").size(), 2u);
  EXPECT_EQ(e.child("c", "urn:other"), nullptr);
  EXPECT_EQ(e.first_child()->text(), "one");
  EXPECT_EQ(e.nodes().size(), 4u);
}

TEST(XmlParser, ReadsOneElement) {
  const auto e =
      xml::parse_element(" <a xmlns:p='urn:p' xml:lang='en' p:gone='x'><b xmlns='urn:b'>t</b></a> ", "urn:d");
  ASSERT_TRUE(e);
  EXPECT_TRUE(e->is("a", "urn:d"));
  EXPECT_EQ(e->attr("xml:lang"), "en");
  EXPECT_EQ(e->attrs().size(), 1u);
  EXPECT_EQ(e->child_text("b", "urn:b"), "t");
  for (const char* bad : {"", "x", "<a/><b/>", "<a>", "</wrapper>", "<a/></wrapper>", "<a/>x", "<a><!-- --></a>"}) {
    EXPECT_FALSE(xml::parse_element(bad)) << bad;
  }
}

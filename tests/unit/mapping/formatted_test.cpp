#include "mapping/formatted.hpp"

#include <gtest/gtest.h>

#include "component/xml_parser.hpp"

namespace {

using component::xml::Element;
using legacy::Span;
using mapping::Formatted;

Element message(const std::string& children) {
  const auto parsed = component::xml::parse_element("<message>" + children + "</message>", "jabber:component:accept");
  EXPECT_TRUE(parsed) << children;
  return parsed ? *parsed : Element("message");
}

std::string show(const Formatted& said) {
  std::string out = said.text;
  for (const Span& span : said.spans) {
    out += " [" + std::to_string(span.start) + "-" + std::to_string(span.end) + " ";
    for (std::size_t bit = 0; bit < 5; ++bit)
      if (span.styles >> bit & 1u) out += "biusm"[bit];
    char text[48];
    if (span.foreground) std::snprintf(text, sizeof text, " %06x", *span.foreground), out += text;
    if (span.background) std::snprintf(text, sizeof text, "/%06x", *span.background), out += text;
    out += "]";
  }
  return out;
}

std::string read(const std::string& children, const std::string& body, bool convert = false) {
  return show(mapping::read_formatting(message(children), body, convert));
}

std::string markup(const std::string& spans) {
  return "<markup xmlns='urn:xmpp:markup:0'>" + spans + "</markup>";
}

std::string html(const std::string& inside) {
  return "<html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>" + inside +
         "</body></html>";
}

std::string written(const std::string& body, const std::vector<Span>& spans, bool xhtml) {
  Element out("message");
  mapping::add_formatting(out, body, spans, xhtml);
  return out.to_string();
}

}  // namespace

TEST(Formatted, MarkupCountsCodePoints) {
  EXPECT_EQ(read(markup("<span start='1' end='3'><strong/><emphasis/></span>"),
                 "\xC3\xA9\xE2\x82\xAC"
                 "ab"),
            "\xC3\xA9\xE2\x82\xAC"
            "ab [2-6 bi]");
  EXPECT_EQ(read(markup("<span start='0' end='2'><deleted/></span><bcode start='3' end='5'/>"), "ab cd"),
            "ab cd [0-2 s] [3-5 m]");
}

// Overlaps are against the XEP, numbers may be anything.
TEST(Formatted, MarkupThatIsWrong) {
  EXPECT_EQ(read(markup("<span start='0' end='3'><strong/></span><span start='2' end='9'><code/></span>"), "abcde"),
            "abcde [0-2 b] [2-3 bm] [3-5 m]");
  EXPECT_EQ(read(markup("<span start='9' end='99999999999999999999'><strong/></span><span start='-1' end='x'/>"), "ab"),
            "ab");
  EXPECT_EQ(read(markup("<span start='0' end='1'><blink/></span><list start='0' end='1'/>"), "ab"), "ab");
  std::string many;
  for (int i = 0; i < 2000; ++i)
    many += "<span start='" + std::to_string(2 * i) + "' end='" + std::to_string(2 * i + 1) + "'><code/></span>";
  EXPECT_EQ(mapping::read_formatting(message(markup(many)), std::string(4000, 'x'), false).spans.size(),
            mapping::max_marks);
}

TEST(Formatted, Xhtml) {
  EXPECT_EQ(read(html("<p>one <strong>two</strong></p><p><em>three</em></p>"), "x"), "one two\nthree [4-7 b] [8-13 i]");
  EXPECT_EQ(read(html("a<br/>b"), "x"), "a\nb");
  EXPECT_EQ(read(html("<span style='color: #f00; font-weight:bold;text-decoration: underline'>r</span>"), "x"),
            "r [0-1 bu ff0000]");
  EXPECT_EQ(read(html("<span style='color:red;background-color:#00FF00'>r</span>"), "x"), "r [0-1  ff0000/00ff00]");
  EXPECT_EQ(read(html("<a href='http://a.example/'>here</a> <a href='http://b/'>http://b/</a>"), "x"),
            "here <http://a.example/> http://b/");
  EXPECT_EQ(read(html("<img src='data:x' alt='a cat'/>"), "x"), "a cat");
}

TEST(Formatted, HostileXhtmlIsText) {
  EXPECT_EQ(read(html("a<script>alert(1)</script><style>b{}</style><blink onclick='x()'>c</blink>"), "x"), "ac");
  EXPECT_EQ(read(html(""), "body"), "body");
  EXPECT_EQ(read(html("  "), "body"), "body");
  EXPECT_EQ(read("<html xmlns='http://jabber.org/protocol/xhtml-im'/>", "body"), "body");
  EXPECT_EQ(read(html("<span style='color:#12345;color:#xyz;color:expression(1);:;;font-weight'>c</span>"), "x"), "c");
  std::string deep = "x";
  for (int i = 0; i < 40; ++i) deep = "<b>" + deep + "</b>";
  EXPECT_EQ(read(html(deep), "body"), "body");
  EXPECT_EQ(read(html(std::string(70000, 'x')), "body"), "body");
}

TEST(Formatted, StylingIsLeftAsItIs) {
  EXPECT_EQ(read("", "*a* _b_ ~c~ `d`"), "*a* _b_ ~c~ `d`");
  EXPECT_EQ(read("", "a\n```c++\nint *x*;\n```\nb"), "a\nint *x*;\nb");
  EXPECT_EQ(read("", "a\n```\nnever closed"), "a\n```\nnever closed");
  EXPECT_EQ(read("<unstyled xmlns='urn:xmpp:styling:0'/>", "```\na\n```"), "```\na\n```");
}

TEST(Formatted, StylingConverted) {
  EXPECT_EQ(read("", "*a* _b_ ~c~ `d`", true), "a b c d [0-1 b] [2-3 i] [4-5 s] [6-7 m]");
  EXPECT_EQ(read("", "*a _b_*", true), "a b [0-2 b] [2-3 bi]");
  EXPECT_EQ(read("", "2*3*4 * a * snake_case_name *", true), "2*3*4 * a * snake_case_name *");
  EXPECT_EQ(read("", "`*a*`", true), "*a* [0-3 m]");
  EXPECT_EQ(read("", "```\n*a*\n```\n", true), "*a*\n [0-4 m]");
  EXPECT_EQ(read("<unstyled xmlns='urn:xmpp:styling:0'/>", "*a*", true), "*a*");
}

TEST(Formatted, Spoiler) {
  EXPECT_EQ(read("<spoiler xmlns='urn:xmpp:spoiler:0'>end</spoiler>", "he dies"), "end: he dies [5-12  000000/000000]");
  EXPECT_EQ(read("<spoiler xmlns='urn:xmpp:spoiler:0'/>", "x"), "x [0-1  000000/000000]");
}

TEST(Formatted, Written) {
  EXPECT_EQ(written("plain", {}, true), "<message/>");
  const std::vector<Span> spans{{2, 5, Span::bold, {}, {}}, {5, 6, Span::bold, 0xff0000, {}}};
  EXPECT_EQ(written("\xC3\xA9\xE2\x82\xAC"
                    "ab",
                    spans, false),
            "<message><markup xmlns='urn:xmpp:markup:0'><span start='1' end='3'><strong/></span></markup>"
            "<unstyled xmlns='urn:xmpp:styling:0'/></message>");
  EXPECT_EQ(written("a<b", {{0, 3, Span::underline | Span::strike, 0xff0000, 0x00ff00}}, false), "<message/>");
  EXPECT_EQ(written("a<b", {{0, 2, Span::underline | Span::strike, 0xff0000, 0x00ff00}}, true),
            "<message><html xmlns='http://jabber.org/protocol/xhtml-im'><body xmlns='http://www.w3.org/1999/xhtml'>"
            "<span style='text-decoration: underline line-through; color: #ff0000; background-color: #00ff00'>a&lt;"
            "</span>b</body></html><unstyled xmlns='urn:xmpp:styling:0'/></message>");
  EXPECT_EQ(written("x", {{0, 1, 0, 1, 1}}, false), "<message><spoiler xmlns='urn:xmpp:spoiler:0'/></message>");
}

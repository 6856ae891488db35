#include "mapping/reply.hpp"

#include <gtest/gtest.h>

#include "component/xml_parser.hpp"

namespace mapping {
namespace {

component::xml::Element message(const std::string& inside) {
  return *component::xml::parse_element("<message xmlns='jabber:component:accept'>" + inside + "</message>");
}

std::string reply(const std::string& range) {
  return "<reply xmlns='urn:xmpp:reply:0' to='#a%net@gw/bob' id='x'/>"
         "<fallback xmlns='urn:xmpp:fallback:0' for='urn:xmpp:reply:0'>" +
         range + "</fallback>";
}

TEST(ReplyTest, AQuoteIsWhatTheFallbackNames) {
  const std::string body = "> \u00e9\u00e9\nfine";  // nine code points, eleven bytes
  EXPECT_EQ(quote_size(message(reply("<body start='0' end='5'/>")), body), 7u);
  EXPECT_EQ(quote_size(message(reply("<body end='5'/>")), body), 7u);
  EXPECT_EQ(quote_size(message(reply("<body start='2' end='5'/>")), body), 0u);
  EXPECT_EQ(quote_size(message(reply("<body start='0' end='500'/>")), body), 0u) << "nothing else is there";
  EXPECT_EQ(quote_size(message(reply("<body/>")), body), 0u);
  EXPECT_EQ(quote_size(message(reply("")), body), 0u);
  EXPECT_EQ(quote_size(message("<fallback xmlns='urn:xmpp:fallback:0'><body start='0' end='5'/></fallback>"), body),
            0u);
}

TEST(ReplyTest, ALeadIsPutInAndTakenOut) {
  using Spans = std::vector<legacy::Span>;
  for (const char* text : {"fine", "/me waves"}) {
    std::string said = text;
    const std::size_t at = said.find_last_of(' ') + 1;
    Spans spans{{at, said.size(), legacy::Span::bold, {}, {}}};
    const Spans before = spans;
    put_lead(said, spans, "[corrected] ");
    EXPECT_EQ(said.find("[corrected] "), at);
    EXPECT_EQ(spans[0].start, at + 12);
    EXPECT_EQ(spans[0].end, said.size());
    take_lead(said, spans, "[corrected] ");
    EXPECT_EQ(said, text);
    EXPECT_EQ(spans, before);
  }
  std::string other = "something else";
  Spans none;
  take_lead(other, none, "bob: ");
  EXPECT_EQ(other, "something else");
}

TEST(ReplyTest, NobodyIsNamedTwice) {
  const auto plain = message("");
  EXPECT_EQ(lead_of(plain, "fine", "bob"), "bob: ");
  for (const char* text : {"bob: fine", "Bob, fine", "bob", "/me nods"})
    EXPECT_EQ(lead_of(plain, text, "bob"), "") << text;
  EXPECT_EQ(lead_of(plain, "bobby is here", "bob"), "bob: ");
  EXPECT_EQ(lead_of(plain, "fine", ""), "");
  EXPECT_EQ(lead_of(message("<replace xmlns='urn:xmpp:message-correct:0' id='m'/>"), "fine", "bob"),
            "[corrected] bob: ");
}

TEST(ReplyTest, KnowsTheLinesOfTheLatestMessages) {
  FurtherLines lines;
  lines.add("m", "m2");
  lines.add("m", "m3");
  EXPECT_EQ(lines.find("m", 0), "m2");
  EXPECT_EQ(lines.find("m", 1), "m3");
  EXPECT_EQ(lines.find("m", 2), "");
  EXPECT_EQ(lines.find("n", 0), "");
  for (std::size_t i = 0; i < FurtherLines::most_messages; ++i) lines.add(std::to_string(i), "x");
  EXPECT_EQ(lines.find("m", 0), "");
}

}  // namespace
}  // namespace mapping

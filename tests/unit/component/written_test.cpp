// What is written without a tree is what a tree would have been written as.
#include "component/written.hpp"

#include <gtest/gtest.h>

#include "component/stanza.hpp"
#include "component/xeps/muc.hpp"
#include "component/xml_parser.hpp"

using namespace component;
using xml::Element;

namespace {

const char* const awkward = "o'Neill & <Sons>\t\x02\xFF";

Element parsed(const std::string& bytes) {
  return *xml::parse_element(bytes, ns_component);
}

}  // namespace

TEST(Writer, WritesWhatATreeWrites) {
  Element tree("message");
  tree.set("from", awkward).add(Element("body").text(awkward));
  Element x("x", "urn:x");
  x.add(Element("same")).add(Element("y", "urn:y").add(Element("z", "urn:x")));
  tree.add(x).add(Element("empty"));

  std::string out;
  xml::Writer writer(out, ns_component);
  writer.open("message").attr("from", awkward).leaf("body", awkward);
  writer.open("x", "urn:x").open("same").close().open("y", "urn:y").open("z", "urn:x").close().close().close();
  writer.open("empty").close().close();
  EXPECT_EQ(out, tree.to_string(ns_component));

  std::string with_tree;
  xml::Writer(with_tree, ns_component)
      .open("message")
      .attr("from", awkward)
      .leaf("body", awkward)
      .add(x)
      .leaf("empty", "")
      .close();
  EXPECT_EQ(with_tree, out);
}

TEST(WrittenStanza, GetsItsRecipient) {
  StanzaWriter writer("message", "room@gw/nick", "groupchat", "1");
  writer.inside().leaf("body", "hello");
  const WrittenStanza stanza = std::move(writer).finish();
  const Element sent = parsed(stanza.addressed("a@b/it's"));
  EXPECT_EQ(sent.attr("to"), "a@b/it's");
  EXPECT_EQ(sent.attr("from"), "room@gw/nick");
  EXPECT_EQ(sent.attr("type"), "groupchat");
  EXPECT_EQ(sent.attr("id"), "1");
  EXPECT_EQ(sent.child_text("body", ns_component), "hello");
  EXPECT_EQ(stanza.from(), "room@gw/nick");
  EXPECT_EQ(stanza.kind(), "message");
  EXPECT_FALSE(stanza.is_replaceable());
}

TEST(WrittenStanza, TakesOneMoreChild) {
  const WrittenStanza stanza(parsed("<message from='a@gw' id='1'><body>x</body></message>"));
  const Element sent = parsed(stanza.with(Element("delay", "urn:xmpp:delay")).addressed("b@c"));
  EXPECT_EQ(sent.child_text("body", ns_component), "x");
  EXPECT_NE(sent.child("delay", "urn:xmpp:delay"), nullptr);
}

TEST(WrittenStanza, OfATreeIsTheSame) {
  const WrittenStanza stanza(parsed("<presence from='a&apos;b@gw/x'><show>away</show></presence>"));
  const Element sent = parsed(stanza.addressed("b@c"));
  EXPECT_EQ(sent.attr("from"), "a'b@gw/x");
  EXPECT_FALSE(sent.attr("id").empty());
  EXPECT_EQ(sent.child_text("show", ns_component), "away");
}

// Without status 110 a client never knows that it is in a room.
TEST(WrittenStanza, OnlyStatesOfOthersAreReplaceable) {
  const auto is_replaceable = [](const char* xml) { return WrittenStanza(parsed(xml)).is_replaceable(); };
  EXPECT_TRUE(is_replaceable("<presence from='a@gw'/>"));
  EXPECT_TRUE(is_replaceable("<presence from='a@gw' type='unavailable'/>"));
  EXPECT_FALSE(is_replaceable("<presence from='a@gw' type='subscribed'/>"));
  EXPECT_FALSE(is_replaceable("<message from='a@gw'/>"));
  EXPECT_FALSE(
      is_replaceable("<presence from='a@gw'><x xmlns='http://jabber.org/protocol/muc#user'>"
                     "<status code='110'/></x></presence>"));
}

TEST(Muc, TheUserElementIsWrittenAsTheTree) {
  const muc::Item item{"admin", "moderator", "a'b@gw/x", "new", "actor", "why & how"};
  std::string out;
  xml::Writer writer(out, ns_component);
  muc::write_user(writer, item, {110, 0, 303});
  EXPECT_EQ(out, muc::user(item, {110, 303}).to_string(ns_component));
}

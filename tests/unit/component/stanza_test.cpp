#include "component/stanza.hpp"

#include <gtest/gtest.h>

#include <set>

#include "component/error.hpp"
#include "component/xml_parser.hpp"

using namespace component;

namespace {
base::Result<Stanza, StanzaErrc> parse(std::string_view text) {
  return Stanza::parse(*xml::parse_element(text, ns_component));
}
std::string wire(const xml::Element& element) {
  return element.to_string(ns_component);
}
}  // namespace

TEST(Stanza, TakesBothNamespaces) {
  const auto stanza = parse("<message xmlns='jabber:client' from='a@b/c' to='D@e' id='1'><body>x</body></message>");
  ASSERT_TRUE(stanza);
  EXPECT_EQ(stanza->kind(), StanzaKind::message);
  EXPECT_EQ(stanza->to().str(), "d@e");
  EXPECT_EQ(stanza->xml().child_text("body", ns_component), "x");
  EXPECT_EQ(wire(stanza->xml()), "<message from='a@b/c' to='D@e' id='1'><body>x</body></message>");
}

TEST(Stanza, RefusesMalformedOnes) {
  const std::pair<const char*, StanzaErrc> rows[] = {
      {"<route from='a' to='b'/>", StanzaErrc::not_a_stanza},
      {"<message xmlns='urn:x' from='a' to='b'/>", StanzaErrc::not_a_stanza},
      {"<message to='b'/>", StanzaErrc::bad_from},
      {"<message from='a@' to='b'/>", StanzaErrc::bad_from},
      {"<message from='a'/>", StanzaErrc::bad_to},
      {"<presence from='a' to='@b'/>", StanzaErrc::bad_to},
      {"<iq from='a' to='b' id='1'><x/></iq>", StanzaErrc::bad_type},
      {"<iq from='a' to='b' id='1' type='subscribe'><x/></iq>", StanzaErrc::bad_type},
      {"<iq from='a' to='b' type='get'><x/></iq>", StanzaErrc::bad_iq},
      {"<iq from='a' to='b' id='1' type='get'/>", StanzaErrc::bad_iq},
      {"<iq from='a' to='b' id='1' type='set'><x/><y/></iq>", StanzaErrc::bad_iq},
  };
  for (const auto& [text, error] : rows) {
    const auto stanza = parse(text);
    ASSERT_FALSE(stanza) << text;
    EXPECT_EQ(stanza.error(), error) << text;
  }
}

TEST(Stanza, PayloadBelongsToRequests) {
  EXPECT_TRUE(parse("<iq from='a' to='b' id='1' type='get'><q xmlns='urn:q'/></iq>")->payload()->is("q", "urn:q"));
  EXPECT_EQ(parse("<iq from='a' to='b' id='1' type='result'><q xmlns='urn:q'/></iq>")->payload(), nullptr);
  EXPECT_EQ(parse("<message from='a' to='b'><body/></message>")->payload(), nullptr);
}

TEST(Stanza, Skeletons) {
  const auto request = *parse("<iq from='a@b/c' to='#X@gw' id='1' type='get'><q xmlns='urn:q'/></iq>");
  EXPECT_EQ(wire(make_result(request)), "<iq type='result' from='#X@gw' to='a@b/c' id='1'/>");
  const Jid a = *Jid::parse("a@b"), c = *Jid::parse("c");
  EXPECT_EQ(wire(make_message(a, c, "chat", "7")), "<message from='a@b' to='c' type='chat' id='7'/>");
  EXPECT_FALSE(make_message(a, c, "chat").attr("id").empty());
  EXPECT_EQ(wire(make_presence(a, c)), "<presence from='a@b' to='c'/>");
  EXPECT_EQ(wire(make_presence(a, c, "unavailable")), "<presence from='a@b' to='c' type='unavailable'/>");
}

TEST(Stanza, IdsAreFresh) {
  std::set<std::string> ids;
  for (int i = 0; i < 1000; ++i) ids.insert(make_id());
  EXPECT_EQ(ids.size(), 1000u);
  EXPECT_EQ(ids.begin()->size(), 22u);
  EXPECT_EQ(ids.begin()->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
            std::string::npos);
}

TEST(StanzaError, EchoesOnlyWhatIsSafe) {
  const StanzaError error{ErrorType::cancel, Condition::item_not_found, "No such room.", "gw"};
  const std::string tail =
      "<error type='cancel' code='404' by='gw'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>"
      "<text xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>No such room.</text></error>";
  const std::pair<const char*, const char*> rows[] = {
      {"<iq from='a' to='b' id='1' type='set'><q xmlns='urn:q' secret='s'><password>x</password></q></iq>",
       "<iq type='error' from='b' to='a' id='1'><q xmlns='urn:q'/>"},
      {"<message from='a' to='b' id='2'><body>x</body></message>", "<message type='error' from='b' to='a' id='2'>"},
      {"<presence from='a' to='b/n'><x xmlns='http://jabber.org/protocol/muc'><password>p</password></x></presence>",
       "<presence type='error' from='b/n' to='a'><x xmlns='http://jabber.org/protocol/muc'/>"},
      {"<presence from='a' to='b'><status>s</status></presence>", "<presence type='error' from='b' to='a'>"},
  };
  for (const auto& [in, out] : rows) {
    const std::string reply = wire(make_error(*parse(in), error));
    EXPECT_TRUE(reply.starts_with(out + tail)) << reply;
  }
}

TEST(StanzaError, Names) {
  EXPECT_EQ(name(Condition::bad_request), "bad-request");
  EXPECT_EQ(name(Condition::policy_violation), "policy-violation");
  EXPECT_EQ(name(Condition::unexpected_request), "unexpected-request");
  EXPECT_EQ(name(ErrorType::proceed), "continue");
  EXPECT_EQ(wire(to_xml({ErrorType::modify, Condition::policy_violation, {}, {}})),
            "<error type='modify'><policy-violation xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>");
}

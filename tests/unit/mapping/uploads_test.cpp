#include "mapping/uploads.hpp"

#include <gtest/gtest.h>

#include "component/xml_parser.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/outlet.hpp"

namespace mapping {
namespace {

using component::Jid;
using component::xml::Element;
using Slot = legacy::SlotAnswer;
using namespace std::chrono_literals;

struct Wire final : support::TreeOutlet {
  using TreeOutlet::send;
  bool send(const Element& stanza) override {
    sent.push_back(stanza);
    return true;
  }
  bool send_confirmed(const Element& stanza, std::function<void(bool)>) override { return send(stanza); }
  std::vector<Element> sent;
};

class UploadsTest : public testing::Test {
 protected:
  void ask(std::uint64_t size = 5) {
    uploads.ask({"image.jpg", "image/jpeg", size}, [this](Slot answer) { answers.push_back(std::move(answer)); });
  }
  // Answers the last request to `whom`.
  bool answer(const std::string& whom, const std::string& inner, const std::string& type = "result",
              const std::string& from = {}) {
    const auto asked =
        std::find_if(wire.sent.rbegin(), wire.sent.rend(), [&](const auto& s) { return s.attr("to") == whom; });
    if (asked == wire.sent.rend()) return false;
    const std::string xml = "<iq type='" + type + "' id='" + std::string(asked->attr("id")) + "' from='" +
                            (from.empty() ? whom : from) + "' to='sms.x.test'>" + inner + "</iq>";
    auto element = component::xml::parse_element(xml, component::ns_component);
    return uploads.on_answer(*component::Stanza::parse(std::move(*element)));
  }
  void offer_items() {
    EXPECT_TRUE(answer("x.test",
                       "<query xmlns='http://jabber.org/protocol/disco#items'><item jid='sms.x.test'/>"
                       "<item jid='rooms.x.test'/><item jid='up.x.test'/><item jid='user@x.test'/></query>"));
  }
  bool offer_service(const std::string& longest = "100") {
    return answer("up.x.test",
                  "<query xmlns='http://jabber.org/protocol/disco#info'><feature var='urn:xmpp:http:upload:0'/>"
                  "<x xmlns='jabber:x:data' type='result'><field var='FORM_TYPE'><value>urn:xmpp:http:upload:0</value>"
                  "</field><field var='max-file-size'><value>" +
                      longest + "</value></field></x></query>");
  }
  bool give_slot() {
    return answer("up.x.test",
                  "<slot xmlns='urn:xmpp:http:upload:0'><put url='https://up/p'><header name='Authorization'>Bearer z"
                  "</header></put><get url='https://up/g'/></slot>");
  }
  std::vector<std::string> asked() {
    std::vector<std::string> out;
    for (const auto& stanza : std::exchange(wire.sent, {})) out.emplace_back(stanza.attr("to"));
    return out;
  }

  support::Loop loop;
  Wire wire;
  Uploads uploads{loop.executor(), wire, *Jid::parse("sms.x.test")};
  std::vector<Slot> answers;
};

TEST_F(UploadsTest, FindsTheServiceAndAsksForASlot) {
  ask();
  EXPECT_EQ(wire.sent.size(), 1u);
  offer_items();
  wire.sent.erase(wire.sent.begin());
  std::vector<std::string> infos;
  for (const auto& stanza : wire.sent) infos.emplace_back(stanza.attr("to"));
  EXPECT_EQ(infos, (std::vector<std::string>{"x.test", "rooms.x.test", "up.x.test"}));
  EXPECT_TRUE(answer("rooms.x.test", "<query xmlns='http://jabber.org/protocol/disco#info'/>"));
  EXPECT_TRUE(offer_service());
  const Element request = wire.sent.back();
  EXPECT_EQ(request.attr("type"), "get");
  EXPECT_EQ(request.attr("from"), "sms.x.test");
  const Element* const wish = request.child("request", "urn:xmpp:http:upload:0");
  ASSERT_TRUE(wish);
  EXPECT_EQ(wish->attr("filename"), "image.jpg");
  EXPECT_EQ(wish->attr("size"), "5");
  EXPECT_EQ(wish->attr("content-type"), "image/jpeg");
  EXPECT_TRUE(give_slot());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::given);
  EXPECT_EQ(answers[0].slot.put, "https://up/p");
  EXPECT_EQ(answers[0].slot.get, "https://up/g");
  ASSERT_EQ(answers[0].slot.headers.size(), 1u);
  EXPECT_EQ(answers[0].slot.headers[0], (std::pair<std::string, std::string>{"Authorization", "Bearer z"}));
  asked();
  ask();
  EXPECT_EQ(asked(), std::vector<std::string>{"up.x.test"}) << "it is known now";
}

TEST_F(UploadsTest, WhatIsTooLongIsNotAskedFor) {
  ask(101), ask(100);
  offer_items();
  offer_service();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::none);
  EXPECT_TRUE(give_slot());
  EXPECT_EQ(answers.size(), 2u);
}

TEST_F(UploadsTest, OnlyWhoWasAskedAnswers) {
  ask();
  offer_items();
  offer_service();
  EXPECT_FALSE(answer("up.x.test", "", "result", "evil.test"));
  EXPECT_TRUE(answers.empty());
}

TEST_F(UploadsTest, RefusalsAndSilence) {
  const struct {
    const char* type;
    const char* condition;
    Slot::Kind expected;
    bool is_looked_for;  // before, because the last one may have gone
  } cases[] = {{"cancel", "not-acceptable", Slot::Kind::none, false},
               {"auth", "forbidden", Slot::Kind::none, false},
               {"wait", "not-acceptable", Slot::Kind::later, false},
               {"cancel", "remote-server-not-found", Slot::Kind::later, true},
               {"wait", "resource-constraint", Slot::Kind::later, true}};
  const auto find_service = [this] {
    offer_items();
    offer_service();
  };
  ask();
  find_service();
  give_slot();
  for (const auto& c : cases) {
    answers.clear();
    ask();
    if (c.is_looked_for) find_service();
    const std::string condition = std::string("<") + c.condition + " xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/>";
    answer("up.x.test", std::string("<error type='") + c.type + "'>" + condition + "</error>", "error");
    ASSERT_EQ(answers.size(), 1u) << c.condition;
    EXPECT_EQ(answers[0].kind, c.expected) << c.type << ' ' << c.condition;
  }
  answers.clear();
  ask();
  find_service();
  loop.advance(16s);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::later);
}

TEST_F(UploadsTest, AServerWithoutAServiceIsAskedAgainAfterSomeTime) {
  ask();
  offer_items();
  for (const char* whom : {"x.test", "rooms.x.test", "up.x.test"}) answer(whom, "<error type='cancel'/>", "error");
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::none);
  asked();
  ask();
  EXPECT_TRUE(asked().empty());
  EXPECT_EQ(answers.size(), 2u);
  loop.advance(6min);
  ask();
  EXPECT_EQ(asked(), std::vector<std::string>{"x.test"});
}

TEST_F(UploadsTest, AServerThatIsAwayIsNoAnswer) {
  ask();
  loop.advance(16s);
  loop.advance(16s);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::later);
  asked();
  ask();
  EXPECT_EQ(asked(), std::vector<std::string>{"x.test"}) << "nothing was learnt";
}

TEST_F(UploadsTest, AtTheEndNothingIsAsked) {
  uploads.stop();
  ask();
  EXPECT_TRUE(wire.sent.empty());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].kind, Slot::Kind::later);
}

}  // namespace
}  // namespace mapping

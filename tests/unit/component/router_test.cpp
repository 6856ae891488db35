#include "component/router.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "component/xml_parser.hpp"
#include "tests/support/outlet.hpp"

using namespace component;

namespace {

struct Recorder final : support::TreeOutlet {
  using TreeOutlet::send;
  bool send(const xml::Element& stanza) override {
    std::string text = stanza.to_string(ns_component);
    if (text.size() > longest) return false;
    sent.push_back(std::move(text));
    return true;
  }
  bool send_confirmed(const xml::Element& stanza, std::function<void(bool)>) override { return send(stanza); }
  std::vector<std::string> sent;
  std::size_t longest = 1000;
};

Stanza request(const char* type, const char* payload) {
  const std::string xml = std::string{"<iq from='a@b/c' to='gw' id='1' type='"} + type + "'>" + payload + "</iq>";
  return *Stanza::parse(*xml::parse_element(xml, ns_component));
}

Router::Route route(unsigned targets, bool open, Router::Handler handler) {
  return {"q", "urn:q", "get", targets, open, "urn:q", std::move(handler)};
}

}  // namespace

TEST(Router, AnswersEveryRequestOnce) {
  struct Row {
    const char* type;
    const char* payload;
    Target target;
    bool registered;
    const char* answer;
  };
  const Row rows[] = {
      {"get", "<q xmlns='urn:q'/>", target_room, true, "type='result'"},
      {"get", "<q xmlns='urn:q'/>", target_room, false, "registration-required"},
      {"set", "<q xmlns='urn:q'/>", target_room, true, "feature-not-implemented"},
      {"get", "<q xmlns='urn:q'/>", target_gateway, true, "service-unavailable"},
      {"get", "<other xmlns='urn:q'/>", target_room, true, "service-unavailable"},
  };
  Router router;
  router.add(route(target_room | target_occupant, false, [](const Responder& responder) { responder.result(); }));
  for (const Row& row : rows) {
    Recorder out;
    router.dispatch(out, request(row.type, row.payload), row.target, row.registered);
    ASSERT_EQ(out.sent.size(), 1U) << row.payload;
    EXPECT_NE(out.sent[0].find(row.answer), std::string::npos) << out.sent[0];
  }
}

TEST(Router, AForgottenRequestIsAnsweredAllTheSame) {
  Router router;
  router.add(route(target_gateway, true, [](const Responder&) {}));
  Recorder out;
  router.dispatch(out, request("get", "<q xmlns='urn:q'/>"), target_gateway, true);
  ASSERT_EQ(out.sent.size(), 1U);
  EXPECT_NE(out.sent[0].find("internal-server-error"), std::string::npos);
}

TEST(Router, AnAnswerThatCantBeSentIsAShortError) {
  Router router;
  router.add(route(target_gateway, true, [](const Responder& responder) {
    responder.result(xml::Element("q", "urn:q").text(std::string(2000, 'x')));
  }));
  Recorder out;
  router.dispatch(out, request("get", "<q xmlns='urn:q'/>"), target_gateway, true);
  ASSERT_EQ(out.sent.size(), 1U);
  EXPECT_NE(out.sent[0].find("resource-constraint"), std::string::npos);
  EXPECT_NE(out.sent[0].find("id='1'"), std::string::npos);
}

TEST(Router, AThrowingHandlerAnswersOnce) {
  Router router;
  router.add(route(target_gateway, true, [](const Responder&) { throw std::runtime_error("x"); }));
  Recorder out;
  EXPECT_THROW(router.dispatch(out, request("get", "<q xmlns='urn:q'/>"), target_gateway, true), std::runtime_error);
  EXPECT_EQ(out.sent.size(), 1U);
}

TEST(Router, OnlyTheFirstAnswerCounts) {
  Router router;
  router.add(route(target_gateway, true, [](const Responder& responder) {
    responder.result();
    responder.error({ErrorType::cancel, Condition::conflict, {}, {}});
  }));
  Recorder out;
  router.dispatch(out, request("get", "<q xmlns='urn:q'/>"), target_gateway, true);
  ASSERT_EQ(out.sent.size(), 1U);
  EXPECT_NE(out.sent[0].find("result"), std::string::npos);
}

TEST(Router, RefusesTwoHandlersForOnePayload) {
  Router router;
  router.add(route(target_room, true, [](const Responder&) {}));
  router.add(route(target_gateway, true, [](const Responder&) {}));
  EXPECT_THROW(router.add(route(target_any, true, [](const Responder&) {})), std::logic_error);
  EXPECT_EQ(router.features(target_room), std::vector<std::string>{"urn:q"});
  EXPECT_TRUE(router.features(target_contact).empty());
}

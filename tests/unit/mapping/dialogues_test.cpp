// Bounds of what ad-hoc commands keep; their course is in tests/scenarios/commands.scn.
#include "mapping/dialogues.hpp"

#include <gtest/gtest.h>

#include <deque>

#include "component/xml_parser.hpp"
#include "tests/support/outlet.hpp"

namespace mapping {
namespace {

using component::xml::Element;

struct Answers final : support::TreeOutlet {
  using TreeOutlet::send;
  bool send(const Element& stanza) override {
    sent.push_back(stanza);
    return true;
  }
  bool send_confirmed(const Element& stanza, std::function<void(bool)>) override { return send(stanza); }
  std::deque<Element> sent;
};

class DialoguesTest : public testing::Test {
 protected:
  DialoguesTest() {
    const auto ask = [](const Dialogue& dialogue) -> Command::Asked {
      if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
      return std::optional{Command::Stage{}};
    };
    const auto finish = [](const Dialogue&, const Command::Done& done) { done({}); };
    dialogues_.add({"talk", "Talk", component::target_gateway, false, ask, finish});
  }
  // The answer to a <command/>.
  Element run(const std::string& user, const std::string& session, const std::string& inner = {}) {
    const std::string id = session.empty() ? std::string{} : " sessionid='" + session + "'";
    auto element = component::xml::parse_element("<iq type='set' id='1' from='" + user +
                                                     "/a' to='gw'><command xmlns='http://jabber.org/protocol/commands' "
                                                     "node='talk'" +
                                                     id + ">" + inner + "</command></iq>",
                                                 component::ns_component);
    auto stanza = component::Stanza::parse(std::move(*element));
    dialogues_.handle(component::Responder(out_, std::move(*stanza)), component::target_gateway, false);
    Element answer = std::move(out_.sent.back());
    out_.sent.pop_back();
    return answer;
  }
  std::string begin(const std::string& user) {
    const Element answer = run(user, {});
    const Element* const command = answer.child("command", component::commands::ns);
    return command ? std::string{command->attr("sessionid")} : std::string{};
  }

  Answers out_;
  Dialogues dialogues_;
};

TEST_F(DialoguesTest, AUsersOldestSessionGivesWay) {
  std::vector<std::string> sessions;
  for (int count = 0; count < 6; ++count) sessions.push_back(begin("romeo@x"));
  EXPECT_EQ(run("romeo@x", sessions.front()).attr("type"), "error");
  EXPECT_EQ(run("romeo@x", sessions.back()).attr("type"), "result");
  EXPECT_EQ(run("romeo@x", sessions[1]).attr("type"), "result");
}

TEST_F(DialoguesTest, OthersAreNotTroubledBeforeTheGatewayIsFull) {
  const std::string first = begin("juliet@x");
  for (int count = 0; count < 999; ++count) begin("user" + std::to_string(count) + "@x");
  EXPECT_EQ(run("juliet@x", first).attr("type"), "result");
}

TEST_F(DialoguesTest, WhenItIsFullTheOldestOfTheLargestDomainGivesWay) {
  const std::string juliets = begin("juliet@x");
  std::vector<std::string> strangers;
  for (int count = 0; count < 2500; ++count) strangers.push_back(begin("user" + std::to_string(count) + "@evil"));
  const std::string romeos = begin("romeo@x");
  EXPECT_EQ(run("user1500@evil", strangers[1500]).attr("type"), "error");
  EXPECT_EQ(run("user2499@evil", strangers[2499]).attr("type"), "result");
  EXPECT_EQ(run("juliet@x", juliets).attr("type"), "result");
  EXPECT_EQ(run("romeo@x", romeos).attr("type"), "result");
}

TEST_F(DialoguesTest, NoFormIsLongerThanSixtyFourKibibytes) {
  const std::string text(70'000, 'x');
  const std::string form =
      "<x xmlns='jabber:x:data' type='submit'><field var='a'><value>" + text + "</value></field></x>";
  EXPECT_EQ(run("romeo@x", begin("romeo@x"), form).attr("type"), "error");
}

TEST_F(DialoguesTest, TwoCommandsOfOneNameAreAMistake) {
  EXPECT_THROW(dialogues_.add({"talk", "Talk", component::target_any, true, {}, {}}), std::logic_error);
  EXPECT_NO_THROW(dialogues_.add({"talk", "Talk", component::target_room, false, {}, {}}));
}

}  // namespace
}  // namespace mapping

// What was said in groups, for who enters them later.
#include "mapping/archive.hpp"
#include "tests/unit/mapping/groups_fixture.hpp"

namespace mapping {
namespace {

class ArchivedGroupsTest : public GroupsTest {
 protected:
  ArchivedGroupsTest() {
    close();
    archive_ = *Archive::open(io_.get_executor(), (directory_ / "a.db").string(), std::string(32, 'k'));
    Options options;
    options.archive = archive_.get();
    open(options);
  }
  ~ArchivedGroupsTest() override {
    close();
    archive_.reset();
    open({});
    settle();
  }
  std::vector<Element> history() {
    ask_in();
    answer_join();
    std::vector<Element> out;
    for (Element stanza = next(); stanza.name() != "nothing" && !stanza.child("subject", {}); stanza = next()) {
      if (stanza.name() == "message") out.push_back(stanza);
    }
    return out;
  }
  std::vector<std::string> bodies_on_entering() {
    std::vector<std::string> out;
    for (const Element& each : history()) out.push_back(each.child_text("body", {}));
    return out;
  }
  std::unique_ptr<Archive> archive_;
};

TEST_F(ArchivedGroupsTest, WhatWasSaidWithNobodyInIsItsHistory) {
  register_phone();
  auto first = said("hi");
  first.id = "1";
  event(first);
  event(first);
  say("chat");
  reflect();
  server_.sent.clear();
  EXPECT_EQ(bodies_on_entering(), (std::vector<std::string>{"hi", "hi all"}));
}

TEST_F(ArchivedGroupsTest, EachIsWhoTheyAreInTheRoom) {
  register_phone();
  receive("<message type='chat' id='c' from='al@x/a' to='sms.x'><body>name +1552 Juliet</body></message>");
  next();
  auto first = said("hi");
  first.id = "1";
  first.nick = "+1552";
  event(first);
  say("chat");
  reflect();
  server_.sent.clear();
  std::vector<std::string> speakers;
  for (const Element& each : history()) speakers.emplace_back(Jid::parse(each.attr("from"))->resource());
  EXPECT_EQ(speakers, (std::vector<std::string>{"Juliet", "+1550"}));
}

TEST_F(ArchivedGroupsTest, WhatTheUserWantsNowhereIsNotInIt) {
  register_phone();
  receive("<message type='chat' id='m' from='al@x/a' to='" + std::string(room) +
          "'><body>hi all</body><no-store xmlns='urn:xmpp:hints'/></message>");
  reflect();
  server_.sent.clear();
  EXPECT_TRUE(bodies_on_entering().empty());
}

}  // namespace
}  // namespace mapping

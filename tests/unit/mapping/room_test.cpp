// What a room keeps, and gives to those who come later.
#include "mapping/room.hpp"

#include <gtest/gtest.h>

#include "component/xeps/delay.hpp"
#include "tests/support/outlet.hpp"

using namespace mapping;
using component::xml::Element;

namespace {

struct Recorder final : support::TreeOutlet {
  using TreeOutlet::send;
  bool send(const Element& stanza) override {
    sent.push_back(stanza);
    return true;
  }
  bool send_confirmed(const Element& stanza, std::function<void(bool)>) override { return send(stanza); }
  std::vector<Element> sent;
};

class RoomTest : public testing::Test {
 protected:
  RoomTest() {
    room.wait("al@x/a", {});
    legacy::Joined state;
    state.room = {legacy::ChatKind::room, "#a"};
    state.nick = "al";
    room.take(out, state);
    room.admit(out);
    out.sent.clear();
  }

  Room::Said said(const std::string& body, base::WallTime when, bool is_delayed = false) {
    Room::Remark remark{"bo", body, body, body};
    if (is_delayed) remark.when = when;
    return {when, body, room.write(remark), is_delayed};
  }
  std::vector<Element> history_for(const component::muc::HistoryRequest& wish) {
    out.sent.clear();
    room.enter(out, "al@x/late", {"al", {}, {}, wish, false, {}});
    std::vector<Element> history;
    for (const Element& stanza : out.sent) {
      if (stanza.child("body", {})) history.push_back(stanza);
    }
    return history;
  }

  base::Hmac secret{"secret"};
  Recorder out;
  Room room{*component::Jid::parse("#a%net@gw"), {legacy::ChatKind::room, "#a"}, "net", secret};
};

const base::WallTime noon = *component::parse_time("2026-11-21T12:00:00Z");

TEST_F(RoomTest, KnowsWhatItHasSaid) {
  room.message(out, {noon, "s1", room.write({"bob", "m1", "s1", "hello"})});
  EXPECT_TRUE(room.has_said("s1"));
  EXPECT_FALSE(room.has_said("m1"));
}

}  // namespace

TEST_F(RoomTest, AKeptMessageHasOneTimeStamp) {
  room.message(out, said("old", noon, true));
  room.message(out, said("new", noon));
  const auto history = history_for({});
  ASSERT_EQ(history.size(), 2U);
  for (const Element& message : history) {
    const auto delays = message.children("delay", component::ns_delay);
    ASSERT_EQ(delays.size(), 1U) << message.to_string();
    EXPECT_EQ(delays[0]->attr("stamp"), "2026-11-21T12:00:00Z");
  }
}

TEST_F(RoomTest, GivesAsMuchHistoryAsIsAskedFor) {
  for (int minute = 0; minute < 30; ++minute) {
    room.message(out, said(std::to_string(minute), noon + std::chrono::minutes(minute)));
  }
  const auto seconds = [](base::WallTime time) { return std::chrono::system_clock::to_time_t(time); };
  const std::size_t any = std::string_view::npos;
  EXPECT_EQ(history_for({}).size(), 20U);
  EXPECT_EQ(history_for({any, any, 0}).size(), 30U);
  EXPECT_EQ(history_for({3, any, 0}).at(0).child_text("body", {}), "27");
  EXPECT_EQ(history_for({any, 0, 0}).size(), 0U);
  EXPECT_EQ(history_for({any, any, seconds(noon + std::chrono::minutes(25))}).size(), 5U);
}

TEST_F(RoomTest, KeepsTheLatestFifty) {
  for (int turn = 0; turn < 60; ++turn) room.message(out, said(std::to_string(turn), noon));
  const auto history = history_for({std::string_view::npos, std::string_view::npos, 0});
  ASSERT_EQ(history.size(), 50U);
  EXPECT_EQ(history[0].child_text("body", {}), "10");
}

// Each one who was in when the connection broke gets what he missed himself, whoever comes back first.
TEST_F(RoomTest, WhoComesBackGetsWhatWasMissed) {
  room.enter(out, "al@x/b", {});
  room.message(out, said("heard", noon));
  room.left(out, {{}, legacy::Left::Why::connection_lost, "gone", {}});
  Room::Wish usual;
  usual.history.max_stanzas = 2;
  usual.is_usual = true;
  room.wait("al@x/a", usual);  // before the network is back
  legacy::Joined state;
  state.nick = "al";
  room.take(out, state);
  for (int count = 0; count < 5; ++count) room.remember(said(std::to_string(count), noon));
  const auto bodies_for = [this](const auto& act) {
    out.sent.clear();
    act();
    std::string bodies;
    for (const Element& stanza : out.sent) bodies += stanza.child_text("body", {});
    return bodies;
  };
  EXPECT_EQ(bodies_for([&] { room.admit(out); }), "01234");
  room.message(out, said("5", noon));
  EXPECT_EQ(bodies_for([&] { room.enter(out, "al@x/b", usual); }), "012345");
  EXPECT_EQ(bodies_for([&] { room.enter(out, "al@x/new", usual); }), "45");
  room.forget("al@x/a");
  room.forget("al@x/b");
  room.forget("al@x/new");
  room.message(out, said("6", noon));
  room.message(out, said("7", noon));
  room.message(out, said("8", noon));
  EXPECT_EQ(bodies_for([&] { room.enter(out, "al@x/new", usual); }), "678");
}

TEST_F(RoomTest, OnlyNewcomersAreTakenWhenOthersWaitOn) {
  room.left(out, {{}, legacy::Left::Why::connection_lost, "gone", {}});
  room.wait("al@x/a", {});
  room.wait("al@x/new", {});
  room.wait("al@x/a", {});  // impatient
  const auto newcomers = room.take_newcomers();
  EXPECT_EQ(newcomers.size(), 1U);
  EXPECT_TRUE(newcomers.contains("al@x/new"));
  EXPECT_TRUE(room.waiting().contains("al@x/a"));
}

TEST_F(RoomTest, ANickIsFoundByItsSpellingAndThenByItsLetters) {
  legacy::Joined state;
  state.nick = "al";
  for (const char* const nick : {"Bob", "bob", "BOC", "bo", "[x]"}) {
    legacy::Member member;
    member.nick = nick;
    state.members.push_back(std::move(member));
  }
  Room other{*component::Jid::parse("#b%net@gw"), {legacy::ChatKind::room, "#b"}, "net", secret};
  other.take(out, std::move(state));
  EXPECT_EQ(other.find("bob")->nick, "bob");
  EXPECT_EQ(other.find("Bob")->nick, "Bob");
  EXPECT_EQ(other.find("BOB")->nick, "Bob");
  EXPECT_EQ(other.find("boc")->nick, "BOC");
  EXPECT_EQ(other.find("BO")->nick, "bo");
  EXPECT_EQ(other.find("{x}"), nullptr);
  EXPECT_EQ(other.find("b"), nullptr);
  EXPECT_EQ(other.find("bobb"), nullptr);
}

namespace {

legacy::Joined crowd(std::size_t size) {
  legacy::Joined state;
  state.room = {legacy::ChatKind::room, "#a"};
  state.nick = "al";
  for (std::size_t number = 0; number < size; ++number) {
    legacy::Member member;
    member.nick = "p" + std::to_string(number);
    state.members.push_back(std::move(member));
  }
  return state;
}

}  // namespace

// As often as it takes, and everybody is shown once.
TEST_F(RoomTest, ALargeRoomTakesMoreThanATurn) {
  Room large{*component::Jid::parse("#b%net@gw"), {legacy::ChatKind::room, "#b"}, "net", secret};
  large.wait("al@x/a", {});
  large.begin(crowd(20'000));
  int turns = 1;
  while (!large.set_up(out)) ++turns;
  EXPECT_GT(turns, 1);
  large.admit(out);
  EXPECT_TRUE(large.is_busy());
  large.enter(out, "al@x/b", {});
  large.enter(out, "al@x/b", {});  // impatient
  large.enter(out, "al@x/c", {});
  large.forget("al@x/c");
  while (!large.show_to_newcomers(out)) {
  }
  EXPECT_FALSE(large.is_busy());
  std::map<std::string, std::size_t> presences, subjects;
  for (const Element& stanza : out.sent)
    ++(stanza.name() == "presence" ? presences : subjects)[std::string(stanza.attr("to"))];
  EXPECT_EQ(presences["al@x/a"], 20'001U);
  EXPECT_EQ(presences["al@x/b"], 20'001U);
  EXPECT_EQ(subjects["al@x/b"], 1U);
  EXPECT_EQ(presences["al@x/c"], 0U);
}

// To oneself only; and who may set modes is shown as one who sees the room's form.
TEST_F(RoomTest, OnesOwnOccupantHasOnesOwnAddress) {
  room.enter(out, "al@x/b", {});
  const auto item_in = [](const Element& presence) {
    return presence.child("x", component::muc::ns_user)->child("item", component::muc::ns_user);
  };
  legacy::Member self;
  self.nick = "al";
  self.affiliation = legacy::Affiliation::admin;
  self.role = legacy::Role::moderator;
  out.sent.clear();
  room.occupant(out, {room.chat(), self, {}});
  ASSERT_EQ(out.sent.size(), 2u);
  for (const Element& presence : out.sent) {
    EXPECT_EQ(item_in(presence)->attr("jid"), presence.attr("to"));
    EXPECT_EQ(item_in(presence)->attr("affiliation"), "owner");
  }
  legacy::Member other = self;
  other.nick = "bo";
  out.sent.clear();
  room.occupant(out, {room.chat(), other, {}});
  EXPECT_EQ(item_in(out.sent.at(0))->attr("jid"), "bo%net@gw");
  EXPECT_EQ(item_in(out.sent.at(0))->attr("affiliation"), "admin");
  out.sent.clear();
  room.renamed(out, {"al", "el", true, true});
  for (const Element& presence : out.sent) EXPECT_EQ(item_in(presence)->attr("jid"), presence.attr("to"));
  out.sent.clear();
  room.left(out, {{}, legacy::Left::Why::kicked, "out", "bo"});
  ASSERT_EQ(out.sent.size(), 2u);
  for (const Element& presence : out.sent) EXPECT_EQ(item_in(presence)->attr("jid"), presence.attr("to"));
}

TEST_F(RoomTest, HistoryEndsWhereTheCharactersDo) {
  for (const char* body : {"one", "two", "three"}) room.message(out, said(body, noon));
  const std::size_t any = std::string_view::npos;
  const auto whole = history_for({any, any, 0});
  ASSERT_EQ(whole.size(), 3U);
  const std::size_t size = whole[2].to_string(component::ns_component).size();
  EXPECT_EQ(history_for({any, size, 0}).size(), 1U);
  EXPECT_EQ(history_for({any, size / 2, 0}).size(), 0U);
  EXPECT_EQ(history_for({any, 3 * size, 0}).size(), 3U);
  EXPECT_EQ(history_for({2, 3 * size, 0}).size(), 2U);
}

// The same for one that comes back after a restart, and for a client that may have lost it.
TEST_F(RoomTest, ALargeRoomComesBackInMoreThanATurn) {
  Room large{*component::Jid::parse("#b%net@gw"), {legacy::ChatKind::room, "#b"}, "net", secret};
  Room::Sketch sketch;
  for (int number = 0; number < 20'000; ++number) sketch.people.push_back({"q" + std::to_string(number), ""});
  large.resume({"al@x/a"}, "al", "al", std::move(sketch));
  legacy::Joined now = crowd(20'000);
  now.members.emplace_back().nick = "al";
  large.begin(std::move(now));
  int turns = 1;
  while (!large.set_up(out)) ++turns;
  EXPECT_GT(turns, 1);
  large.admit(out);
  EXPECT_FALSE(large.is_busy());
  std::map<std::string, std::size_t> types;
  for (const Element& stanza : out.sent)
    if (stanza.name() == "presence") ++types[std::string(stanza.attr("type"))];
  EXPECT_EQ(types["unavailable"], 20'000U);
  EXPECT_EQ(types[""], 20'001U);

  out.sent.clear();
  large.resync(out, "al@x/a");
  EXPECT_TRUE(large.is_busy());
  large.resync(out, "al@x/a");
  while (!large.show_to_newcomers(out)) {
  }
  EXPECT_FALSE(large.is_busy());
  EXPECT_EQ(out.sent.size(), 20'002U);
}

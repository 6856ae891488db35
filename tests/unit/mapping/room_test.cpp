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

TEST_F(RoomTest, WhatAnOutageHasChangedInALargeRoomTakesMoreThanATurnToo) {
  const auto with_us = [](legacy::Joined state, std::string nick) {
    state.nick = nick;
    state.members.emplace_back().nick = std::move(nick);
    return state;
  };
  room.take(out, with_us(crowd(50'000), "al"));
  room.suspend(out, "away", false);
  out.sent.clear();
  legacy::Joined now = with_us(crowd(50'000), "ally");
  now.members[7].nick = "al";        // has our old nick
  now.members[8].account = "eight";  // has logged in
  now.members[9].nick = "newcomer";
  room.begin(std::move(now));
  int turns = 1;
  while (!room.seat_members(out)) ++turns;
  EXPECT_GT(turns, 1);
  room.admit(out);
  EXPECT_FALSE(room.is_busy());
  std::string shown;
  for (const Element& stanza : out.sent) {
    const component::Jid from = *component::Jid::parse(stanza.attr("from"));
    shown += std::string(from.resource()) + (stanza.attr("type") == "unavailable" ? "- " : " ");
  }
  EXPECT_EQ(shown, "p7- p9- al- ally al p8 newcomer ally ");
  EXPECT_EQ(room.occupants().size(), 50'001U);
}

TEST_F(RoomTest, WhoeverLeavesTheRoomGetsWhoWasInIt) {
  room.take(out, crowd(10));
  EXPECT_EQ(room.left(out, {{}, legacy::Left::Why::asked, {}, {}}).size(), 10U);
  EXPECT_TRUE(room.occupants().empty());
}

// As often as it takes, and everybody is shown once.
TEST_F(RoomTest, ALargeRoomTakesMoreThanATurn) {
  Room large{*component::Jid::parse("#b%net@gw"), {legacy::ChatKind::room, "#b"}, "net", secret};
  large.wait("al@x/a", {});
  large.begin(crowd(20'000));
  int turns = 1;
  while (!large.seat_members(out)) ++turns;
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

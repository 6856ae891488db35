// Who sits where, over a restart.
#include "mapping/seats.hpp"

#include <gtest/gtest.h>

#include "tests/support/kept.hpp"
#include "tests/support/outlet.hpp"

using namespace mapping;
using component::Jid;
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

class SeatsTest : public testing::Test {
 protected:
  Room room_with(std::vector<std::string> nicks, const std::string& address) {
    Room room(*Jid::parse("#a%net@gw"), {legacy::ChatKind::room, "#a"}, "net", secret);
    room.wait("al@x/desk", {});
    room.take(out, joined(std::move(nicks), address));
    room.admit(out);
    return room;
  }
  static legacy::Joined joined(std::vector<std::string> nicks, const std::string& address) {
    legacy::Joined state;
    state.room = {legacy::ChatKind::room, "#a"};
    state.nick = "al";
    state.subject.text = "a tragedy";
    for (std::string& nick : nicks) {
      legacy::Member member;
      member.nick = std::move(nick);
      member.address = address;
      state.members.push_back(std::move(member));
    }
    return state;
  }
  std::string id_of(const std::string& nick) const {
    for (const Element& stanza : out.sent) {
      const Element* const id = stanza.child("occupant-id", component::muc::ns_occupant_id);
      if (id && stanza.attr("from") == "#a%net@gw/" + nick && !stanza.has_attr("type"))
        return std::string(id->attr("id"));
    }
    return {};
  }

  base::Hmac secret{"secret"};
  Recorder out;
  Jid user = *Jid::parse("al@x");
  support::KeptRecords disk;
  Seats seats{disk.open()};
};

TEST_F(SeatsTest, KeepsWhoSitsWhereAndForgetsWhoHasLeft) {
  Room room = room_with({"al", "bo"}, {});
  room.set_key("verona");
  room.enter(out, "al@x/phone", {});
  seats.set(user, room, "al_");
  auto all = seats.all("gw");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].client.str(), "al@x/desk");
  EXPECT_EQ(all[0].room.str(), "#a%net@gw");
  EXPECT_EQ(all[0].wish, "al_");
  EXPECT_EQ(all[0].nick, "al");
  EXPECT_EQ(all[0].key, "verona");
  room.forget("al@x/desk");
  seats.set(user, room, "al_");
  all = seats.all("gw");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].client.resource(), "phone");
  seats.remove(all[0]);
  EXPECT_TRUE(seats.all("gw").empty());
}

TEST_F(SeatsTest, ABotNeedsNoResource) {
  Room room = room_with({"al"}, {});
  room.enter(out, "al@x", {});
  room.forget("al@x/desk");
  seats.set(user, room, "al");
  const auto all = seats.all("gw");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].client.str(), "al@x");
  seats.remove(all[0]);
  EXPECT_TRUE(seats.all("gw").empty());
}

TEST_F(SeatsTest, WhoWaitsHasNoNickYet) {
  Room room(*Jid::parse("#b%net@gw"), {legacy::ChatKind::room, "#b"}, "net", secret);
  Room::Wish wish;
  wish.nick = "romeo";
  wish.key = "verona";
  room.wait("al@x/desk", wish);
  seats.set(user, room, {});
  const auto all = seats.all("gw");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].nick, "");
  EXPECT_EQ(all[0].wish, "romeo");
  EXPECT_EQ(all[0].key, "verona");
}

// Converse lists somebody twice whose occupant id is another one than before.
TEST_F(SeatsTest, PeopleStayWhoTheyWereOverAnOrderlyStop) {
  const Room before = room_with({"al", "bo", "cy"}, "ident@host");
  const std::string bo = id_of("bo");
  ASSERT_NE(bo, "");
  seats.keep_sketch(user, before);
  Room after(*Jid::parse("#a%net@gw"), {legacy::ChatKind::room, "#a"}, "net", secret);
  after.resume({"al@x/desk"}, "al", seats.take_sketch(user, before.jid()));
  out.sent.clear();
  after.take(out, joined({"al", "bo"}, {}));  // addresses come later
  EXPECT_EQ(id_of("bo"), bo);
  EXPECT_EQ(out.sent.front().attr("type"), "unavailable");
  EXPECT_EQ(out.sent.front().attr("from"), "#a%net@gw/cy");
  EXPECT_TRUE(seats.take_sketch(user, before.jid()).people.empty()) << "once";
}

}  // namespace

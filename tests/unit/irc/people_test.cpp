// The connection as a script: people, ranks, requests.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string all_caps =
    "account-notify account-tag away-notify batch chghost echo-message extended-join labeled-response message-tags "
    "multi-prefix server-time setname userhost-in-names";

TEST(IrcPeople, NicksAwayAccountsHosts) {
  Script{}
      .online(all_caps)
      .in_room()
      .recv(":alice!u@h NICK alicia")
      .event("renamed alice alicia")
      .recv(":me!u@h NICK forced")
      .event("renamed me forced own")
      .recv(":alicia!u@h AWAY :lunch")
      .event("occupant #a alicia=none/participant(away lunch)")
      .event("peer alicia away lunch")
      .recv(":alicia!u@h AWAY")
      .event("occupant #a alicia=none/participant")
      .event("peer alicia available")
      .recv(":alicia!u@h ACCOUNT acc")
      .event("occupant #a alicia=none/participant")
      .recv(":alicia!u@h CHGHOST u2 h2")
      .event("occupant #a alicia=none/participant")
      .recv(":carl!c@d JOIN #a acc :Carl")
      .event("occupant #a carl=none/participant")
      .no_event();
}

TEST(IrcPeople, ChangeNick) {
  Script{}
      .online()
      .in_room()
      .submit(ChangeNick{"new"})
      .sends("NICK new")
      .recv(":me!u@h NICK new")
      .event("renamed me new own asked")
      .event("outcome#2 ok");
  Script{}.online().submit(ChangeNick{"new"}).recv(":srv 433 me new :in use").event("outcome#1 nick_taken: in use");
  Script{}.online().submit(ChangeNick{"a b"}).sends_nothing().event("outcome#1 nick_invalid...");
}

TEST(IrcPeople, LabelledNickComesFromTheNewNick) {
  Script script;
  script.online(all_caps).in_room().submit(ChangeNick{"new"});
  const std::string label = script.sent().front().substr(0, script.sent().front().find(' '));
  script.recv(label + " :new!u@h NICK :new").event("renamed me new own asked").event("outcome#2 ok").no_event();
}

TEST(IrcPeople, AwayIsDebounced) {
  Script{}
      .online("", "AWAYLEN=5")
      .submit(SetPresence{Show::away, "lunch time"})
      .event("outcome#1 ok")
      .sends_nothing()
      .submit(SetPresence{Show::away, "lunch time"})
      .pass(3s)
      .sends("AWAY :lunch")
      .sends_nothing()
      .submit(SetPresence{Show::available, ""})
      .pass(3s)
      .sends("AWAY")
      .sends_nothing();
}

// What an Occupant tells is not told again.
TEST(IrcMode, OneOccupantPerPersonAndALineForTheRest) {
  Script{}
      .online()
      .in_room("@me alice +bob")
      .recv(":me!u@h MODE #a +vo-v alice alice bob")
      .event("occupant #a alice=admin/moderator by me")
      .event("occupant #a bob=none/participant by me")
      .no_event()
      .recv(":me!u@h MODE #a +vb-o+k alice *!*@x alice key")
      .event("occupant #a alice=member/participant by me")
      .event("traits #a password")
      .event("mode #a +bk *!*@x key by me");
  Script{}
      .online()
      .in_room()
      .recv(":me!u@h MODE #a +m")
      .event("traits #a moderated")
      .event("occupant #a alice=none/visitor")
      .event("mode #a +m by me")
      .recv(":me!u@h MODE #a +kl-m secret 5")
      .event("traits #a password")
      .event("occupant #a alice=none/participant")
      .event("mode #a +kl-m secret 5 by me");
}

TEST(IrcMode, SetStanding) {
  const struct {
    const char* names;
    std::optional<Affiliation> affiliation;
    std::optional<Role> role;
    const char* line;
  } rows[] = {
      {"@me alice", Affiliation::owner, {}, "MODE #a +q alice"},
      {"@me alice", Affiliation::admin, {}, "MODE #a +o alice"},
      {"@me alice", Affiliation::member, {}, "MODE #a +v alice"},
      {"@me @alice", Affiliation::member, {}, "MODE #a +v-o alice alice"},
      {"@me ~&@alice", Affiliation::none, {}, "MODE #a -qao alice alice alice"},
      {"@me alice", {}, Role::moderator, "MODE #a +h alice"},
      {"@me +alice", {}, Role::visitor, nullptr},
      {"@me @alice", {}, Role::participant, "MODE #a -o alice"},
  };
  for (const auto& row : rows) {
    Script script;
    script.online("multi-prefix")
        .in_room(row.names)
        .submit(SetStanding{room("#a"), "alice", row.affiliation, row.role, ""});
    if (row.line == nullptr) continue;
    script.sends(row.line).no_event().recv(std::string(":me!u@h ") + row.line);
    EXPECT_EQ(script.heard().back(), "outcome#2 ok") << row.line;
  }
}

// What needs no line is refused by no server, so we do.
TEST(IrcMode, ARankThatIsThereAlreadyIsNoRight) {
  const auto ask = [](const char* names) {
    Script script;
    script.online("multi-prefix").in_room(names).submit(SetStanding{room("#a"), "alice", Affiliation::member, {}, ""});
    return script.heard().back();
  };
  EXPECT_EQ(ask("@me +alice"), "outcome#2 ok");
  EXPECT_TRUE(ask("me +alice").starts_with("outcome#2 no_privilege")) << ask("me +alice");
  EXPECT_TRUE(ask("+me +alice").starts_with("outcome#2 no_privilege"));
}

TEST(IrcMode, SetStandingFailures) {
  for (const char* const line : {":srv 482 me #a :no", ":srv 441 me alice #a :no", ":srv 401 me alice :no",
                                 ":srv 472 me q :no", ":srv 478 me #a b :no"}) {
    Script script;
    script.online().in_room().submit(SetStanding{room("#a"), "alice", Affiliation::owner, {}, ""}).recv(line);
    ASSERT_FALSE(script.heard().empty()) << line;
    EXPECT_TRUE(script.heard().front().starts_with("outcome#2 ")) << script.heard().front();
    EXPECT_FALSE(script.heard().front().ends_with("ok"));
  }
}

// All users of a gateway have its host: a ban of one by the host alone would be one of all.
TEST(IrcMode, ABanOnOurOwnHostNamesTheUser) {
  Script script;
  script.online("userhost-in-names").in_room("@me!u@h alice!al@h");
  script.submit(SetStanding{room("#a"), "alice", Affiliation::outcast, {}, ""}).sends("MODE #a +b *!al@h");
}

TEST(IrcMode, BanAndUnban) {
  Script script;
  script.online("userhost-in-names")
      .in_room("@me!u@h alice!al@ho.st")
      .submit(SetStanding{room("#a"), "alice", Affiliation::outcast, {}, "spam"});
  script.sends("MODE #a +b *!*@ho.st")
      .sends("KICK #a alice :spam")
      .recv(":me!u@h MODE #a +b *!*@ho.st")
      .event("mode...")
      .no_event();
  script.recv(":me!u@h KICK #a alice :spam").event("banned #a alice (spam) by me").event("outcome#2 ok");
  script.submit(SetStanding{room("#a"), "*!*@ho.st", Affiliation::none, {}, ""}).sends("MODE #a -b *!*@ho.st");
  script.recv(":me!u@h MODE #a -b *!*@ho.st").event("mode...").event("outcome#3 ok");
}

TEST(IrcRequest, KickTopicInviteList) {
  Script{}
      .online()
      .in_room()
      .submit(Kick{room("#a"), "Alice", "a\r\nb"})
      .sends("KICK #a alice :a b")
      .recv(":me!u@h KICK #a alice :a b")
      .event("kicked #a alice (a b) by me")
      .event("outcome#2 ok");
  Script{}
      .online()
      .in_room()
      .submit(Kick{room("#a"), "alice", ""})
      .recv(":srv 482 me #a :no")
      .event("outcome#2 not_allowed: no");  // alice's rank is higher
  Script{}
      .online()
      .in_room("+me @alice")
      .submit(Kick{room("#a"), "alice", ""})
      .recv(":srv 482 me #a :no")
      .event("outcome#2 no_privilege: no");
  Script{}
      .online()
      .in_room()
      .submit(SetSubject{room("#a"), "new\ntopic"})
      .sends("TOPIC #a :new topic")
      .recv(":me!u@h TOPIC #a :new topic")
      .event("subject #a 'new topic' by me")
      .event("outcome#2 ok");
  Script{}
      .online()
      .in_room()
      .submit(Invite{room("#a"), "carl", ""})
      .sends("INVITE carl #a")
      .recv(":srv 341 me carl #a")
      .event("outcome#2 ok");
  Script{}
      .online()
      .in_room()
      .submit(Invite{room("#a"), "carl", ""})
      .recv(":srv 443 me carl #a :is there")
      .event("outcome#2 conflict: is there");
  Script{}
      .online()
      .submit(ListRooms{})
      .submit(ListRooms{})
      .sends("LIST")
      .sends_nothing()
      .recv(":srv 322 me #x 5 :[+nt] topic")
      .recv(":srv 323 me :End")
      .event("rooms#1 #x(5: topic)")
      .event("outcome#1 ok")
      .event("rooms#2 #x(5: topic)")
      .event("outcome#2 ok");
}

TEST(IrcRequest, NothingWorksOffline) {
  Script{}
      .submit(SendText{room("#a"), "x", ""})
      .event("outcome#1 unreachable_now: It was not sent...")
      .submit(ChangeNick{"x"})
      .event("outcome#2 disconnected...")
      .submit(ListRooms{})
      .event("outcome#3 disconnected...")
      .submit(Leave{room("#a"), ""})
      .event("outcome#4 ok");
  Script{}.submit(Join{room("#a"), "x", ""}).pass(61s).event("outcome#1 timeout...");
}

TEST(IrcFlood, OpenRequestsAreBounded) {
  Script script;
  script.online("labeled-response batch").in_room();
  for (int i = 0; i < 3000; ++i) script.submit(SendText{room("#a"), "x", ""});
  EXPECT_GE(script.heard().size(), 900u);
  for (int i = 0; i < 1000; ++i) script.recv("BATCH +b" + std::to_string(i) + " netsplit a b");
}

}  // namespace
}  // namespace irc_test

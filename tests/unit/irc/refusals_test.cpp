// The connection as a script: an answer grants a request only by the sign that is its own; everything else that answers
// it refuses it, at once.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string labels = "labeled-response batch echo-message message-tags";

SetStanding standing(const std::string& nick, Affiliation affiliation) {
  SetStanding request{room("#a"), nick, {}, {}, ""};
  request.affiliation = affiliation;
  return request;
}

SetUp moderated() {
  SetUp request;
  request.room = room("#a");
  request.moderated = true;
  return request;
}

// The label of the last line, as a tag.
std::string tag(Script& script) {
  const std::string line = script.sent().back();
  return line.substr(0, line.find(' '));
}

struct Row {
  Request request;
  std::string line;  // without the label
  std::string outcome;
};

// "%": where the label stands.
const std::vector<Row>& refusals() {
  static const std::vector<Row> rows{
      {Kick{room("#a"), "bob", ""}, ":srv 972 me KICK :bob is a channel owner", "not_allowed: bob is a channel owner"},
      {Kick{room("#a"), "bob", ""}, ":srv 482 me #a :no", "not_allowed: no"},
      {Kick{room("#a"), "bob", ""}, ":srv 989 me #a bob :no", "refused: no"},
      {SetSubject{room("#a"), "new"}, ":srv 972 me TOPIC :no", "not_allowed: no"},
      {SetSubject{room("#a"), "new"}, ":srv 744 me #a :no", "not_allowed: no"},
      {moderated(), ":srv 742 me #a m n :MLOCK", "not_allowed: MLOCK"},
      {standing("bob", Affiliation::outcast), ":srv 743 me #a b bob!*@* :no", "bad_request: no"},
      {SendText{room("#a"), "x", ""}, ":srv 707 me #a :too fast", "too_fast: too fast"},
      {SendText{person("bob"), "x", ""}, ":srv 707 me bob :too fast", "too_fast: too fast"},
      {SendText{room("#a"), "x", ""}, ":srv 936 me #a darn :censored", "against_policy: censored"},
      {SendText{room("#a"), "x", ""}, ":srv 492 me #a :no CTCPs", "refused: no CTCPs"},
      {SendText{room("#a"), "/mode +b x", ""}, ":srv 697 me #a x b :no", "conflict: no"},
      {Join{room("#b"), "", ""}, ":srv 926 me #b :no", "not_allowed: no"},
      {Join{room("#b"), "", ""}, ":srv 485 me #b :no", "not_allowed: no"},
      {Join{room("#b"), "", ""}, ":srv 404 me #b :no", "no_privilege: no"},
      {Join{room("#b"), "", ""}, ":srv 520 me :Cannot join channel #b (IRCops only)",
       "no_privilege: Cannot join channel #b (IRCops only)"},
      {Join{room("#b"), "", ""}, ":srv 518 me :Invite is disabled on channel #B.",
       "refused: Invite is disabled on channel #B."},
      {Join{room("#b"), "", ""}, ":srv 471 me :Cannot join channel (+l)", "room_full: Cannot join channel (+l)"},
      {Invite{room("#a"), "carl", ""}, ":srv 518 me #a :no", "refused: no"},
      {ChangeNick{"you"}, ":srv 972 me NICK :no", "not_allowed: no"},
  };
  return rows;
}

TEST(IrcRefusal, WithoutALabelByWhatItNames) {
  for (const Row& row : refusals()) {
    Script script;
    script.online().in_room("@me bob").submit(row.request).recv(row.line);
    ASSERT_FALSE(script.heard().empty()) << row.line;
    script.event("outcome#2 " + row.outcome).no_event();
  }
}

TEST(IrcRefusal, WithALabelWhateverItNames) {
  for (const Row& row : refusals()) {
    Script script;
    script.online(labels).in_room("@me bob").submit(row.request);
    script.recv(tag(script) + " " + row.line);
    ASSERT_FALSE(script.heard().empty()) << row.line;
    script.event("outcome#2 " + row.outcome).no_event();
  }
}

// Numerics of no refusal, and words: without the sign they refuse.
TEST(IrcRefusal, WordsWithOurLabel) {
  const Request requests[] = {Kick{room("#a"), "bob", ""},
                              SetSubject{room("#a"), "new"},
                              moderated(),
                              ChangeNick{"you"},
                              Invite{room("#a"), "carl", ""},
                              SendText{room("#a"), "x", ""},
                              SendText{person("bob"), "x", ""},
                              SendText{room("#a"), "/mode +m", ""},
                              standing("bob", Affiliation::owner)};
  for (const Request& request : requests) {
    for (const std::string words : {":irc.srv NOTICE me :not now", ":irc.srv NOTICE #a :not now"}) {
      Script script;
      script.online(labels).in_room("@me bob").submit(request);
      script.recv(tag(script) + " " + words).event("outcome#2 not_now: not now").no_event();
    }
    Script script;
    script.online(labels).in_room("@me bob").submit(request);
    script.recv(tag(script) + " :irc.srv BATCH +x labeled-response").recv("@batch=x :irc.srv NOTICE me :one");
    script.recv("@batch=x :irc.srv NOTICE me :two").recv(":irc.srv BATCH -x");
    EXPECT_EQ(script.heard().back(), "outcome#2 not_now: two");
  }
  Script script;
  script.online(labels).in_room("@me bob").submit(Kick{room("#a"), "bob", ""});
  script.recv(tag(script) + " :srv 668 me :not today").event("outcome#2 not_now: not today").no_event();
}

// A remark beside the sign is the user's to read.
TEST(IrcRefusal, WordsBesideTheSignAreNone) {
  Script script;
  script.online(labels).in_room("@me bob").submit(Kick{room("#a"), "bob", ""});
  script.recv(tag(script) + " :irc.srv BATCH +x labeled-response").recv("@batch=x :irc.srv NOTICE me :careful");
  script.recv("@batch=x :me!u1234@host KICK #a bob :").event("kicked #a bob () by me").event("server notice: careful");
  script.event("outcome#2 ok").recv(":irc.srv BATCH -x").no_event();
}

TEST(IrcRefusal, TheSignAloneGrants) {
  const struct {
    Request request;
    std::string sign;
  } rows[] = {
      {Kick{room("#a"), "bob", ""}, ":me!u1234@host KICK #a bob :"},
      {SetSubject{room("#a"), "new"}, ":me!u1234@host TOPIC #a :new"},
      {moderated(), ":me!u1234@host MODE #a +m"},
      {moderated(), ":irc.srv MODE #a +m"},
      {ChangeNick{"you"}, ":me!u1234@host NICK you"},
      {Invite{room("#a"), "carl", ""}, ":srv 341 me carl #a"},
      {SendText{room("#a"), "x", ""}, ":me!u1234@host PRIVMSG #a :x"},
      {SendText{room("#a"), "/mode +m", ""}, ":me!u1234@host MODE #a +m"},
      {SendText{person("bob"), "x", ""}, ":me!u1234@host PRIVMSG bob :x"},
  };
  for (const auto& row : rows) {
    Script script;
    script.online(labels).in_room("@me bob").submit(row.request);
    script.recv(tag(script) + " " + row.sign);
    ASSERT_FALSE(script.heard().empty()) << row.sign;
    EXPECT_EQ(script.heard().back(), "outcome#2 ok") << row.sign;
  }
}

// The server took it and says nothing of it: then the state of things says whether it is done.
TEST(IrcRefusal, AnEmptyAnswer) {
  const Request undone[] = {Kick{room("#a"), "bob", ""}, SetSubject{room("#a"), "new"}, moderated(), ChangeNick{"you"}};
  for (const Request& request : undone) {
    Script script;
    script.online(labels).in_room("@me bob").submit(request);
    script.recv(tag(script) + " :srv ACK").no_event().pass(6s).event("outcome#2 refused...").no_event();
  }
  Script script;
  script.online(labels).in_room("@me bob").submit(moderated());
  const std::string label = tag(script);
  script.recv(":other!u@h MODE #a +m").skip().recv(label + " :srv ACK").event("outcome#2 ok").no_event();
  // By hand it is the user who looks.
  script.submit(SendText{room("#a"), "/mode +t", ""}).recv(tag(script) + " :srv ACK").event("outcome#3 ok");
}

// A text that is not echoed was not passed on.
TEST(IrcRefusal, ATextWithoutItsEcho) {
  Script script;
  script.online(labels).in_room("@me bob").submit(SendText{person("bob"), "x", ""});
  script.recv(tag(script) + " :srv ACK").event("outcome#2 refused...").no_event();
  script.submit(SendText{person("bob"), "x", ""}).recv(tag(script) + " :srv 301 me bob :away");
  script.event("peer bob away away").no_event().pass(6s).event("outcome#3 ok").no_event();
  // Services answer in the batch.
  script.submit(SendText{person("NickServ"), "help", ""}).recv(tag(script) + " :srv BATCH +x labeled-response");
  script.recv("@batch=x :NickServ!n@services NOTICE me :help").event("NickServ notice: help").recv(":srv BATCH -x");
  script.event("outcome#4 ok").no_event();
  Script without_echo;
  without_echo.online("labeled-response batch").in_room("@me bob").submit(SendText{person("bob"), "x", ""});
  without_echo.recv(tag(without_echo) + " :srv ACK").event("outcome#2 ok").no_event();
}

// Some servers give the label to the first of several lines only.
TEST(IrcRefusal, AListEndsWithItsOwnEnd) {
  Script script;
  script.online(labels).in_room("@me bob").submit(ListBans{room("#a")});
  script.recv(tag(script) + " :srv 367 me #a evil!*@* op 1").no_event().recv(":srv 367 me #a bad!*@* op 1");
  script.recv(":srv 368 me #a :End").event("bans#2 evil!*@* by op bad!*@* by op").event("outcome#2 ok").no_event();
  script.submit(ListBans{room("#a")}).recv(tag(script) + " :srv 368 me #a :End").event("bans#3").event("outcome#3 ok");
  script.submit(ListBans{room("#a")}).recv(tag(script) + " :srv BATCH +x labeled-response");
  script.recv("@batch=x :srv 367 me #a evil!*@* op 1").recv("@batch=x :srv 368 me #a :End");
  script.event("bans#4 evil!*@* by op").event("outcome#4 ok").recv(":srv BATCH -x").no_event();
  script.submit(ListBans{room("#a")}).recv(tag(script) + " :srv 482 me #a :no").event("outcome#5 no_privilege: no");
}

TEST(IrcRefusal, AProfileEndsWithItsOwnEnd) {
  Script script;
  script.online(labels).submit(Query{person("bob"), Query::Kind::profile});
  script.recv(tag(script) + " :srv 311 me bob b ho.st * :Bob").recv(":srv 312 me bob irc.srv :a server").no_event();
  script.recv(":srv 318 me bob :End").event("answer#1 bob 'Bob'; Address: b@ho.st; Server: irc.srv (a server)");
  script.event("outcome#1 ok").no_event();
}

TEST(IrcRefusal, WhoEndsWithItsOwnEnd) {
  Script script;
  script.online(labels).in_room("@me bob").pass(4s);
  script.recv(tag(script) + " :srv 352 me #a b ho.st srv bob G :0 Bob").event("occupant #a bob=none/participant(away)");
  script.recv(":srv 352 me #a u ho.st srv me H :0 Me").event("occupant #a me=admin/moderator");
  script.recv(":srv 315 me #a :End").no_event();
}

// What is banned already needs no ban; the person still goes.
TEST(IrcRefusal, ABanThatIsThereAlready) {
  for (const std::string said : {":srv 697 me #a bob!*@* b :already", ""}) {
    Script script;
    script.online().in_room("@me bob").submit(standing("bob", Affiliation::outcast));
    if (!said.empty()) script.recv(said);
    script.no_event().recv(":me!u1234@host KICK #a bob :").event("kicked #a bob () by me").event("outcome#2 ok");
    script.no_event();
  }
  Script script;
  script.online().in_room("@me").submit(standing("bob", Affiliation::none));
  script.recv(":srv 698 me #a bob!*@* b :no such ban").event("outcome#2 ok").no_event();
}

// It is about something else: we are in the room.
TEST(IrcRefusal, NothingRefusesAJoinThatIsDone) {
  Script script;
  script.online().submit(Join{room("#b"), "me", ""}).recv(":me!u@h JOIN #b").skip();
  script.recv(":srv 477 me #b :no modes").event("server: #b no modes").recv(":srv 366 me #b :End");
  script.event("joined #b...").event("outcome#1 ok");
}

TEST(IrcRefusal, RepliesOfOthersAreNone) {
  for (const std::string reply : {"671 me bob :is using TLS", "710 me #a carl!c@h :has asked for an invite",
                                  "728 me #a q x op 1", "617 me bob :x", "761 me #a key * :value"}) {
    Script script;
    script.online().in_room("@me bob").submit(SendText{room("#a"), "x", ""}).submit(SendText{person("bob"), "x", ""});
    script.recv(":srv " + reply);
    for (const std::string& heard : script.heard()) EXPECT_FALSE(heard.starts_with("outcome")) << reply;
  }
}

// At its time limit what is so counts as done.
TEST(IrcRefusal, WhatIsSoNeedsNoAnswer) {
  Script script;
  script.online().in_room("@me bob").submit(Kick{room("#a"), "bob", ""}).recv(":ChanServ!s@s KICK #a bob :out").skip();
  script.pass(31s).event("outcome#2 ok").no_event();
}

TEST(IrcRefusal, ALabelledJoinOfAnotherRoom) {
  Script script;
  script.online(labels).submit(Join{room("#b"), "me", ""});
  script.recv(tag(script) + " :srv BATCH +x labeled-response").recv("@batch=x :me!u@h JOIN ##b");
  script.recv("@batch=x :srv 366 me ##b :End").event("invited ##b...").recv(":srv BATCH -x");
  script.event("outcome#1 moved: the network has put you into ##b to ##b").no_event();
}

// By its label it is our room: so the network compares names.
TEST(IrcRefusal, ALabelledJoinInOtherLetters) {
  Script script;
  script.online(labels, "CASEMAPPING=ascii").submit(Join{room("#été"), "me", ""});
  script.recv(tag(script) + " :srv BATCH +x labeled-response").recv("@batch=x :me!u@h JOIN #ÉTÉ");
  script.recv("@batch=x :srv 353 me = #ÉTÉ :me Émile").recv("@batch=x :srv 366 me #ÉTÉ :End").recv(":srv BATCH -x");
  script.recv(":srv 324 me #ÉTÉ +n").event("joined #été as me...").event("outcome#1 ok").no_event();
  script.recv(":émile!e@h PART #Été").event("left #été Émile ()").no_event();
}

}  // namespace
}  // namespace irc_test

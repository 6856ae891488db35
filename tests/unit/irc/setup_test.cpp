// How channels are set up, and lists of bans.
#include "script.hpp"

namespace {

using namespace irc_test;
using legacy::ListBans;

legacy::SetUp set_up(const std::string& modes) {
  legacy::SetUp request;
  request.room = room("#a");
  request.modes = modes;
  return request;
}

struct Row {
  const char* shown;  // the modes now
  const char* typed;
  const char* line;  // nullptr: nothing to do
};

TEST(IrcSetUp, ModesAsTheyAreTyped) {
  const Row rows[] = {
      {"+nt", "+nt", nullptr},
      {"+nt", "+tn", nullptr},
      {"+nt", "+nts", "MODE #a +s"},
      {"+nt", "+n", "MODE #a -t"},
      {"+nt", "+s", "MODE #a +s-nt"},
      {"+nt", "-t+l 5", "MODE #a -t+l 5"},
      {"+nt", "+b *!*@host", "MODE #a +b *!*@host"},
      {"+nt", "+mis-nt", "MODE #a +mis"},
  };
  for (const Row& row : rows) {
    Script script;
    script.online().in_room().recv(std::string(":srv 324 me #a ") + row.shown).skip();
    script.submit(set_up(row.typed));
    if (row.line != nullptr) {
      script.sends(row.line);
    } else {
      script.sends_nothing().event("outcome#2 ok");
    }
  }
}

TEST(IrcSetUp, OutcomeWhenAllOfItWasSeen) {
  legacy::SetUp request;
  request.room = room("#a");
  request.moderated = request.members_only = request.hidden = request.topic_locked = true;
  request.limit = 7;
  Script script;
  script.online({}, "MODES=3").in_room().skip().submit(request);
  script.sends("MODE #a +mis").sends("MODE #a +l 7");
  script.recv(":me!u@h MODE #a +mis").skip().no_event();
  script.recv(":other!u@h MODE #a +l 7").skip().no_event();
  script.recv(":me!u@h MODE #a +l 7").event("...").event("outcome#2 ok");
}

TEST(IrcSetUp, PasswordsTakeTheOldOnesPlace) {
  legacy::SetUp request;
  request.room = room("#a");
  request.password = "new";
  Script script;
  script.online().in_room().recv(":me!u@h MODE #a +k old").skip();
  script.submit(request).sends("MODE #a -k+k old new");
  request.password = "";
  script.submit(request).sends("MODE #a -k old");
}

TEST(IrcSetUp, WhatCantBeSentIsRefused) {
  for (const char* modes : {"nt", "+n\r\nQUIT", "+l :5", "*"}) {
    Script script;
    script.online().in_room().skip().submit(set_up(modes));
    script.sends_nothing().event("outcome#2 bad_request...");
  }
  for (const char* password : {"two words", ":colon", "a,b", "a\nb"}) {
    legacy::SetUp request;
    request.room = room("#a");
    request.password = password;
    Script script;
    script.online().in_room().skip().submit(request);
    script.sends_nothing().event("outcome#2 bad_request...");
  }
}

TEST(IrcBans, AreListedOnceTheyAreComplete) {
  Script script;
  script.online().in_room().skip().submit(ListBans{room("#a")}).sends("MODE #a b");
  script.recv(":srv 367 me #a *!*@x bob!b@h 1700000000").recv(":srv 367 me #b *!*@y").skip();
  script.recv(":srv 367 me #a *!*@z");
  script.submit(ListBans{room("#a")}).sends_nothing().event("outcome#3 busy...");
  script.recv(":srv 368 me #a :End").event("bans#2 *!*@x by bob *!*@z").event("outcome#2 ok");
}

TEST(IrcAway, WithNobodyThere) {
  const std::pair<const char*, const char*> rows[] = {{"", "AWAY :detached"}, {"draft/pre-away", "AWAY *"}};
  for (const auto& [caps, line] : rows) {
    Script script;
    script.online(caps).skip().submit(legacy::SetPresence{legacy::Show::unavailable, {}}).pass(3s).sends(line);
    script.skip().submit(legacy::SetPresence{legacy::Show::available, {}}).pass(3s).sends("AWAY");
  }
}

TEST(IrcVoice, IsAskedForWhereOnlyOperatorsHear) {
  Script script;
  script.online({}, "STATUSMSG=@+").in_room().submit(legacy::RequestVoice{room("#a")});
  script.sends("PRIVMSG @#a :\001ACTION asks for voice\001").event("outcome#2 ok");
  Script elsewhere;
  elsewhere.online().in_room().submit(legacy::RequestVoice{room("#a")});
  elsewhere.sends_nothing().event("outcome#2 unsupported...");
}

}  // namespace

// The connection as a script: servers and bouncers that do things in a way of their own.
#include <gtest/gtest.h>

#include "session_fixture.hpp"

namespace irc_test {
namespace {

using namespace legacy;

SetStanding outcast(const std::string& nick) {
  SetStanding request{room("#a"), nick, {}, {}, ""};
  request.affiliation = Affiliation::outcast;
  return request;
}

// Ergo gives everybody the same ident, and all users of one gateway the same host.
TEST(IrcDialect, ABanHitsOnePerson) {
  const struct {
    std::string isupport, names, line;
  } rows[] = {
      {"", "@me!~u@h.irc bob!~u@h.irc", "MODE #a +b bob!*@*"},
      {"", "@me!~u@h.irc bob!~v@h.irc", "MODE #a +b *!~v@h.irc"},
      {"", "@me!~u@h.irc bob!~v@h.irc carl!~v@h.irc", "MODE #a +b bob!*@*"},
      {"", "@me!~u@h.irc bob!~u@other.host", "MODE #a +b *!*@other.host"},
  };
  for (const auto& row : rows) {
    Script script;
    script.online("userhost-in-names", row.isupport).in_room(row.names).submit(outcast("bob")).sends(row.line);
  }
  Script script;
  script.online("extended-join", "EXTBAN=,m ACCOUNTEXTBAN=a").in_room("@me").recv(":bob!~u@h.irc JOIN #a acc :Bob");
  script.skip().submit(outcast("bob")).sends("MODE #a +b a:acc");
}

TEST(IrcDialect, TheChannelOfOneCharacter) {
  Script script;
  script.online().submit(Join{room("#"), "me", ""}).sends("JOIN #").recv(":me!u@h JOIN #").recv(":srv 366 me # :End");
  script.event("joined # as me...").event("outcome#1 ok").recv(":bob!u@h PRIVMSG # :hi").event("#/bob: hi");
}

TEST(IrcDialect, ChannelTypesThatAreNotSaid) {
  Script script;
  script.open().recv(":srv 001 me :hi").recv(":srv 005 me PREFIX=(ov)@+ CHANMODES=b,k,l,imnpst :are supported").skip();
  script.submit(Join{room("&local"), "me", ""}).sends("JOIN &local").recv(":me!u@h JOIN &local");
  script.recv(":srv 366 me &local :End").skip().recv(":bob!u@h PRIVMSG &local :hi").event("&local/bob: hi");
}

// What kinds of channels there are is known only after somebody has been there.
TEST(IrcDialect, EveryKindOfChannelBeforeAnybodyWasThere) {
  asio::io_context io;
  PipeDialer dialer(io.get_executor());
  const irc::Network network(config::IrcNetwork{}, dialer);
  for (const char* const name : {"#", "#a", "&a", "+modeless", "!ABCDEsafe"}) {
    const auto chat = network.parse(name);
    ASSERT_TRUE(chat) << name;
    EXPECT_EQ(chat->kind, ChatKind::room) << name;
  }
  for (const char* const name : {"bob", "*status"}) EXPECT_EQ(network.parse(name)->kind, ChatKind::person) << name;
  for (const char* const name : {"*", "**x", "@a", "a b", "+a b", "#a,b"}) EXPECT_FALSE(network.parse(name)) << name;
}

TEST(IrcDialect, ASubjectThatIsTheSameIsReflected) {
  Script script;
  script.online().in_room().recv(":bob!u@h TOPIC #a :same").event("subject #a 'same' by bob");
  script.submit(SetSubject{room("#a"), "same"}).sends_nothing().event("subject #a 'same' by bob").event("outcome#2 ok");
}

TEST(IrcDialect, ABouncersOwnPeople) {
  Script script;
  script.online("znc.in/self-message").recv(":*status!znc@znc.in PRIVMSG me :You have 1 network");
  script.event("*status: You have 1 network")
      .submit(SendText{person("*status"), "help", ""})
      .sends("PRIVMSG *status :help");
  script.submit(SendText{person("*"), "x", ""}).event("outcome#2 bad_address...");
}

TEST(IrcDialect, ABouncersRoomsAreNoInvitations) {
  Script script;
  script.online("znc.in/self-message").recv(":me!u@h JOIN #other").recv(":srv 366 me #other :End").no_event();
  script.submit(Join{room("#other"), "me", ""}).event("joined #other as me...").event("outcome#1 ok");
  script.pass(11s).recv(":me!u@h JOIN #later").event("invited #later by me");
  Script server;
  server.online().recv(":me!u@h JOIN #other").event("invited #other by me");
}

// Its playback has times, but no batch where nobody knows such.
TEST(IrcDialect, ABouncersPlaybackIsHistory) {
  Script script;
  script.online("server-time znc.in/self-message").submit(Join{room("#a"), "me", ""}).recv(":me!u@h JOIN #a");
  script.recv(":srv 366 me #a :End").no_event();
  script.recv("@time=1970-01-12T13:46:30.000Z :bob!u@h PRIVMSG #a :ten seconds ago");
  script.recv("@time=1970-01-12T13:46:39.000Z :bob!u@h PRIVMSG #a :now").no_event().recv(":srv 324 me #a +n");
  script.event("joined #a...").event("#a/bob: now").event("outcome#1 ok").no_event();
  Script batch;
  batch.online("server-time batch znc.in/self-message").in_room().recv(":srv BATCH +x znc.in/playback #a");
  batch.recv("@batch=x;time=1970-01-12T13:46:39.000Z :bob!u@h PRIVMSG #a :x").event("#a/bob old: x");
}

TEST(IrcDialect, WhatIsForOperatorsOnlySaysSo) {
  Script script;
  script.online({}, "STATUSMSG=@+").in_room().recv(":bob!u@h PRIVMSG @#a :ops only").event("#a/bob: [to @#a] ops only");
  script
      .recv(
          ":bob!u@h PRIVMSG +#a :\x01"
          "ACTION waves\x01")
      .event("#a/bob: /me [to +#a] waves");
  script.recv(":bob!u@h NOTICE @#a :\x02note\x02").event("#a/bob notice: [to @#a] note");
}

TEST(IrcDialect, ANoticeAboutARoomIsShownThere) {
  Script script;
  script.online().in_room().recv(":ChanServ!s@services NOTICE me :[#A] \x02Welcome\x02 here");
  script.event("#a/ChanServ notice: Welcome here").recv(":ChanServ!s@services NOTICE me :[#b] Welcome");
  script.event("ChanServ notice: [#b] Welcome").recv(":bob!u@h PRIVMSG me :[#a] hi").event("bob: [#a] hi");
}

TEST(IrcDialect, AKeyThatIsChangedIsTold) {
  Script script;
  script.online().submit(Join{room("#k"), "me", "secret"}).recv(":me!u@h JOIN #k").recv(":srv 366 me #k :End").skip();
  irc::State& state = script.state();
  const auto key_after = [&](const std::string& line) {
    state.receive(*irc::Message::parse(line), irc::Now::get());
    for (const Event& event : state.take_events())
      if (const auto* const traits = std::get_if<RoomTraits>(&event)) return traits->traits.key;
    return std::string("-");
  };
  EXPECT_EQ(key_after(":srv 324 me #k +k *"), "secret");
  EXPECT_EQ(key_after(":bob!u@h MODE #k -k+k secret new2"), "new2");
  EXPECT_EQ(key_after(":bob!u@h MODE #k -k new2"), "");
}

TEST(IrcDialect, ARoomThatGetsAnotherName) {
  Script script;
  script.online("draft/channel-rename").in_room("@me bob").recv(":bob!u@h RENAME #a #b :better");
  script.event("we left #a forced (renamed to #b: better) by bob to #b").event("invited #b by bob").no_event();
  script.submit(Join{room("#b"), "me", ""}).event("joined #b as me: bob=none/participant me=admin/moderator");
  script.event("outcome#2 ok").recv(":bob!u@h PRIVMSG #b :hi").event("#b/bob: hi");
  script.submit(Join{room("#c"), "me", ""}).recv(":me!u@h JOIN #c").recv(":bob!u@h RENAME #c #d :");
  script.event("outcome#3 moved: renamed to #d to #d").event("invited #d by bob").no_event();
}

TEST(IrcDialect, NamesAsTheServerComparesThem) {
  Script script;
  script.online({}, "CASEMAPPING=ascii UTF8MAPPING=rfc8265").in_room("@me Éloïse");
  script.recv(":ÉLOÏSE!e@h NICK Zoë").event("renamed Éloïse Zoë").recv(":ZOË!e@h PRIVMSG #a :hi").event("#a/ZOË: hi");
  script.submit(Watch{person("éloïse"), true}).event("outcome#2 ok").pass(3s).sends("ISON éloïse");
  script.recv(":srv 303 me :ÉLOÏSE").event("watched peer éloïse available");
  script.lose().skip().open().recv(":srv 001 me :hi").recv(":me!u@h JOIN #A").recv(":srv 353 me = #a :me É é");
  script.recv(":srv 366 me #a :End").skip().recv(":é!e@h PART #a").event("left #a É ()");
}

}  // namespace
}  // namespace irc_test

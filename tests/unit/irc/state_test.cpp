// The connection as a script: registration, rooms, people, texts.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string all_caps =
    "account-notify account-tag away-notify batch chghost echo-message extended-join labeled-response message-tags "
    "multi-prefix server-time setname userhost-in-names";

TEST(IrcRegister, OpensWithCapNickAndUser) {
  Script{}
      .open()
      .sends("CAP LS 302")
      .sends("NICK me")
      .sends("USER u1234 0 * :Me")
      .recv(":srv CAP * LS * :multi-prefix inspircd.org/poison")
      .sends_nothing()
      .recv(":srv CAP * LS :batch sts=port=6697 ergo.chat/nope")
      .sends("CAP REQ :batch multi-prefix")
      .recv(":srv CAP * ACK :batch multi-prefix")
      .sends("CAP END")
      .sends_nothing();
}

TEST(IrcRegister, AsksOneByOneAfterNak) {
  Script{}
      .open()
      .skip()
      .recv(":srv CAP * LS :batch setname")
      .sends("CAP REQ :batch setname")
      .recv(":srv CAP * NAK :batch setname")
      .sends("CAP REQ :batch")
      .sends("CAP REQ :setname")
      .recv(":srv CAP * ACK :batch")
      .recv(":srv CAP * NAK :setname")
      .sends("CAP END");
}

TEST(IrcRegister, HearsOnlineWithTheServersNick) {
  Script{}
      .open()
      .skip()
      .submit(Join{room("#a"), "other", ""})
      .sends_nothing()
      .recv(":srv 001 Me_2 :hi")
      .event("link online as Me_2")
      .event("server: hi")
      .sends("JOIN #a");
}

TEST(IrcRegister, TriesOtherNicks) {
  Script{}
      .open()
      .skip()
      .recv(":srv 433 * me :taken")
      .sends("NICK me_")
      .recv(":srv 433 * me_ :taken")
      .sends("NICK me__")
      .recv(":srv 433")
      .sends("NICK me1");
}

TEST(IrcRegister, ShortensAnInvalidNickOnce) {
  auto identity = Script::default_identity();
  identity.nick = "alexandrina";
  Script{identity}
      .open()
      .skip()
      .recv(":srv 432 * alexandrina :Erroneous nickname")
      .sends("NICK alexandri")
      .recv(":srv 433 * alexandri :taken")
      .sends("NICK alexandr_");
}

TEST(IrcRegister, GivesUpWithoutAnyNick) {
  Script script;
  script.open().submit(Join{room("#a"), "me", ""});
  for (int i = 0; i < 12; ++i) script.recv(":srv 433 * x :taken");
  ASSERT_TRUE(script.state().drop());
  EXPECT_EQ(script.state().drop()->reason, Errc::nick_taken);
  EXPECT_TRUE(script.state().drop()->for_good);
}

irc::Identity with_password(const std::string& account = {}) {
  auto identity = Script::default_identity();
  identity.password = "sesame";
  identity.account = account;
  return identity;
}

TEST(IrcRegister, LogsInBySasl) {
  Script{with_password("acc")}
      .open()
      .sends("CAP LS 302")
      .sends_nothing()
      .recv(":srv CAP * LS :sasl=PLAIN,EXTERNAL")
      .sends("CAP REQ :sasl")
      .recv(":srv CAP * ACK :sasl")
      .sends("NICK me")
      .sends("USER u1234 0 * :Me")
      .sends("AUTHENTICATE PLAIN")
      .recv("AUTHENTICATE +")
      .sends("AUTHENTICATE YWNjAGFjYwBzZXNhbWU=")
      .recv(":srv 900 me me!u@h acc :You are now logged in as acc")
      .recv(":srv 903 me :ok")
      .sends("CAP END");
}

TEST(IrcRegister, DoesNotTryAMechanismThatIsNotOffered) {
  Script{with_password("acc")}
      .open()
      .recv(":srv CAP * LS :sasl=EXTERNAL")
      .skip()
      .recv(":srv CAP * ACK :sasl")
      .sends("NICK me")
      .sends("USER u1234 0 * :Me")
      .sends("CAP END");
}

TEST(IrcRegister, UsesPassWithoutSasl) {
  Script{with_password("acc")}
      .open()
      .sends("CAP LS 302")
      .recv(":srv CAP * LS :multi-prefix")
      .sends("CAP REQ :multi-prefix")
      .recv(":srv CAP * ACK :multi-prefix")
      .sends("PASS :acc:sesame")
      .sends("NICK me");
}

TEST(IrcRegister, UsesPassWhenTheServerHasNoCap) {
  Script{with_password()}
      .open()
      .sends("CAP LS 302")
      .recv(":srv 421 * CAP :Unknown command")
      .sends("PASS :sesame")
      .sends("NICK me");
  Script{with_password()}.open().sends("CAP LS 302").pass(6s).sends("PASS :sesame").sends("NICK me");
}

TEST(IrcRegister, StopsWhenRejected) {
  for (const std::string line :
       {":srv 904 me :SASL authentication failed", ":srv 464 me :Password incorrect", ":srv 464"}) {
    Script script(with_password());
    script.open().submit(Join{room("#a"), "me", ""});
    script.recv(":srv CAP * LS :sasl").recv(":srv CAP * ACK :sasl").recv(line);
    ASSERT_TRUE(script.state().drop()) << line;
    EXPECT_EQ(script.state().drop()->reason, Errc::rejected_login);
    EXPECT_TRUE(script.state().drop()->for_good);
    const irc::Drop drop = *script.state().drop();
    script.state().closed(drop, irc::Now::get());
    script.skip().pass(0s);
    script.event("outcome#1 rejected_login...").event("link stopped rejected_login").no_event();
  }
}

TEST(IrcRegister, StopsWhenBanned) {
  Script script;
  script.open().recv(":srv 465 me :You are banned");
  EXPECT_EQ(script.state().drop()->reason, Errc::banned);
}

TEST(IrcRegister, TimesOut) {
  Script script;
  script.open().pass(61s);
  EXPECT_EQ(script.state().drop()->reason, Errc::timeout);
}

TEST(IrcJoin, TellsTheWholeRoomOnce) {
  Script{}
      .online(all_caps)
      .submit(Join{room("#a"), "me", "key"})
      .sends("JOIN #a key")
      .recv(":me!u@h JOIN #a * :Me")
      .sends("MODE #a")
      .recv(":srv 332 me #a :\x02hello\x02 world")
      .recv(":srv 333 me #a alice!u@h 1700000000")
      .recv(":srv 353 me = #a :@me!u@h ~@alice!a@b")
      .recv(":srv 353 me = #a :bob!b@c")
      .no_event()
      .recv(":srv 366 me #a :End")
      .event("joined #a as me: alice=owner/moderator bob=none/participant me=admin/moderator 'hello world' by alice")
      .event("outcome#1 ok")
      .recv(":srv 324 me #a +ntm")
      .event("traits #a moderated")
      .event("occupant #a bob=none/visitor")
      .no_event();
}

TEST(IrcJoin, SecondJoinRepeatsTheState) {
  Script{}
      .online()
      .in_room("@me alice")
      .submit(Join{room("#A"), "x", ""})
      .event("joined #a as me: alice=none/participant me=admin/moderator")
      .event("outcome#2 ok")
      .sends_nothing();
}

TEST(IrcJoin, KeepsWhatIsSaidBeforeTheNames) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .recv(":me!u@h JOIN :#a")
      .recv(":alice!a@b PRIVMSG #a :early")
      .no_event()
      .recv(":srv 366 me #a :End")
      .event("joined #a as me: me=none/participant")
      .event("#a/alice: early")
      .event("outcome#1 ok");
}

TEST(IrcJoin, FailsWithTheServersWords) {
  const struct {
    const char* line;
    const char* outcome;
  } rows[] = {
      {":srv 475 me #a :Cannot join channel (+k)", "outcome#1 needs_password: Cannot join channel (+k)"},
      {":srv 473 me #A :+i", "outcome#1 needs_registration: +i"},
      {":srv 474 me #a :+b", "outcome#1 banned: +b"},
      {":srv 471 me #a :+l", "outcome#1 room_full: +l"},
      {":srv 403 me #a :No such channel", "outcome#1 not_found: No such channel"},
      {":srv 437 me #a :unavailable", "outcome#1 too_fast: unavailable"},
      {":srv 476 me #a :bad", "outcome#1 bad_address: bad"},
      {":srv 461 me JOIN :Not enough parameters", "outcome#1 bad_request: Not enough parameters"},
  };
  for (const auto& row : rows)
    Script{}.online().submit(Join{room("#a"), "me", ""}).recv(row.line).event(row.outcome).no_event();
}

TEST(IrcJoin, TimesOutWithoutAnAnswer) {
  Script{}.online().submit(Join{room("#a"), "me", ""}).pass(29s).no_event().pass(2s).event("outcome#1 timeout...");
}

TEST(IrcJoin, NamesWithoutEnd) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :@me bob")
      .pass(31s)
      .event("joined #a as me: bob=none/participant me=admin/moderator")
      .event("outcome#1 ok");
}

TEST(IrcJoin, RefusesWhatCanNotBeAChannel) {
  for (const std::string name : {"", "a", "#", "#a b", "#a,b", "#a\r\nQUIT", "#a\a"})
    Script{}.online().skip().submit(Join{room(name), "me", ""}).sends_nothing().event("outcome#1 bad_address...");
  for (const std::string key : {"a b", ":a", "a,b", "a\r\nQUIT"})
    Script{}.online().skip().submit(Join{room("#a"), "me", key}).sends_nothing().event("outcome#1 bad_request...");
}

TEST(IrcJoin, ForcedIsAnInvitation) {
  Script{}
      .online()
      .recv(":me!u@h JOIN #f")
      .event("invited #f by me")
      .recv(":srv 353 me = #f :me @op")
      .recv(":srv 366 me #f :End")
      .no_event()
      .submit(Join{room("#f"), "me", ""})
      .event("joined #f as me: me=none/participant op=admin/moderator")
      .event("outcome#1 ok");
}

TEST(IrcLeave, EveryWayOut) {
  Script{}
      .online()
      .in_room()
      .submit(Leave{room("#a"), "so\r\nlong"})
      .sends("PART #a :so long")
      .recv(":me!u@h PART #a :so long")
      .event("we left #a asked (so long)")
      .event("outcome#2 ok")
      .no_event();
  Script{}.online().in_room().recv(":me!u@h PART #a :services").event("we left #a forced (services)");
  Script{}.online().in_room().recv(":op!u@h KICK #a me :out").event("we left #a kicked (out) by op");
  Script{}
      .online()
      .in_room()
      .recv(":op!u@h MODE #a +b *!*@h")
      .skip()
      .recv(":op!u@h KICK #a me :out")
      .event("we left #a banned (out) by op");
  Script{}.online().in_room().recv(":alice!u@h PART #a").event("left #a alice ()");
  Script{}.online().in_room().recv(":alice!u@h QUIT :Quit: bye").event("quit #a alice (Quit: bye)");
  Script{}.online().in_room().recv(":alice!u@h QUIT :a.net b.net").event("netsplit #a alice (a.net b.net)");
  Script{}.online().in_room().recv(":op!u@h KICK #a alice").event("kicked #a alice () by op");
}

TEST(IrcLeave, BeforeTheJoinIsDone) {
  Script{}
      .online()
      .submit(Join{room("#a"), "me", ""})
      .submit(Leave{room("#a"), ""})
      .event("outcome#1 not_in_room...")
      .event("outcome#2 ok")
      .sends("JOIN #a")
      .sends("PART #a :")
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :me")
      .recv(":srv 366 me #a :End")
      .no_event()
      .recv(":me!u@h PART #a")
      .no_event()
      .recv(":op!u@h JOIN #a")
      .no_event();
}

TEST(IrcLeave, NetsplitBatch) {
  Script{}
      .online(all_caps)
      .in_room()
      .recv(":srv BATCH +n netsplit a.b c.d")
      .recv("@batch=n :alice!u@h QUIT :whatever")
      .event("netsplit #a alice (whatever)")
      .recv(":srv BATCH -n")
      .recv(":bob!u@h QUIT :whatever")
      .event("quit #a bob (whatever)");
}

TEST(IrcReceive, HistoryKeepsItsTime) {
  Script{}
      .online(all_caps)
      .in_room()
      .recv(":srv BATCH +h chathistory #a")
      .recv("@batch=h;time=1970-01-12T13:46:39.000Z :alice!u@h PRIVMSG #a :x")
      .event("#a/alice old: x");
}

TEST(IrcJoin, ForwardedToAnotherChannel) {
  Script{}
      .online()
      .submit(Join{room("#old"), "me", ""})
      .recv(":srv 470 me #old #new :Forwarding")
      .event("outcome#1 not_allowed: Forwarding")
      .recv(":me!u@h JOIN #new")
      .event("invited #new by me");
}

TEST(IrcLink, LostConnectionIsRejoined) {
  Script{}
      .online()
      .in_room()
      .submit(SendText{room("#a"), "hi", ""})
      .skip()
      .lose("broken pipe")
      .event("we left #a connection_lost (broken pipe)")
      .event("outcome#2 disconnected: broken pipe")
      .event("link offline disconnected")
      .no_event()
      .open()
      .skip()
      .recv(":srv 001 me :hi")
      .sends("JOIN #a")
      .skip()
      .recv(":me!u@h JOIN #a")
      .recv(":srv 353 me = #a :me")
      .recv(":srv 366 me #a :End")
      .event("joined #a as me: me=none/participant")
      .no_event();
}

TEST(IrcLink, RejoinsWithTheKey) {
  Script script;
  script.online().submit(Join{room("#a"), "me", "geheim"}).recv(":me!u@h JOIN #a").recv(":srv 366 me #a :End").lose();
  script.open().skip().recv(":srv 001 me :hi").sends("JOIN #a geheim");
}

TEST(IrcLink, SilenceIsNoticed) {
  Script script;
  script.online().pass(121s).sends("PING :alive").recv(":srv PONG srv :alive").pass(100s).sends_nothing();
  script.pass(30s).sends("PING :alive").pass(130s);
  ASSERT_TRUE(script.state().drop());
  EXPECT_EQ(script.state().drop()->reason, Errc::timeout);
}

TEST(IrcLink, AnswersPing) {
  Script{}.online().recv("PING :x y").sends("PONG :x y").recv("PING").sends("PONG :");
}

TEST(IrcText, ReflectsTheLabelledEcho) {
  Script script;
  script.online(all_caps).in_room().submit(SendText{room("#a"), "hello", ""});
  const std::string sent = script.sent().front();
  const std::string label = sent.substr(7, sent.find(' ') - 7);
  script.sends("PRIVMSG #a :hello")
      .sends_nothing()
      .recv(":me!u@h PRIVMSG #a :from another session")
      .event("#a/me own#0: from another session")
      .recv("@label=" + label + ";msgid=m1 :me!u@h PRIVMSG #a :hello")
      .event("#a/me own#2 id=m1: hello")
      .event("outcome#2 ok")
      .no_event();
}

TEST(IrcText, EchoInsideALabelledBatch) {
  Script script;
  script.online(all_caps).submit(SendText{person("bob"), "hello", ""});
  const std::string sent = script.sent().front();
  const std::string label = sent.substr(7, sent.find(' ') - 7);
  script.recv("@label=" + label + " :srv BATCH +7 labeled-response")
      .recv("@batch=7 :srv 301 me bob :asleep")
      .event("peer bob away asleep")
      .recv("@batch=7 :me!u@h PRIVMSG bob :hello")
      .event("outcome#1 ok")
      .recv(":srv BATCH :-7")
      .no_event();
}

TEST(IrcText, LabelledErrorAndAck) {
  Script script;
  script.online(all_caps).in_room().submit(SendText{room("#a"), "hello", ""});
  const auto label = [&] {
    const std::string sent = script.sent().front();
    return sent.substr(7, sent.find(' ') - 7);
  };
  script.recv("@label=" + label() + " :srv 404 me #a :Cannot send").event("outcome#2 no_privilege: Cannot send");
  script.skip()
      .submit(SendText{room("#a"), "/mode +t", ""})
      .recv("@label=" + label() + " :srv ACK")
      .event("outcome#3 ok");
}

TEST(IrcText, EchoWithoutLabels) {
  Script{}
      .online("echo-message")
      .in_room()
      .submit(SendText{room("#a"), "one\ntwo", ""})
      .sends("PRIVMSG #a :one")
      .sends("PRIVMSG #a :two")
      .sends_nothing()
      .recv(":me!u@h PRIVMSG #a :one")
      .event("#a/me own#2: one")
      .recv(":me!u@h PRIVMSG #a :two")
      .event("#a/me own#2: two")
      .event("outcome#2 ok");
}

TEST(IrcText, FenceOneAtATime) {
  Script script;
  script.online().in_room().submit(SendText{room("#a"), "one", ""}).sends("PRIVMSG #a :one");
  const std::string first = script.sent().front().substr(6);
  script.sends("PING :fence...").submit(SendText{room("#a"), "two", ""}).sends("PRIVMSG #a :two").sends_nothing();
  script.recv(":srv PONG srv " + first)
      .event("#a/me own#2: one")
      .event("outcome#2 ok")
      .no_event()
      .sends("PING :fence...");
  script.recv(":srv 404 me #a :moderated").event("outcome#3 no_privilege: moderated");
}

TEST(IrcText, AFenceWithoutPongTimesOut) {
  Script{}
      .online()
      .in_room()
      .submit(SendText{room("#a"), "one", ""})
      .submit(SendText{room("#a"), "two", ""})
      .pass(59s)
      .no_event()
      .pass(2s)
      .event("outcome#2 timeout...")
      .no_event()
      .skip()
      .pass(61s)
      .event("outcome#3 timeout...")
      .no_event();
}

TEST(IrcText, NgircdReflectsWhatIsWritten) {
  Script{}
      .online()
      .recv(":srv 002 me :Your host is srv, running version ngircd-26.1 (x86_64)")
      .in_room()
      .submit(SendText{room("#a"), "one", ""})
      .sends("PRIVMSG #a :one")
      .sends_nothing()
      .event("#a/me own#2: one")
      .event("outcome#2 ok");
}

TEST(IrcText, LongLinesReflectOnce) {
  Script script;
  const std::string text(900, 'x');
  script.online("echo-message").in_room().submit(SendText{room("#a"), "/me " + text, ""});
  std::size_t bytes = 0;
  const std::size_t pieces = script.sent().size();
  EXPECT_GE(pieces, 2u);
  while (!script.sent().empty()) {
    const std::string line = script.sent().front();
    EXPECT_LE(line.size() + std::string(":me!u1234@host ").size() + 2, 512u);
    EXPECT_TRUE(
        line.starts_with("PRIVMSG #a :\x01"
                         "ACTION x"));
    bytes += line.size() - std::string(
                               "PRIVMSG #a :\x01"
                               "ACTION \x01")
                               .size();
    script.no_event().recv(":me!u1234@host " + line);
    script.sent().pop_front();
  }
  EXPECT_EQ(bytes, 900u);
  script.event("#a/me own#2: /me " + text).event("outcome#2 ok");
}

TEST(IrcText, Refused) {
  std::string many;
  for (int i = 0; i < 101; ++i) many += "x\n";
  const struct {
    SendText text;
    const char* outcome;
  } rows[] = {
      {{room("#a"), many, ""}, "outcome#2 too_long..."},
      {{room("#a"), "\r\n \n", ""}, "outcome#2 bad_request..."},
      {{room("#b"), "x", ""}, "outcome#2 not_in_room..."},
      {{person("a b"), "x", ""}, "outcome#2 bad_address..."},
      {{person("#a"), "x", ""}, "outcome#2 bad_address..."},
      {{person("a\r\nQUIT"), "x", ""}, "outcome#2 bad_address..."},
      {{network(), "", ""}, "outcome#2 bad_request..."},
      {{network(), ":x QUIT", ""}, "outcome#2 bad_request..."},
      {{network(), "cap end", ""}, "outcome#2 not_allowed..."},
      {{network(), std::string(511, 'x'), ""}, "outcome#2 too_long..."},
      {{room("#a"), "/mode ", ""}, "outcome#2 bad_request..."},
  };
  for (const auto& row : rows)
    Script{}.online().in_room().submit(row.text).sends_nothing().event(row.outcome).no_event();
}

TEST(IrcText, ToAPerson) {
  Script{}
      .online("echo-message")
      .submit(SendText{person("bob"), "hi", ""})
      .sends("PRIVMSG bob :hi")
      .recv(":me!u@h PRIVMSG bob :hi")
      .event("outcome#1 ok")
      .no_event()
      .recv(":me!u@h PRIVMSG bob :elsewhere")
      .event("bob own#0: elsewhere");
  Script{}
      .online()
      .submit(SendText{person("Bob"), "hi", ""})
      .recv(":srv 401 me bob :No such nick")
      .event("outcome#1 not_found: No such nick");
}

TEST(IrcText, RawLinesAndModes) {
  Script{}
      .online()
      .in_room()
      .submit(SendText{network(), "WHOIS al\r\nice", ""})
      .sends("WHOIS alice")
      .event("outcome#2 ok")
      .recv(":srv 311 me alice u h * :real")
      .event("server: alice u h * real");
  Script{}
      .online()
      .in_room()
      .submit(SendText{room("#a"), "/mode +o alice", ""})
      .sends("MODE #a +o alice")
      .sends("PING...")
      .recv(":srv 482 me #a :not op")
      .event("outcome#2 no_privilege: not op");
  Script{}
      .online()
      .in_room()
      .submit(SendText{network(), "nick you", ""})
      .sends("nick you")
      .event("outcome#2 ok")
      .recv(":me!u@h NICK you")
      .event("renamed me you own asked");
}

TEST(IrcReceive, Texts) {
  const struct {
    const char* line;
    const char* event;
  } rows[] = {
      {":bob!u@h PRIVMSG #a :\x02"
       "bold\x02 \x03"
       "4,12red\x03 x",
       "#a/bob: bold red x"},
      {":bob!u@h PRIVMSG @#a :ops", "#a/bob: ops"},
      {":bob!u@h PRIVMSG #A :caf\xe9", "#a/bob: caf\xc3\xa9"},
      {":bob!u@h PRIVMSG #a :\x01"
       "ACTION waves\x01",
       "#a/bob: /me waves"},
      {":bob!u@h PRIVMSG #a :\x01"
       "ACTION waves",
       "#a/bob: /me waves"},
      {":bob!u@h NOTICE #a :note", "#a/bob notice: note"},
      {":bob!u@h PRIVMSG me :psst", "bob: psst"},
      {":bob!u@h NOTICE me :psst", "bob notice: psst"},
      {":srv.net NOTICE me :*** hello", "server: *** hello"},
      {"NOTICE AUTH :looking up", "server: looking up"},
      {"@msgid=abc;time=1970-01-12T13:46:30.000Z :bob!u@h PRIVMSG me :new", "bob id=abc: new"},
      {"@time=1970-01-12T13:45:00.000Z :bob!u@h PRIVMSG me :old", "bob old: old"},
      {"@time=nonsense :bob!u@h PRIVMSG me :x", "bob: x"},
      {":srv 372 me :- motd", "server: - motd"},
      {":srv 999 me a b :c", "server: a b c"},
      {":srv WALLOPS :hear", "server: WALLOPS hear"},
      {":alice!u@h INVITE me #new", "invited #new by alice"},
      {":alice!u@h TOPIC #a :new", "subject #a 'new' by alice"},
  };
  for (const auto& row : rows) Script{}.online().in_room().recv(row.line).event(row.event).no_event().sends_nothing();
}

TEST(IrcReceive, NothingForWhatIsNotForUs) {
  for (const char* const line : {":bob!u@h PRIVMSG #elsewhere :x",
                                 ":x!u@h JOIN #elsewhere",
                                 ":x!u@h PART #elsewhere",
                                 ":srv 366",
                                 ":srv 353",
                                 ":srv 332",
                                 "JOIN",
                                 ":me JOIN",
                                 "MODE",
                                 ":x MODE #a",
                                 "KICK #a",
                                 ":alice INVITE bob #a",
                                 ":ghost!u@h QUIT :x",
                                 ":ghost!u@h NICK other",
                                 ":bob!u@h PRIVMSG me",
                                 "BATCH",
                                 "BATCH +",
                                 "PONG",
                                 "CAP",
                                 ":bob PRIVMSG #a :\x02"}) {
    Script script;
    script.online().in_room().recv(line);
    for (const auto& event : script.heard()) EXPECT_TRUE(event.starts_with("server:")) << line << " -> " << event;
  }
}

TEST(IrcCtcp, AnswersAtMostThreeInTenSeconds) {
  Script script;
  script.online().recv(":bob!u@h PRIVMSG me :\x01PING 42\x01").sends("NOTICE bob :\x01PING 42\x01");
  script.recv(":bob!u@h PRIVMSG me :\x01VERSION\x01").sends("NOTICE bob :\x01VERSION wherry...");
  script
      .recv(
          ":bob!u@h PRIVMSG me :\x01"
          "DCC SEND f 1 2 3\x01")
      .sends(
          "NOTICE bob :\x01"
          "ERRMSG DCC not supported\x01")
      .event("server: bob offers...");
  script.recv(":bob!u@h PRIVMSG me :\x01PING 43\x01")
      .sends_nothing()
      .pass(11s)
      .recv(":bob!u@h PRIVMSG me :\x01PING 44\x01")
      .sends("NOTICE...");
  script.recv(":bob!u@h PRIVMSG #a :\x01PING 1\x01")
      .recv(":bob!u@h NOTICE me :\x01PING 1\x01")
      .recv(
          ":bob!u@h PRIVMSG me :\x01"
          "FINGER\x01");
  script.sends_nothing().no_event();
}

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

TEST(IrcMode, OneOccupantPerPersonAndOneLine) {
  Script{}
      .online()
      .in_room("@me alice +bob")
      .recv(":me!u@h MODE #a +vo-v alice alice bob")
      .event("occupant #a alice=admin/moderator by me")
      .event("occupant #a bob=none/participant by me")
      .event("mode #a +vo-v alice alice bob by me");
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
      .event("outcome#2 not_allowed: is there");
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
      .event("outcome#1 disconnected...")
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

// Every line of a long conversation with each of its parameters cut off, and without its source: nothing may break.
TEST(IrcRobust, TruncatedLines) {
  const std::vector<std::string> lines = {":me!u@h JOIN #b * :Me",
                                          ":srv 353 me = #b :@me ~&alice",
                                          ":srv 366 me #b :End",
                                          ":srv 324 me #b +ntk key",
                                          ":srv 332 me #b :topic",
                                          ":srv 333 me #b alice!a@b 123",
                                          ":x!y@z JOIN #b acc :real",
                                          ":x!y@z MODE #b +ovb-k x x *!*@* key",
                                          ":x!y@z KICK #b alice :why",
                                          ":x!y@z TOPIC #b :t",
                                          ":x!y@z NICK z",
                                          ":z!y@z AWAY :x",
                                          ":z!y@z ACCOUNT a",
                                          ":z!y@z CHGHOST u h",
                                          ":z!y@z PRIVMSG #b :x",
                                          ":z!y@z NOTICE #b :x",
                                          ":z!y@z INVITE me #c",
                                          ":srv 005 me CHANTYPES=# PREFIX=(ov PREFIX= CHANMODES= MODES= :x",
                                          ":srv 322 me #b 5 :t",
                                          ":srv 323 me :End",
                                          ":srv 401 me x :no",
                                          ":srv 404 me #b :no",
                                          ":srv 482 me #b :no",
                                          ":srv 441 me x #b :no",
                                          ":srv 433 me x :no",
                                          ":srv 396 me u@h :is now",
                                          ":srv 301 me x :away",
                                          ":srv 341 me x #b",
                                          "@label=x :srv BATCH +1 labeled-response",
                                          "@batch=1 :srv ACK",
                                          ":srv BATCH -1",
                                          ":srv CAP me NEW :batch",
                                          ":srv CAP me DEL :batch",
                                          ":srv 900 me a b :c",
                                          ":srv PONG srv :x",
                                          ":z!y@z PART #b :x",
                                          ":z!y@z QUIT :x",
                                          "ERROR :closing"};
  for (std::size_t cut = 0; cut < 6; ++cut) {
    Script script;
    script.online(all_caps).in_room().submit(SendText{room("#a"), "x", ""}).submit(Kick{room("#a"), "alice", ""});
    script.submit(SetStanding{room("#a"), "bob", Affiliation::owner, {}, ""})
        .submit(ListRooms{})
        .submit(Join{room("#b"), "", ""});
    for (const auto& line : lines) {
      const auto whole = irc::Message::parse(line);
      ASSERT_TRUE(whole) << line;
      irc::Message message = *whole;
      message.params.resize(message.params.size() > cut ? message.params.size() - cut : 0);
      script.state().receive(message, irc::Now::get());
      message = *whole;
      if (message.params.size() > cut) message.params[cut].clear();
      script.state().receive(message, irc::Now::get());
      message.source = {};
      script.state().receive(message, irc::Now::get());
    }
    script.state().closed({Errc::disconnected, "end", true}, irc::Now::get());
    std::map<Ref, int> outcomes;
    for (const auto& event : script.state().take_events())
      if (const auto* const outcome = std::get_if<Outcome>(&event)) ++outcomes[outcome->ref];
    for (const auto& [ref, count] : outcomes) EXPECT_EQ(count, 1) << ref;
    EXPECT_EQ(outcomes.size(), 5u);
  }
}

}  // namespace
}  // namespace irc_test

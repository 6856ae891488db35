// The connection as a script: texts both ways, CTCP.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string all_caps =
    "account-notify account-tag away-notify batch chghost echo-message extended-join labeled-response message-tags "
    "multi-prefix server-time setname userhost-in-names";

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
      .event("outcome#2 uncertain...")
      .no_event()
      .skip()
      .pass(61s)
      .event("outcome#3 uncertain...")
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
  // Nobody reflects a private text; whether anybody got it only a fence can tell.
  Script{}
      .online()
      .recv(":srv 002 me :Your host is srv, running version ngircd-26.1 (x86_64)")
      .skip()
      .submit(SendText{person("ghost"), "one", ""})
      .sends("PRIVMSG ghost :one")
      .recv(":srv 401 me ghost :No such nick or channel name")
      .event("outcome#1 not_found: No such nick or channel name");
}

const char* const ngircd = ":srv 002 me :Your host is srv, running version ngircd-26.1 (x86_64)";

// What was reflected when it was written, and refused then.
TEST(IrcText, NgircdRefusesAfterwards) {
  Script script;
  script.online().recv(ngircd).in_room().submit(SendText{room("#a"), "one", "t1"});
  script.pass(2s).submit(SendText{room("#a"), "two\nthree", "t2"}).skip();
  script.recv(":srv 404 me #a :+m").event("delivery failed t2 no_privilege: +m").no_event();
  script.recv(":srv 404 me #a :+m").no_event();
  script.recv(":srv 404 me #A :+m").event("delivery failed t1 no_privilege: +m").no_event();
  script.recv(":srv 404 me #a :+m").event("server: #a +m");
  script.submit(SendText{room("#a"), "four", "t4"}).skip().recv(":srv 404 me #b :+m").event("server: #b +m");
  script.pass(60s).recv(":srv 404 me #a :+m").event("server: #a +m").no_event();
}

TEST(IrcText, NgircdRefusesOneOfTwo) {
  irc::State state(Script::default_identity());
  const auto now = irc::Now::get();
  const auto recv = [&](const std::string& line) { state.receive(*irc::Message::parse(line), now); };
  state.opened(now, "");
  for (const char* const line : {":srv 001 me :hi", ngircd, ":me!u@h JOIN #a", ":srv 366 me #a :End"}) recv(line);
  state.submit(1, SendText{room("#a"), "one", "t1"}, now);
  const auto mark = state.take_lines().back().mark;
  state.submit(2, SendText{room("#a"), "two", "t2"}, now);
  state.written(mark, now);
  state.take_events();
  // The second is still in our own queue.
  recv(":srv 404 me #a :+m");
  auto events = state.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(show(events.front()), "delivery failed t1 no_privilege: +m");
  state.written(state.take_lines().back().mark, now);
  events = state.take_events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(show(events.back()), "outcome#2 ok");
}

// A text that is refused before all of it has left has one answer, and is not reflected.
TEST(IrcText, NgircdRefusesHalfAText) {
  irc::State state(Script::default_identity());
  const auto now = irc::Now::get();
  const auto recv = [&](const std::string& line) { state.receive(*irc::Message::parse(line), now); };
  state.opened(now, "");
  for (const char* const line : {":srv 001 me :hi", ngircd, ":me!u@h JOIN #a", ":srv 366 me #a :End"}) recv(line);
  state.take_lines();
  state.submit(1, SendText{room("#a"), std::string(800, 'x'), "t1"}, now);
  const auto lines = state.take_lines();
  ASSERT_EQ(lines.size(), 2U);
  state.written(lines[0].mark, now);
  state.take_events();
  recv(":srv 404 me #a :+m");
  state.written(lines[1].mark, now);
  recv(":srv 404 me #a :+m");
  const auto events = state.take_events();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(show(events.front()), "outcome#1 no_privilege: +m");
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

// Whatever the server says of its limits, a line with the prefix that others see before it fits.
TEST(IrcText, LinesFitWithThePrefix) {
  const struct {
    const char* isupport;
    std::size_t limit;
    std::string prefix;
  } rows[] = {
      {"", 512, ":me!" + std::string(11, 'u') + "@" + std::string(63, 'h')},  // not known yet: estimated
      {"USERLEN=20 HOSTLEN=30", 512, ":me!" + std::string(21, 'u') + "@" + std::string(30, 'h')},
      {"HOSTLEN=600", 512, ":me!u@h"},
      {"LINELEN=2048", 2048, ":me!" + std::string(11, 'u') + "@" + std::string(63, 'h')},
      {"LINELEN=1", 512, ":me!u@h"},
      {"LINELEN=999999", 512, ":me!u@h"},
  };
  for (const auto& row : rows) {
    Script script;
    script.online("echo-message", row.isupport).submit(SendText{person("bob"), std::string(1900, 'x'), ""});
    std::size_t longest = 0, bytes = 0;
    for (const std::string& line : script.sent()) {
      longest = std::max(longest, row.prefix.size() + 1 + line.size() + 2);
      bytes += line.size() - std::string("PRIVMSG bob :").size();
    }
    EXPECT_LE(longest, row.limit) << row.isupport;
    EXPECT_EQ(bytes, 1900U) << row.isupport;
    if (row.limit > 2000) {
      EXPECT_EQ(script.sent().size(), 1U) << row.isupport;
    }
  }
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
      {{room("#a"), "/mode +v bob\n/mode +o bob", ""}, "outcome#2 bad_request..."},
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
      .event("server to #2: alice u h * real");
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
      {":srv.net NOTICE me :*** hello", "server notice: *** hello"},
      {"NOTICE AUTH :looking up", "server notice: looking up"},
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

}  // namespace
}  // namespace irc_test

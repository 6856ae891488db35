// The connection as a script: echoes of what we say, and of what is said in our name elsewhere (IRCv3 echo-message).
#include <gtest/gtest.h>

#include "legacy/irc/likeness.hpp"
#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string bouncer = "echo-message message-tags server-time znc.in/self-message";

TEST(IrcEcho, IsMatchedByWhatItSays) {
  Script script;
  script.online("echo-message").in_room().submit(SendText{room("#a"), "mine", ""});
  script.recv(":me!u1234@host PRIVMSG #a :said on my other client").event("#a/me own#0: said on my other client");
  script
      .recv(
          ":me!u1234@host PRIVMSG #a :\x01"
          "ACTION mine\x01")
      .event("#a/me own#0: /me mine");
  script.recv(":me!u1234@host NOTICE #a :mine").event("#a/me own#0 notice: mine");
  script.recv(":me!u1234@host PRIVMSG #a :mine").event("#a/me own#2: mine").event("outcome#2 ok").no_event();
  script.submit(SendText{person("bob"), "mine", ""}).recv(":me!u1234@host PRIVMSG bob :yours");
  script.event("bob own#0: yours").recv(":me!u1234@host PRIVMSG Bob :mine").event("outcome#3 ok").no_event();
}

TEST(IrcEcho, OneThatIsDroppedHasAnError) {
  Script script;
  script.online("echo-message").in_room();
  for (const char* const text : {"one", "two", "three"}) script.submit(SendText{room("#a"), text, ""});
  script.recv(":me!u1234@host PRIVMSG #a :one").event("#a/me own#2: one").event("outcome#2 ok");
  script.recv(":me!u1234@host PRIVMSG #a :three").event("#a/me own#4: three").event("outcome#4 ok").no_event();
  script.pass(6s).event("outcome#3 uncertain...").no_event();
}

// Those for others are another queue.
TEST(IrcEcho, OnlyWhatWentTheSameWayIsDoubted) {
  Script script;
  script.online("echo-message").in_room().submit(SendText{person("bob"), "one", ""});
  script.submit(SendText{room("#a"), "two", ""}).recv(":me!u1234@host PRIVMSG #a :two").skip().pass(30s).no_event();
  script.recv(":me!u1234@host PRIVMSG bob :one").event("outcome#2 ok");
}

TEST(IrcEcho, TheSameTwiceIsInOrder) {
  Script script;
  script.online("echo-message").in_room();
  for (int i = 0; i < 2; ++i) script.submit(SendText{room("#a"), "x", ""});
  for (const char* const ref : {"2", "3"})
    script.recv(":me!u1234@host PRIVMSG #a :x").event(std::string("#a/me own#") + ref + ": x").event("outcome#...");
  script.no_event();
}

// What the others read is what is reflected.
TEST(IrcEcho, InItsFinalForm) {
  for (const std::string caps : {"echo-message", "echo-message labeled-response batch"}) {
    Script script;
    script.online(caps).in_room().submit(SendText{room("#a"), "well darn it", ""});
    const std::string sent = script.sent().front();
    const std::string label = sent.starts_with("@") ? sent.substr(0, sent.find(' ') + 1) : "";
    script.recv(label + ":me!u1234@host PRIVMSG #a :well d*** it").event("#a/me own#2: well d*** it");
    script.event("outcome#2 ok").no_event();
  }
  Script script;
  SendText styled{room("#a"), "very bold", ""};
  styled.spans = {{5, 9, Span::bold, {}, {}}};
  script.online("echo-message").in_room().submit(styled).recv(":me!u1234@host PRIVMSG #a :very bold");
  script.event("#a/me own#2: very bold").event("outcome#2 ok");
}

TEST(IrcEcho, PiecesInTheirFinalForm) {
  Script script;
  const std::string text = std::string(500, 'a') + " darn " + std::string(300, 'b');
  script.online("echo-message").in_room().submit(SendText{room("#a"), text, ""});
  std::string shown = text;
  shown.replace(shown.find("darn"), 4, "d***");
  while (!script.sent().empty()) {
    std::string line = script.sent().front();
    script.sent().pop_front();
    if (const auto at = line.find("darn"); at != line.npos) line.replace(at, 4, "d***");
    script.recv(":me!u1234@host " + line);
  }
  script.event("#a/me own#2: " + shown).event("outcome#2 ok").no_event();
}

// A bouncer echoes what the server may refuse yet.
TEST(IrcEcho, OfABouncerIsNoProof) {
  Script script;
  script.online(bouncer).in_room().submit(SendText{person("ghost"), "hi", "t1"});
  script.recv(":me!u1234@host PRIVMSG ghost :hi").event("outcome#2 ok");
  script.recv(":srv 401 me ghost :No such nick").event("delivery failed t1 not_found: No such nick").no_event();
  script.submit(SendText{room("#a"), "hi", "t2"}).recv(":me!u1234@host PRIVMSG #a :hi").event("#a/me own#3: hi");
  script.event("outcome#3 ok").recv(":srv 404 me #a :+m").event("delivery failed t2 no_privilege: +m").no_event();
  Script server;
  server.online("echo-message").in_room().submit(SendText{person("ghost"), "hi", "t1"});
  server.recv(":me!u1234@host PRIVMSG ghost :hi")
      .event("outcome#2 ok")
      .recv(":srv 401 me ghost :no")
      .event("server: ghost no");
}

TEST(IrcLikeness, OfTexts) {
  EXPECT_TRUE(irc::is_same_text("one ", "one"));
  EXPECT_FALSE(irc::is_same_text("one", "on"));
  const struct {
    const char *sent, *seen;
    bool alike;
  } rows[] = {
      {"well darn it", "well d*** it", true},
      {"darn", "****", true},
      {"well darn it", "well heck it", true},
      {"mine", "said on my other client", false},
      {"a long text that the server has cut", "a long text that the server", true},
      {"WHY NOT", "why not", true},
      {"yes", "no", false},
      {"one", "two", false},
      {"", "x", false},
      {"http://example.test/one", "I would rather not say", false},
  };
  for (const auto& row : rows) EXPECT_EQ(irc::is_alike(row.sent, row.seen), row.alike) << row.sent << " " << row.seen;
}

}  // namespace
}  // namespace irc_test

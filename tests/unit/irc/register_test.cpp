// The connection as a script: registration and login.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

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
      .sends("CAP END")
      .recv(":srv CAP * ACK :batch multi-prefix")
      .sends_nothing();
}

TEST(IrcRegister, AsksOneByOneAfterNak) {
  Script{}
      .open()
      .skip()
      .recv(":srv CAP * LS :batch setname")
      .sends("CAP REQ :batch setname")
      .sends("CAP END")
      .recv(":srv CAP * NAK :batch setname")
      .sends("CAP REQ :batch")
      .sends("CAP REQ :setname")
      .recv(":srv CAP * ACK :batch")
      .recv(":srv CAP * NAK :setname")
      .sends_nothing();
}

TEST(IrcRegister, HearsOnlineWithTheServersNick) {
  Script{}
      .open()
      .skip()
      .submit(Join{room("#a"), "other", ""})
      .sends_nothing()
      .recv(":srv 001 Me_2 :hi")
      .event("link online as Me_2")
      .no_event()
      .sends("JOIN #a");
}

// Who has chosen to see the message of the day sees it once, not after every lost connection; who asks for it gets it.
TEST(IrcRegister, TheGreetingIsShownOnce) {
  auto identity = Script::default_identity();
  identity.shows_greeting = true;
  Script script(identity);
  script.open().recv(":srv 001 me :hi").skip().recv(":srv 375 me :- srv -").event("server: - srv -");
  script.recv(":srv 372 me :- be kind").event("server: - be kind").recv(":srv 376 me :End").event("server: End");
  script.lose().skip().open().skip().recv(":srv 001 me :hi").event("link online as me").no_event();
  script.recv(":srv 251 me :3 users").recv(":srv 372 me :- be kind").recv(":srv 376 me :End").no_event();
  script.recv(":srv 372 me :- be kind").event("server: - be kind");
}

TEST(IrcRegister, NothingOfTheGreetingIsShown) {
  Script script;
  script.open().recv(":srv NOTICE * :*** Looking up your host").recv(":srv 001 me :hi").event("link online as me");
  script.recv(":srv 251 me :3 users").recv(":srv 900 me me!u@h me :logged in").recv(":srv 396 me x.y :hidden");
  script.recv(":me!u@h MODE me +i")
      .recv(":srv 375 me :-")
      .recv(":irc.srv NOTICE me :welcome")
      .recv(":srv 372 me :- kind");
  script.recv(":srv 376 me :End").recv(":irc.srv NOTICE me :you use TLS").recv(":me!u@h MODE me +Z").no_event();
  script.pass(6s).recv(":srv 900 me me!u@h me :logged in").event("server: me!u@h me logged in");
  script.submit(SendText{network(), "MOTD", ""}).event("outcome#1 ok");
  script.recv(":srv 372 me :- kind").event("server to #1: - kind").no_event();
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
      .sends("CAP LS 302")
      .sends("CAP REQ :sasl")
      .sends("NICK me")
      .sends("USER u1234 0 * :Me")
      .sends("CAP END")
      .recv(":srv CAP * ACK :sasl")
      .sends_nothing();
}

// Nobody asked: a server without SASL hears nothing of the password.
TEST(IrcRegister, DoesNotSendThePasswordUnasked) {
  Script with_caps(with_password("acc")), without_caps(with_password()), silent(with_password());
  with_caps.open().recv(":srv CAP * LS :multi-prefix").recv(":srv CAP * ACK :multi-prefix").recv(":srv 001 me :hi");
  without_caps.open().recv(":srv 421 * CAP :Unknown command").recv(":srv 001 me :hi");
  silent.open().pass(6s).recv(":srv 001 me :hi");
  for (Script* const script : {&with_caps, &without_caps, &silent}) {
    EXPECT_TRUE(script->state().is_online());
    for (const auto& line : script->sent()) EXPECT_EQ(line.find("sesame"), std::string::npos) << line;
  }
}

TEST(IrcRegister, SendsPassWhenTheServerAsks) {
  for (const std::string line : {":srv 464 * :Password required", "ERROR :Access denied: Bad password?"}) {
    Script script(with_password("acc"));
    script.open().submit(Join{room("#a"), "me", ""}).recv(":srv CAP * LS :multi-prefix").recv(line);
    ASSERT_TRUE(script.state().drop()) << line;
    EXPECT_TRUE(script.state().drop()->again);
    EXPECT_FALSE(script.state().drop()->for_good);
    const irc::Drop drop = *script.state().drop();
    script.skip();
    script.state().closed(drop, irc::Now::get());
    script.open().sends("CAP LS 302").recv(":srv 421 * CAP :Unknown command");
    script.sends("PASS :acc:sesame").sends("NICK me").skip();
    script.recv(":srv 001 me :hi").event("link online as me").sends("JOIN #a");
  }
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

struct Refusal {
  std::string error;
  bool has_password;
  Errc reason;
  bool for_good;
};

class IrcRefusal : public testing::TestWithParam<Refusal> {};

TEST_P(IrcRefusal, IsUnderstoodWithoutANumeric) {
  const Refusal& given = GetParam();
  Script script(given.has_password ? with_password() : Script::default_identity());
  const auto refuse = [&] {
    script.open()
        .recv(":srv CAP * LS :multi-prefix")
        .recv(":srv CAP * ACK :multi-prefix")
        .recv("ERROR :" + given.error);
  };
  refuse();
  const irc::Drop first = *script.state().drop();
  if (first.again) {
    script.state().closed(first, irc::Now::get());
    refuse();
  }
  EXPECT_EQ(first.again, given.has_password && given.reason == Errc::rejected_login);
  ASSERT_TRUE(script.state().drop());
  EXPECT_EQ(script.state().drop()->reason, given.reason);
  EXPECT_EQ(script.state().drop()->for_good, given.for_good);
}

constexpr auto inspircd_says = "Closing link: (u@h) [Access denied by configuration]";
INSTANTIATE_TEST_SUITE_P(Texts, IrcRefusal,
                         testing::Values(Refusal{"Access denied: Bad password?", true, Errc::rejected_login, true},
                                         Refusal{"Access denied: Bad password?", false, Errc::rejected_login, true},
                                         Refusal{inspircd_says, true, Errc::rejected_login, true},
                                         Refusal{inspircd_says, false, Errc::rejected_login, false},
                                         Refusal{"Closing Link: h (K-Lined)", true, Errc::barred, true},
                                         Refusal{"Closing link: (u@h) [Z-lined: no]", false, Errc::barred, true},
                                         Refusal{"Closing link: server full", true, Errc::disconnected, false}));

TEST(IrcRegister, AnErrorAfterTheGreetingIsNoRefusal) {
  Script script(with_password());
  script.open().recv(":srv 001 me :hi").recv("ERROR :Closing link: (u@h) [Killed: Access denied]");
  EXPECT_EQ(script.state().drop()->reason, Errc::disconnected);
  EXPECT_FALSE(script.state().drop()->for_good);
}

TEST(IrcRegister, StopsWhenBanned) {
  Script script;
  script.open().recv(":srv 465 me :You are banned");
  EXPECT_EQ(script.state().drop()->reason, Errc::barred);
}

TEST(IrcRegister, TimesOut) {
  Script script;
  script.open().pass(61s);
  EXPECT_EQ(script.state().drop()->reason, Errc::timeout);
}

}  // namespace
}  // namespace irc_test

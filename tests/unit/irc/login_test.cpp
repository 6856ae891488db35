// Who waits for a login, what a failed one leads to, and what is said after the greeting.
#include <gtest/gtest.h>

#include "base/crypto.hpp"
#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

irc::Identity member(bool has_certificate = false) {
  auto identity = Script::default_identity();
  identity.account = "acc";
  identity.password = "sesame";
  identity.has_certificate = has_certificate;
  return identity;
}

// Up to the first AUTHENTICATE, which is left to be looked at.
void offer(Script& script, const std::string& mechanisms) {
  script.open().recv(":srv CAP * LS :" + mechanisms).skip().recv(":srv CAP * ACK :sasl");
  script.sends("NICK me").sends("USER u1234 0 * :Me");
}

const irc::Drop& drop_of(Script& script) {
  static const irc::Drop none;
  return script.state().drop() ? *script.state().drop() : none;
}

TEST(IrcLogin, ExternalThenTheCertificateIsUnknownThenThePassword) {
  Script script(member(true));
  offer(script, "sasl=EXTERNAL,PLAIN");
  script.sends("AUTHENTICATE EXTERNAL").recv("AUTHENTICATE +").sends("AUTHENTICATE +");
  script.recv(":srv 904 me :SASL authentication failed").sends("AUTHENTICATE PLAIN").recv("AUTHENTICATE +");
  script.sends("AUTHENTICATE YWNjAGFjYwBzZXNhbWU=").recv(":srv 903 me :ok").sends("CAP END").sends_nothing();
}

TEST(IrcLogin, AnUnknownCertificateAloneIsARefusal) {
  auto identity = member(true);
  identity.password.clear();
  Script script(identity);
  offer(script, "sasl=EXTERNAL,PLAIN");
  script.sends("AUTHENTICATE EXTERNAL").recv("AUTHENTICATE +").skip().recv(":srv 904 me :failed");
  EXPECT_EQ(drop_of(script).reason, Errc::rejected_login);
  EXPECT_TRUE(drop_of(script).for_good);
  EXPECT_NE(drop_of(script).text.find("does not know the fingerprint of your certificate (failed)"), std::string::npos);
}

TEST(IrcLogin, WithoutAListPlainThenTheBestOfTheList) {
  Script script(member());
  offer(script, "sasl");
  script.sends("AUTHENTICATE PLAIN").recv(":srv 908 me SCRAM-SHA-256,EXTERNAL :are available SASL mechanisms");
  script.sends("AUTHENTICATE SCRAM-SHA-256").recv(":srv 904 me :of the first attempt").sends_nothing();
  EXPECT_FALSE(script.state().drop());
  script.recv("AUTHENTICATE +").recv(":srv 904 me :wrong");
  EXPECT_EQ(drop_of(script).text, "login refused: wrong");
}

TEST(IrcLogin, GoesOnWhereTheListHasNothing) {
  Script script(member());
  offer(script, "sasl");
  script.sends("AUTHENTICATE PLAIN").recv(":srv 908 me ECDSA-NIST256P-CHALLENGE :are available SASL mechanisms");
  script.sends("CAP END").recv(":srv 904 me :failed").sends_nothing();
  EXPECT_FALSE(script.state().drop());
}

TEST(IrcLogin, AScramServerHasToProveItself) {
  Script script(member());
  offer(script, "sasl=SCRAM-SHA-256");
  script.sends("AUTHENTICATE SCRAM-SHA-256").recv("AUTHENTICATE +");
  const std::string first = *base::from_base64(script.sent().front().substr(13));
  script.skip();
  const std::string nonce = first.substr(first.find("r=") + 2);
  script.recv("AUTHENTICATE :" + base::to_base64("r=" + nonce + "x,s=c2FsdA==,i=4096")).sends("AUTHENTICATE ...");
  script.recv("AUTHENTICATE " + base::to_base64("v=" + base::to_base64(std::string(32, 'x'))));
  script.sends("AUTHENTICATE *").recv(":srv 906 me :aborted");
  EXPECT_EQ(drop_of(script).text, "login refused: the server does not know the password: it could not prove who it is");
}

TEST(IrcLogin, SuccessWithoutAProofIsNone) {
  Script script(member());
  offer(script, "sasl=SCRAM-SHA-256");
  script.sends("AUTHENTICATE SCRAM-SHA-256").recv(":srv 903 me :you are in").sends_nothing();
  EXPECT_EQ(drop_of(script).reason, Errc::rejected_login);
  EXPECT_TRUE(drop_of(script).for_good);
}

TEST(IrcLogin, MayGoOnWithoutIt) {
  auto identity = member();
  identity.continue_without_login = true;
  Script script(identity);
  offer(script, "sasl=PLAIN");
  script.skip().recv(":srv 904 me :wrong").sends("CAP END");
  script.event("server: login refused: wrong; going on without it");
  EXPECT_FALSE(script.state().drop());
}

TEST(IrcLogin, LogsInWhenTheServicesComeBack) {
  Script script(member());
  script.open().recv(":srv CAP * LS :multi-prefix").recv(":srv 001 me :hi").pass(3s).skip();
  script.recv(":srv CAP me NEW :sasl=PLAIN").sends("CAP REQ :sasl").recv(":srv CAP me ACK :sasl");
  script.sends("AUTHENTICATE PLAIN").recv("AUTHENTICATE +").sends("AUTHENTICATE ...");
  script.recv(":srv 904 me :wrong").event("server: login refused: wrong").sends_nothing();
  EXPECT_FALSE(script.state().drop());
  script.recv(":srv CAP me ACK :batch").sends_nothing();
  script.recv(":srv CAP me DEL :sasl").recv(":srv CAP me NEW :sasl=PLAIN").sends("CAP REQ :sasl");
  script.recv(":srv CAP me ACK :sasl").sends("AUTHENTICATE PLAIN").recv(":srv 900 me me!u@h acc :in");
  script.recv(":srv 903 me :ok").recv(":srv CAP me NEW :sasl=PLAIN").recv(":srv CAP me ACK :sasl").sends_nothing();
}

// A server that lets the services come and go doesn't keep us busy with it.
TEST(IrcLogin, LateLoginsAreBounded) {
  Script script(member());
  script.open().recv(":srv CAP * LS :multi-prefix").recv(":srv 001 me :hi").pass(3s).skip();
  const auto come_and_go = [&] {
    script.recv(":srv CAP me NEW :sasl=PLAIN").sends("CAP REQ :sasl").recv(":srv CAP me ACK :sasl");
  };
  for (int time = 0; time < 5; ++time) {
    come_and_go();
    script.sends("AUTHENTICATE PLAIN").recv(":srv CAP me DEL :sasl");
  }
  come_and_go();
  script.sends_nothing().recv(":srv CAP me DEL :sasl").pass(11min).skip();
  come_and_go();
  script.sends("AUTHENTICATE PLAIN");
}

// Somebody has our nick: that makes nobody else of us.
TEST(IrcLogin, WithoutANameTheAccountIsTheWishedNick) {
  auto identity = member();
  identity.account.clear();
  Script script(identity);
  script.open().recv(":srv CAP * LS :batch sasl=PLAIN").recv(":srv CAP * NAK :batch sasl").skip();
  script.recv(":srv CAP * NAK :batch").recv(":srv CAP * ACK :sasl").recv(":srv 433 * me :taken").skip();
  script.recv("AUTHENTICATE +").sends("AUTHENTICATE " + base::to_base64(std::string("me\0me\0sesame", 12)));
  Script without_sasl(identity);
  without_sasl.open().recv(":srv CAP * LS :").recv(":srv 433 * me :taken").recv(":srv 001 me_ :hi").skip();
  without_sasl.recv(":NickServ!s@h NOTICE me_ :please IDENTIFY").sends("NICKSERV IDENTIFY me sesame");
}

TEST(IrcLogin, SaslWorksWhileOtherCapabilitiesAreRefused) {
  Script script(member());
  script.open().skip().recv(":srv CAP * LS :batch sasl=PLAIN").sends("CAP REQ :batch sasl");
  script.recv(":srv CAP * NAK :batch sasl").sends("CAP REQ :batch").sends("CAP REQ :sasl").sends_nothing();
  script.recv(":srv CAP * NAK :batch").sends_nothing().recv(":srv CAP * ACK :sasl ");
  script.sends("NICK me").sends("USER u1234 0 * :Me").sends("AUTHENTICATE PLAIN");
}

TEST(IrcLogin, PassIsForTheServer) {
  auto identity = Script::default_identity();
  identity.pass = "let me in";
  Script script(identity);
  script.open().sends("CAP LS 302").sends("PASS :let me in").sends("NICK me").sends("USER u1234 0 * :Me");
  script.recv(":srv 464 * :wrong");
  EXPECT_TRUE(drop_of(script).for_good);
}

TEST(IrcLogin, WebircComesFirst) {
  auto identity = Script::default_identity();
  identity.webirc = "WEBIRC secret wherry host ::1";
  Script(identity).open().sends("WEBIRC secret wherry host ::1 :secure").sends("CAP LS 302");
  Script(identity).open_without_tls().sends("WEBIRC secret wherry host ::1").sends("CAP LS 302").sends_nothing();
}

irc::Identity with_commands(std::vector<std::string> lines) {
  auto identity = Script::default_identity();
  identity.after_connect = std::move(lines);
  return identity;
}

TEST(IrcLogin, CommandsGoBeforeTheJoins) {
  Script script(with_commands({"MODE me +B", "mode me +x"}));
  script.open().submit(Join{room("#a"), "me", ""}).skip().recv(":srv 001 me :hi");
  script.sends("MODE me +B").sends("mode me +x").sends("JOIN #a").sends_nothing();
}

TEST(IrcLogin, JoinsWaitForALoginByHand) {
  for (const std::string login : {"PRIVMSG NickServ :IDENTIFY acc sesame", "NS id acc sesame", "AUTH acc sesame"}) {
    Script script(with_commands({login}));
    script.open().submit(Join{room("#a"), "me", ""}).skip().recv(":srv 001 me :hi").sends(login).sends_nothing();
    script.submit(Join{room("#b"), "me", ""}).pass(9s).sends_nothing();
    script.recv(":srv 900 me me!u@h acc :You are now logged in as acc").sends("JOIN #a").sends("JOIN #b");
    script.pass(20s).sends_nothing();
  }
}

TEST(IrcLogin, JoinsWaitTenSecondsAtMost) {
  Script script(with_commands({"NS IDENTIFY sesame"}));
  script.open().submit(Join{room("#a"), "me", ""}).skip().recv(":srv 001 me :hi").skip().pass(9s).sends_nothing();
  script.pass(1s).sends("JOIN #a").sends_nothing();
}

TEST(IrcLogin, NickServGetsThePasswordWhenItAsks) {
  Script script(member());
  script.open().submit(Join{room("#a"), "me", ""}).recv(":srv CAP * LS :").recv(":srv 001 me :hi").skip();
  script.recv(":eve!e@h NOTICE me :please IDENTIFY").recv(":NickServ!s@h NOTICE me :Hello").sends_nothing();
  script.recv(":NickServ!s@h NOTICE me :This nickname is registered. Please \x02/msg NickServ IDENTIFY\x02");
  script.sends("NICKSERV IDENTIFY acc sesame").pass(9s).sends_nothing();
  script.recv(":NickServ!s@h NOTICE me :please IDENTIFY").sends_nothing();
  script.recv(":srv 900 me me!u@h acc :in").sends("JOIN #a");
}

TEST(IrcLogin, NobodyWaitsLongForNickServ) {
  Script script(member());
  script.open().submit(Join{room("#a"), "me", ""}).recv(":srv CAP * LS :").recv(":srv 001 me :hi").skip();
  script.pass(2s).sends("JOIN #a");
}

// STS.
TEST(IrcLogin, NothingIsSaidBeforeTheListWithoutTls) {
  Script script;
  script.open_without_tls().sends("CAP LS 302").sends_nothing();
  script.recv(":srv CAP * LS * :batch sts=port=6697,duration=100").sends_nothing().recv(":srv CAP * LS :setname");
  script.sends_nothing();
  EXPECT_TRUE(drop_of(script).again);
  EXPECT_EQ(drop_of(script).tls_port, 6697);
  EXPECT_FALSE(script.state().sts_news());
}

TEST(IrcLogin, WithoutTlsAndWithoutStsItGoesOn) {
  for (const std::string sts : {"", " sts=duration=100", " sts=port=0", " sts=port=x", " sts=port=65536", " sts"}) {
    Script script;
    script.open_without_tls().skip().recv(":srv CAP * LS :batch" + sts);
    script.sends("CAP REQ :batch").sends("NICK me").sends("USER u1234 0 * :Me").sends("CAP END").sends_nothing();
    EXPECT_FALSE(script.state().drop());
  }
  Script silent, old;
  silent.open_without_tls().skip().pass(5s).sends("NICK me").sends("USER u1234 0 * :Me");
  old.open_without_tls().skip().recv(":srv 421 * CAP :Unknown command").sends("NICK me").sends("USER u1234 0 * :Me");
}

TEST(IrcLogin, OverTlsTheDurationIsKept) {
  Script script;
  script.open().recv(":srv CAP * LS :sts=port=1,duration=100");
  EXPECT_FALSE(script.state().drop());
  EXPECT_EQ(script.state().sts_news(), 100s);
  EXPECT_EQ(script.state().sts_news(), std::nullopt);
  script.recv(":srv CAP * DEL :sts").recv(":srv CAP * NEW :sts=duration=0");
  EXPECT_EQ(script.state().sts_news(), 0s);
}

TEST(IrcLogin, APasswordWaitsForTls) {
  auto identity = Script::default_identity();
  identity.tls_password = "sesame";
  identity.account = "acc";
  identity.password_withheld = true;
  Script script(identity);
  script.open_without_tls().event("server: your password is not sent...");
  script.recv(":srv CAP * LS :sasl=PLAIN sts=port=6697");
  const irc::Drop drop = drop_of(script);
  script.skip().state().closed(drop, irc::Now::get());
  script.open().recv(":srv CAP * LS :sasl=PLAIN").recv(":srv CAP * ACK :sasl").no_event();
  EXPECT_EQ(script.sent().back(), "AUTHENTICATE PLAIN");
}

irc::Identity with_account() {
  auto identity = Script::default_identity();
  identity.password = "sesame";
  return identity;
}

void begin_login(Script& script) {
  script.open().recv(":srv CAP * LS :sasl=PLAIN").recv(":srv CAP * ACK :sasl").skip();
}

void close(Script& script) {
  const irc::Drop drop = *script.state().drop();
  script.state().closed(drop, irc::Now::get());
}

// 906: the services are not there. Nothing says that the password is wrong.
TEST(IrcLogin, InterruptedIsNotRefused) {
  Script script(with_account());
  for (int i = 0; i < 20; ++i) {
    begin_login(script);
    script.recv(":srv 906 me :SASL authentication aborted");
    ASSERT_TRUE(script.state().drop());
    EXPECT_FALSE(script.state().drop()->for_good);
    EXPECT_EQ(script.state().drop()->reason, Errc::disconnected);
    close(script);
  }
  auto identity = with_account();
  identity.continue_without_login = true;
  Script without(identity);
  begin_login(without);
  without.recv(":srv 906 me :aborted").event("server: login not possible now: aborted; going on without it");
  without.sends("CAP END");
  EXPECT_FALSE(without.state().drop());
}

TEST(IrcLogin, OneThatHasWorkedMayWorkAgain) {
  Script script(with_account());
  begin_login(script);
  script.recv("AUTHENTICATE +").recv(":srv 903 me :ok").recv(":srv 001 me :hi").lose();
  int attempts = 0;
  for (bool is_over = false; !is_over && attempts < 100; ++attempts) {
    begin_login(script);
    script.recv("AUTHENTICATE +").recv(":srv 904 me :SASL authentication failed");
    is_over = script.state().drop()->for_good;
    EXPECT_EQ(script.state().drop()->reason, is_over ? Errc::rejected_login : Errc::disconnected);
    close(script);
  }
  EXPECT_EQ(attempts, 13);
}

TEST(IrcLogin, ALockedNickIsRefused) {
  for (const std::string code : {"902", "905"}) {
    Script script(with_account());
    begin_login(script);
    script.recv("AUTHENTICATE +").recv(":srv 903 me :ok").recv(":srv 001 me :hi").lose();
    begin_login(script);
    script.recv(":srv " + code + " me :no");
    EXPECT_TRUE(script.state().drop()->for_good) << code;
  }
}

TEST(IrcLogin, AServerThatWantsAnAccount) {
  const std::string lines[] = {"FAIL * ACCOUNT_REQUIRED :You must log in with SASL to join this server",
                               "ERROR :Closing Link: h (SASL access only)",
                               "ERROR :Closing Link: h (You need to be logged in to an account to connect)"};
  for (const std::string& line : lines) {
    Script script;
    script.open().submit(Join{room("#a"), "me", ""}).recv(line).recv("ERROR :Closing Link: bye");
    ASSERT_TRUE(script.state().drop()) << line;
    EXPECT_EQ(script.state().drop()->reason, Errc::needs_registration) << line;
    EXPECT_TRUE(script.state().drop()->for_good) << line;
    EXPECT_TRUE(line.find(script.state().drop()->text) != line.npos) << script.state().drop()->text;
    close(script);
    script.skip().pass(0s).event("outcome#1 needs_registration...").event("link stopped needs_registration");
  }
}

}  // namespace
}  // namespace irc_test

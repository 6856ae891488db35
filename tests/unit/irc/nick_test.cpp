// Which nicks are tried, and how the wished one is taken when it is free.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

irc::Identity with_nicks() {
  auto identity = Script::default_identity();
  identity.nicks = {"moi", "ich"};
  return identity;
}

// Online as me_, with the tokens in 005.
void settle_for_another(Script& script, const std::string& isupport = {}) {
  script.open().recv(":srv 433 * me :taken").recv(":srv 001 me_ :hi");
  script.recv(":srv 005 me_ CASEMAPPING=rfc1459 " + isupport + " :are supported").skip();
}

TEST(IrcNick, TheUsersAlternativesComeFirst) {
  Script script(with_nicks());
  script.open().skip().recv(":srv 433 * me :taken").sends("NICK moi").recv(":srv 432 * moi :no").sends("NICK ich");
  script.recv(":srv 433 * ich :taken").sends("NICK me_");
}

TEST(IrcNick, IsonAsksEverMoreRarely) {
  Script script;
  settle_for_another(script);
  script.pass(59s).sends_nothing().pass(1s).sends("ISON me").recv(":srv 303 me_ :Me").sends_nothing().no_event();
  script.pass(59s).sends_nothing().pass(1s).sends("ISON me").recv(":srv 303 me_ :").sends("NICK me");
  script.recv(":me_!u@h NICK me").event("renamed me_ me own asked").pass(20min);
  for (const auto& line : script.sent()) EXPECT_FALSE(line.starts_with("ISON")) << line;
}

TEST(IrcNick, AnIsonOfTheUserIsTheUsers) {
  Script script;
  settle_for_another(script);
  script.recv(":srv 303 me_ :bob").event("server: bob").sends_nothing();
}

TEST(IrcNick, MonitorTells) {
  Script script;
  settle_for_another(script, "MONITOR=30");
  script.pass(60s).sends("MONITOR + me").recv(":srv 730 me_ :me!u@h").sends_nothing().no_event();
  script.pass(30min).recv(":srv 731 me_ :other").skip().recv(":srv 731 me_ :me").sends("NICK me");
  script.recv(":me_!u@h NICK me").sends("MONITOR - me");
}

TEST(IrcNick, SeeingItGoIsEnough) {
  for (const std::string line : {":me!u@h QUIT :bye", ":me!u@h NICK you"}) {
    Script script;
    settle_for_another(script);
    script.recv(line).sends("NICK me").recv(":srv 433 me_ me :taken").sends_nothing();
  }
}

TEST(IrcNick, AnotherWishEndsIt) {
  Script script;
  settle_for_another(script);
  script.submit(ChangeNick{"you"}).recv(":me_!u@h NICK you").skip().pass(60s).sends_nothing();
  script.recv(":me!u@h QUIT :bye").sends_nothing();
}

irc::Identity called(const std::string& nick) {
  auto identity = Script::default_identity();
  identity.nick = nick;
  return identity;
}

// 432 asks for another form of the nick, not for another name.
TEST(IrcNick, OneThatCantExistIsMadeLegal) {
  const std::pair<std::string, std::vector<std::string>> rows[] = {
      {"Jürgen", {"J_rgen", "Jrgen", "u1234", ""}},
      {"Anna_Müller", {"Anna_M_ller", "Anna_M_ll", "AnnaMller", "u1234", ""}},
      {"Иван", {"u1234", ""}},
      {"👻", {"u1234", ""}},
      {"Zoë_K", {"Zo__K", "ZoK", "u1234", ""}},
      {"root", {"root_", "u1234", ""}},  // reserved
      {"alexandrina", {"alexandri", "alexandr_", "u1234", ""}},
  };
  for (const auto& [wish, tries] : rows) {
    Script script(called(wish));
    script.open().skip();
    for (const std::string& next : tries) {
      script.recv(":srv 432 * x :Erroneous Nickname");
      if (!next.empty()) script.sends("NICK " + next);
    }
    ASSERT_TRUE(script.state().drop()) << wish;
    EXPECT_EQ(script.state().drop()->reason, Errc::nick_invalid);
    EXPECT_TRUE(script.state().drop()->for_good);
  }
}

TEST(IrcNick, AFormThatIsTakenIsVaried) {
  Script script(called("Jürgen"));
  script.open().skip().recv(":srv 432 * Jürgen :no").sends("NICK J_rgen").recv(":srv 433 * J_rgen :taken");
  script.sends("NICK J_rgen_").recv(":srv 001 J_rgen_ :hi").skip().pass(60s).sends("ISON J_rgen");
}

TEST(IrcNick, OneThatWasMadeLegalIsKept) {
  Script script(called("Jürgen"));
  script.open().recv(":srv 432 * Jürgen :no").recv(":srv 001 J_rgen :hi").skip().pass(60s).sends_nothing();
}

TEST(IrcNick, RefusedByAStandardReply) {
  Script script;
  script.open().skip().recv("FAIL NICK NICKNAME_RESERVED me :reserved").sends("NICK me_");
}

TEST(IrcNick, OneThatTheServerCutIsNotLookedFor) {
  auto identity = Script::default_identity();
  identity.nick = "alexandrina";
  Script script(identity);
  script.open().recv(":srv 001 alexandri :hi").skip().pass(60s).sends_nothing();
}

}  // namespace
}  // namespace irc_test

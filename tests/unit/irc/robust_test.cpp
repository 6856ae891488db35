// The connection as a script: broken lines.
#include <gtest/gtest.h>

#include "script.hpp"

namespace irc_test {
namespace {

using namespace legacy;

const std::string all_caps =
    "account-notify account-tag away-notify batch chghost echo-message extended-join labeled-response message-tags "
    "multi-prefix server-time setname userhost-in-names";

const std::vector<std::string> conversation = {":me!u@h JOIN #b * :Me",
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

// Every line of a long conversation with each of its parameters cut off, and without its source: nothing may break.
TEST(IrcRobust, TruncatedLines) {
  for (std::size_t cut = 0; cut < 6; ++cut) {
    Script script;
    script.online(all_caps).in_room().submit(SendText{room("#a"), "x", ""}).submit(Kick{room("#a"), "alice", ""});
    script.submit(SetStanding{room("#a"), "bob", Affiliation::owner, {}, ""})
        .submit(ListRooms{})
        .submit(Join{room("#b"), "", ""});
    for (const auto& line : conversation) {
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

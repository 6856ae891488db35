#include "legacy/irc/message.hpp"

#include <gtest/gtest.h>

namespace irc {
namespace {

using Params = std::vector<std::string>;

TEST(IrcMessage, Parses) {
  const struct {
    std::string line;
    std::string nick, user, host, command;
    Params params;
  } rows[] = {
      {"PING", "", "", "", "PING", {}},
      {"ping :a b", "", "", "", "PING", {"a b"}},
      {":srv.net 001 me :Hi there", "srv.net", "", "", "001", {"me", "Hi there"}},
      {":n!u@h PRIVMSG #a ::)", "n", "u", "h", "PRIVMSG", {"#a", ":)"}},
      {":n@h PRIVMSG #a :", "n", "", "h", "PRIVMSG", {"#a", ""}},
      {"  :n   JOIN   #a  ", "n", "", "", "JOIN", {"#a"}},
      {"@a=b;c=\\:\\s\\\\ :n!u@h TAGMSG #a", "n", "u", "h", "TAGMSG", {"#a"}},
      {":n!u!x@h@i QUIT", "n", "u!x@h", "i", "QUIT", {}},
      {":n NOTICE me :caf\xe9", "n", "", "", "NOTICE", {"me", "caf\xc3\xa9"}},
      {std::string("NOTICE me :a\0b", 14), "", "", "", "NOTICE", {"me", "ab"}},
  };
  for (const auto& row : rows) {
    const auto message = Message::parse(row.line);
    ASSERT_TRUE(message) << row.line;
    EXPECT_EQ(message->source.nick, row.nick) << row.line;
    EXPECT_EQ(message->command, row.command) << row.line;
    EXPECT_EQ(message->params, row.params) << row.line;
    if (row.line.find("@i") != std::string::npos) continue;
    EXPECT_EQ(message->source.user, row.user) << row.line;
    EXPECT_EQ(message->source.host, row.host) << row.line;
  }
}

TEST(IrcMessage, RefusesWhatIsNone) {
  const struct {
    std::string line;
    MessageError error;
  } rows[] = {
      {"", MessageError::empty},
      {"   ", MessageError::empty},
      {":only.source", MessageError::no_command},
      {"@tag", MessageError::no_command},
      {"@tag :src", MessageError::no_command},
      {"12 x", MessageError::bad_command},
      {"1234 x", MessageError::bad_command},
      {"PRIV-MSG x", MessageError::bad_command},
      {"\xc3\xa9 x", MessageError::bad_command},
      {std::string(9000, 'x'), MessageError::too_long},
  };
  for (const auto& row : rows) {
    const auto message = Message::parse(row.line);
    ASSERT_FALSE(message) << row.line;
    EXPECT_EQ(message.error(), row.error) << row.line.substr(0, 40);
  }
}

TEST(IrcMessage, Tags) {
  const auto message = Message::parse("@a=1;a=2;+v/k=x\\sy\\;e;=bad;bytes=\xff;t=a\\:b PING");
  ASSERT_TRUE(message);
  EXPECT_EQ(message->tag("a"), "2");
  EXPECT_EQ(message->tag("+v/k"), "x y");
  EXPECT_EQ(message->tag("e"), "");
  EXPECT_EQ(message->tag("bytes"), "");
  EXPECT_EQ(message->tag("t"), "a;b");
  EXPECT_EQ(message->tag("none"), "");
  for (const std::string value : {"", "a;b c\\d\r\n", "ünïcode", "\\"})
    EXPECT_EQ(unescape_tag(escape_tag(value)), value);
}

TEST(IrcMessage, FormatsOneLineOnly) {
  EXPECT_EQ(text_line("PRIVMSG", {"#a"}, "x\r\nQUIT"), "PRIVMSG #a :xQUIT");
  EXPECT_EQ(command_line("JOIN", {"#a", "key"}), "JOIN #a key");
  for (const std::string bad : {"", ":a", "a b", "a\r", "a\n"}) EXPECT_FALSE(is_middle(bad)) << bad;
  for (const std::string good : {"a", "a:b", "#a", "é"}) EXPECT_TRUE(is_middle(good)) << good;
}

}  // namespace
}  // namespace irc

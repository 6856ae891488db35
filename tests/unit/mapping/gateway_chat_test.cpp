// Whoever has no number yet, and what is not worth a text.
#include "tests/unit/mapping/accounts_fixture.hpp"

namespace mapping {
namespace {

class ChatTest : public AccountsTest {
 protected:
  std::string write(const std::string& to, const std::string& body, const std::string& more = {}) {
    receive("<message type='chat' id='m' from='al@x/a' to='" + to + "'><body>" + body + "</body>" + more +
            "</message>");
    return {};
  }
  std::size_t texts() const {
    std::size_t count = 0;
    for (const auto& [ref, request] : wire_.requests) count += std::holds_alternative<legacy::SendText>(request);
    return count;
  }
  void reopen_with(Options options) {
    close();
    settle();
    server_.sent.clear();
    wire_.requests.clear();
    open(std::move(options));
  }
};

TEST_F(ChatTest, WhoHasNoNumberIsToldOnceWhatThisIs) {
  reopen(Assign::trusted, {});
  write("+15551234567@sms.x", "hi");
  const auto said = take("message", "al@x");
  const auto other = take("message", "al@x");
  const auto& error = said.find("type='error'") != said.npos ? said : other;
  const auto& word = said.find("type='error'") != said.npos ? other : said;
  EXPECT_NE(error.find("registration-required"), std::string::npos) << error;
  EXPECT_NE(error.find("You have no number"), std::string::npos) << error;
  EXPECT_NE(word.find("from='sms.x'"), std::string::npos) << word;
  EXPECT_NE(word.find("write yours to me"), std::string::npos) << word;
  write("+15551234567@sms.x", "hello?");
  EXPECT_NE(take("message", "al@x").find("type='error'"), std::string::npos);
  EXPECT_FALSE(has("message", "al@x"));
}

TEST_F(ChatTest, ANumberIsTakenInThatChat) {
  reopen(Assign::trusted, {});
  write("sms.x", " +15550001111 ");
  EXPECT_NE(take("message", "al@x").find("You are registered with +15550001111."), std::string::npos);
  settle();
  EXPECT_EQ(number_of("al@x"), "+15550001111");
  write("+15551234567@sms.x", "hi");
  EXPECT_EQ(texts(), 1u);
  write("sms.x", "+15559999999");
  EXPECT_EQ(number_of("al@x"), "+15550001111") << "whoever has one may only have copied it";
}

TEST_F(ChatTest, OrGivenOut) {
  reopen(Assign::pool, {"+15550001111"});
  write("sms.x", "hello");
  EXPECT_NE(take("message", "al@x").find("to me, and you get one"), std::string::npos);
  write("sms.x", "Register");
  EXPECT_NE(take("message", "al@x").find("You are registered with +15550001111."), std::string::npos);
}

TEST_F(ChatTest, WhoIsBelievedIsTheOperatorsToSay) {
  Options options;
  options.access = Options::Access::registered;
  options.numbers.believed = std::set<std::string>{"x", "friend@evil.example"};
  reopen_with(options);
  EXPECT_NE(enter("mallory@evil.example", "+15550001111").find("not-allowed"), std::string::npos);
  EXPECT_EQ(number_of("mallory@evil.example"), "none");
  EXPECT_NE(enter("friend@evil.example", "+15550002222").find("type='result'"), std::string::npos);
  EXPECT_NE(enter("al@x", "+15550001111").find("type='result'"), std::string::npos);
  receive("<message type='chat' id='m' from='mallory@evil.example/a' to='sms.x'><body>+15550003333</body></message>");
  EXPECT_NE(take("message", "mallory@evil.example").find("assigned by the administrator"), std::string::npos);
}

TEST_F(ChatTest, ACorrectionIsSaidShortly) {
  register_phone();
  write("+15551234567@sms.x", "see you today at eight");
  const std::string replace = "<replace xmlns='urn:xmpp:message-correct:0' id='m'/>";
  write("+15551234567@sms.x", "see you tomorrow at eight", replace);
  EXPECT_EQ(last<legacy::SendText>().text, "*tomorrow");
  EXPECT_EQ(texts(), 2u);
  write("+15551234567@sms.x", "see you tomorrow at eight", replace);
  EXPECT_EQ(texts(), 2u) << "nothing has changed";
  Options options;
  options.correcting = Correcting::never;
  reopen_with(options);
  write("+15551234567@sms.x", "see you at nine", replace);
  EXPECT_NE(take("message", "al@x").find("feature-not-implemented"), std::string::npos);
  options.correcting = Correcting::whole;
  reopen_with(options);
  write("+15551234567@sms.x", "see you at nine", replace);
  EXPECT_EQ(last<legacy::SendText>().text, "see you at nine");
}

TEST_F(ChatTest, AReactionIsNoTextUnlessTheOperatorWantsIt) {
  register_phone();
  const std::string reaction = "<reactions xmlns='urn:xmpp:reactions:0' id='x'><reaction>+1</reaction></reactions>";
  write("+15551234567@sms.x", "&gt; hello\n+1", reaction);
  EXPECT_NE(take("message", "al@x").find("feature-not-implemented"), std::string::npos);
  EXPECT_EQ(texts(), 0u);
  Options options;
  options.sends_reactions = true;
  reopen_with(options);
  write("+15551234567@sms.x", "&gt; hello\n+1", reaction);
  EXPECT_EQ(last<legacy::SendText>().text, "+1");
}

TEST_F(ChatTest, AKeyIsNotTexted) {
  register_phone();
  for (const char* body : {"aesgcm://up.x/1#0011", "look: AESGCM://up.x/1#0011 there"}) {
    write("+15551234567@sms.x", body);
    EXPECT_NE(take("message", "al@x").find("not-acceptable"), std::string::npos) << body;
  }
  write("+15551234567@sms.x", "x", "<x xmlns='jabber:x:oob'><url>aesgcm://up.x/1#0011</url></x>");
  EXPECT_NE(take("message", "al@x").find("not-acceptable"), std::string::npos);
  EXPECT_EQ(texts(), 0u);
}

}  // namespace
}  // namespace mapping

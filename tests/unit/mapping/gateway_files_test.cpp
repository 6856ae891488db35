// Files in messages: from people, and to them.
#include "mapping/files.hpp"
#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {
namespace {

class FilesTest : public GatewayTest {
 protected:
  legacy::Received received(const std::string& text, std::size_t files) {
    legacy::Received out;
    out.chat = {legacy::ChatKind::person, "+15551234567"};
    out.text = text;
    out.id = "id";
    out.key = "in/1";
    for (std::size_t i = 0; i < files; ++i)
      out.attachments.push_back(
          {"https://gw/" + std::to_string(i), "image/jpeg", "image.jpg", 7, std::string(32, 'h')});
    return out;
  }
  bool is_taken() const {
    return !wire_.requests.empty() && std::holds_alternative<legacy::Taken>(wire_.requests.back().second);
  }
  std::vector<std::string> media_of(const std::string& inner) {
    receive("<message type='chat' id='m' from='al@x/a' to='+15551234567@sms.x'>" + inner + "</message>");
    return last<legacy::SendText>().media;
  }
};

TEST_F(FilesTest, AFileIsAMessageThatSaysWhatItIs) {
  register_phone();
  event(received({}, 1));
  const Element message = next();
  EXPECT_EQ(message.attr("type"), "chat");
  EXPECT_EQ(message.attr("id"), "id");
  EXPECT_EQ(message.attr("from"), "+15551234567@sms.x");
  Element copy = message;
  copy.unset("from").unset("to").unset("type").unset("id");
  EXPECT_EQ(copy.to_string(),
            "<message><body>https://gw/0</body><x xmlns='jabber:x:oob'><url>https://gw/0</url></x>"
            "<file-sharing xmlns='urn:xmpp:sfs:0' disposition='inline'><file xmlns='urn:xmpp:file:metadata:0'>"
            "<media-type>image/jpeg</media-type><name>image.jpg</name><size>7</size>"
            "<hash xmlns='urn:xmpp:hashes:2' algo='sha-256'>aGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGhoaGg=</hash></file>"
            "<sources><url-data xmlns='http://jabber.org/protocol/url-data' target='https://gw/0'/></sources>"
            "</file-sharing></message>");
  EXPECT_FALSE(is_taken());
  server_.confirmations.at(0)(true);
  settle();
  EXPECT_EQ(last<legacy::Taken>().key, "in/1");
}

TEST_F(FilesTest, WhatIsReadIsNotShownByItself) {
  register_phone();
  for (const std::string type : {"image/png", "audio/amr", "video/3gpp", "text/vcard", "application/pdf"}) {
    auto one = received({}, 1);
    one.attachments[0].content_type = type;
    event(std::move(one));
    const bool is_shown = type[0] != 't' && type[1] != 'p';
    EXPECT_EQ(next().child("file-sharing", "urn:xmpp:sfs:0")->attr("disposition"), is_shown ? "inline" : "attachment")
        << type;
  }
}

TEST_F(FilesTest, TheTextComesFirstAndAllAreConfirmedTogether) {
  register_phone();
  event(received("look", 2));
  ASSERT_EQ(server_.confirmations.size(), 1u);
  server_.confirmations.at(0)(false);
  settle();
  EXPECT_FALSE(is_taken());
  server_.sent.erase(server_.sent.begin());
  gateway_->on_up();
  settle();
  std::vector<std::string> bodies, ids;
  for (const Element& stanza : server_.sent) {
    if (stanza.name() != "message") continue;
    bodies.push_back(stanza.child_text("body", {}));
    ids.emplace_back(stanza.attr("id"));
  }
  EXPECT_EQ(bodies, (std::vector<std::string>{"https://gw/0", "https://gw/1", "look", "https://gw/0", "https://gw/1"}));
  EXPECT_EQ(ids, (std::vector<std::string>{"id-1", "id-2", "id", "id-1", "id-2"}));
  server_.confirmations.at(1)(true);
  settle();
  EXPECT_TRUE(is_taken());
}

TEST_F(FilesTest, LinksOfAMessageAreItsMedia) {
  register_phone();
  const std::string oob = "<x xmlns='jabber:x:oob'><url>https://up/1</url></x>";
  const std::string share =
      "<file-sharing xmlns='urn:xmpp:sfs:0'><sources><url-data xmlns='http://jabber.org/protocol/url-data' "
      "target='https://up/2'/></sources></file-sharing>";
  using Urls = std::vector<std::string>;
  EXPECT_EQ(media_of("<body>https://up/1</body>" + oob), Urls{"https://up/1"});
  EXPECT_EQ(last<legacy::SendText>().text, "https://up/1");
  EXPECT_EQ(media_of("<body>my cat</body>" + share), Urls{"https://up/2"});
  EXPECT_EQ(last<legacy::SendText>().text, "my cat\nhttps://up/2");
  EXPECT_EQ(media_of(oob + oob + share), (Urls{"https://up/1", "https://up/2"}));
  EXPECT_EQ(media_of("<body>see https://up/1</body>"), Urls{});
  EXPECT_EQ(media_of("<body>x</body><x xmlns='jabber:x:oob'><url>ftp://up/1#key</url></x>"), Urls{});
}

}  // namespace
}  // namespace mapping

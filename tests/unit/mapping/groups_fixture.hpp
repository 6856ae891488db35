// A gateway whose rooms are there without being joined, and a user with a number.
#pragma once

#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {

inline constexpr const char* group = "+1551,+1552";
inline constexpr const char* room = "+1551,+1552@sms.x";

class GroupsTest : public GatewayTest {
 protected:
  void ask_in(const std::string& resource = "a", const std::string& to = room) {
    receive("<presence from='al@x/" + resource + "' to='" + to +
            "/al'><x xmlns='http://jabber.org/protocol/muc'/></presence>");
  }
  void enter(const std::string& resource = "a") {
    ask_in(resource);
    if (std::holds_alternative<legacy::Join>(wire_.requests.back().second)) answer_join();
    server_.sent.clear();
  }
  void answer_join() {
    const auto ref = wire_.requests.back().first;
    legacy::Joined joined;
    joined.room = {legacy::ChatKind::room, group};
    joined.nick = "al";
    for (const std::string number : {"+1550", "+1551", "+1552"}) {
      legacy::Member member;
      member.nick = number == "+1550" ? "al" : number;
      member.affiliation = legacy::Affiliation::member;
      member.person = number;
      joined.members.push_back(member);
    }
    event(std::move(joined));
    event(legacy::Outcome{ref, legacy::Errc::none, {}});
  }
  legacy::Received said(const std::string& text) {
    legacy::Received out;
    out.chat = {legacy::ChatKind::room, group};
    out.nick = "+1551";
    out.text = text;
    out.id = "id";
    out.key = "in/1";
    return out;
  }
  void say(const std::string& type, const std::string& to = room) {
    receive("<message type='" + type + "' id='m' from='al@x/a' to='" + to +
            "'><body>hi all</body><request xmlns='urn:xmpp:receipts'/></message>");
  }
  // What the session does with the last text once it is on the disk.
  void reflect() {
    const auto& [ref, request] = wire_.requests.back();
    legacy::Received own;
    own.chat = std::get<legacy::SendText>(request).to;
    own.nick = "+1550";
    own.text = "hi all";
    own.own = true;
    own.ref = ref;
    const auto done = ref;
    event(std::move(own));
    event(legacy::Outcome{done, legacy::Errc::none, {}});
  }
  template <class Request>
  std::size_t count() const {
    std::size_t out = 0;
    for (const auto& [ref, request] : wire_.requests) out += std::holds_alternative<Request>(request);
    return out;
  }
  // All messages sent by now.
  std::vector<Element> messages() {
    std::vector<Element> out;
    for (Element& stanza : server_.sent) {
      if (stanza.name() == "message") out.push_back(std::move(stanza));
    }
    server_.sent.clear();
    return out;
  }
};

}  // namespace mapping

// The gateway of a network whose numbers are given out, or have to be proved.
#pragma once

#include "tests/unit/mapping/gateway_fixture.hpp"

namespace mapping {

using namespace std::chrono_literals;

class AccountsTest : public GatewayTest {
 protected:
  void reopen(Assign assign, std::vector<std::string> numbers, std::chrono::days rest = std::chrono::days{30},
              std::vector<std::pair<std::string, std::string>> providers = {}) {
    close();
    settle();
    server_.sent.clear();
    wire_.requests.clear();
    Options options;
    options.access = Options::Access::registered;
    options.admins = {"admin@x"};
    options.numbers = {assign, std::move(numbers), rest};
    options.providers = std::move(providers);
    open(options);
  }
  // The next stanza of that name for that user; others stay for later. "none" when there is none.
  std::string take(const std::string& name, const std::string& to) {
    for (int turn = 0; turn < 300; ++turn) {
      for (auto it = server_.sent.begin(); it != server_.sent.end(); ++it) {
        if (it->name() != name || !it->attr("to").starts_with(to)) continue;
        const std::string text = it->to_string(component::ns_component);
        server_.sent.erase(it);
        return text;
      }
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(5));
    }
    return "none";
  }
  bool has(const std::string& name, const std::string& to) {
    settle();
    return std::any_of(server_.sent.begin(), server_.sent.end(),
                       [&](const Element& each) { return each.name() == name && each.attr("to").starts_with(to); });
  }
  std::string enter(const std::string& user, const std::string& phone = {}) {
    receive("<iq type='set' id='r' from='" + user + "/a' to='sms.x'><query xmlns='jabber:iq:register'><phone>" + phone +
            "</phone></query></iq>");
    return answer_to(user);
  }
  std::string leave(const std::string& user) {
    receive("<iq type='set' id='l' from='" + user +
            "/a' to='sms.x'><query xmlns='jabber:iq:register'><remove/></query></iq>");
    return answer_to(user);
  }
  // After it a changed registration is in use.
  std::string answer_to(const std::string& user) {
    std::string answer = take("iq", user);
    settle();
    return answer;
  }
  std::string number_of(const std::string& user) {
    const auto known = store_->find_registration("sms.x", user);
    return known ? known->fields.at("number") : "none";
  }
  std::string command(const std::string& user, const std::string& node, const std::string& session = {},
                      const std::string& form = {}) {
    receive("<iq type='set' id='c' from='" + user +
            "/a' to='sms.x'><command xmlns='http://jabber.org/protocol/commands' " + "node='" + node + "'" +
            (session.empty() ? "" : " sessionid='" + session + "'") + ">" + form + "</command></iq>");
    return answer_to(user);
  }
  static std::string form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out = "<x xmlns='jabber:x:data' type='submit'>";
    for (const auto& [var, value] : fields) out += "<field var='" + var + "'><value>" + value + "</value></field>";
    return out + "</x>";
  }
  // A command of one form, filled in at once.
  std::string run(const std::string& user, const std::string& node,
                  const std::vector<std::pair<std::string, std::string>>& fields) {
    const std::string asked = command(user, node);
    const auto at = asked.find("sessionid='") + 11;
    return command(user, node, asked.substr(at, asked.find('\'', at) - at), form(fields));
  }
  std::string assign(const std::string& user, const std::string& number) {
    return run("admin@x", "assign-number", {{"jid", user}, {"number", number}});
  }
};

}  // namespace mapping

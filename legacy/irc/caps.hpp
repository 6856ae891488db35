// Capability negotiation (IRCv3 CAP 302) as a state machine without I/O: it is told what the server says and answers
// with the lines to send. It requests only what wherry understands; unknown capabilities can be traps
// (inspircd.org/poison refuses the whole line, ergo.chat/nope disconnects).
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/irc/message.hpp"

namespace irc {

class Caps {
 public:
  // `want_sasl`: there are credentials for it.
  explicit Caps(bool want_sasl) : want_sasl_(want_sasl) {}

  static std::string opening() { return "CAP LS 302"; }
  // A CAP line from the server; returns the lines to send, never CAP END.
  std::vector<std::string> receive(const Message& message);
  // Whether every request has been answered and the list is complete.
  bool is_settled() const { return listed_ && pending_ == 0; }
  bool is_listed() const { return listed_; }
  bool offers(std::string_view cap) const { return offered_.contains(cap); }
  bool has(std::string_view cap) const { return enabled_.contains(cap); }
  // The value a capability was offered with ("PLAIN,EXTERNAL"), empty when none.
  std::string value(const std::string& cap) const;

 private:
  std::vector<std::string> on_list(const Message& message, bool is_new);
  std::vector<std::string> on_ack(std::string_view caps);
  std::vector<std::string> on_nak(std::string_view caps);
  void on_del(std::string_view caps);
  bool is_wanted(const std::string& cap) const;
  std::vector<std::string> request(const std::vector<std::string>& caps);

  bool want_sasl_;
  bool listed_ = false;
  int pending_ = 0;  // REQ lines without an answer
  std::map<std::string, std::string, std::less<>> offered_;
  std::set<std::string, std::less<>> enabled_;
  std::set<std::string> refused_;
};

}  // namespace irc

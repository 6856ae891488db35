// What one user is on one network.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace irc {

// Who we are on this network. Everything is wire_safe and usable as a parameter.
struct Identity {
  std::string network;             // our name for it, for people
  std::string nick;                // empty: the first Join's
  std::string account;             // services account; empty: the nick
  std::string password;            // empty: no login
  bool password_withheld = false;  // there is one, but not for this network
  std::string username;
  std::string realname;
  std::chrono::seconds silence{120};
  std::chrono::seconds poll{60};           // ISON for contacts
  std::vector<std::string> nicks;          // to try when the nick is taken, before variants of it
  std::string pass;                        // for PASS; empty: none
  bool has_certificate = false;            // connections with TLS present one, for SASL EXTERNAL
  bool continue_without_login = false;     // else a refused login ends everything
  std::vector<std::string> after_connect;  // raw lines
  bool shows_greeting = false;             // what the server says of itself on connecting is for the user
  std::string quit_message;                // where nobody gives a reason
  std::string webirc;                      // the WEBIRC line but for its options; empty: none
  std::string tls_password;                // the password, where it is withheld as long as there is no TLS
  std::string tls_pass;                    // the same of `pass`
};

}  // namespace irc

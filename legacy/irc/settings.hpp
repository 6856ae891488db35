// What the fields of an account mean on IRC, and whether they can be used. The names are those of legacy::Account.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "legacy/adapter.hpp"

namespace irc {

// Why the fields can't be used on this network, in words for the user; empty when they can.
std::string find_problem(const legacy::Account& account, const config::IrcNetwork& network);

// The following leave out what find_problem() would name.

// Where to connect to: the user's ports where the operator allows that, else the network's. Never empty. Ports without
// TLS count only when the user names no TLS port.
std::vector<base::Endpoint> endpoints_of(const legacy::Account& account, const config::IrcNetwork& network);
// "nicks".
std::vector<std::string> nicks_of(const legacy::Account& account);
// "after_connect", a raw line each.
std::vector<std::string> commands_of(const legacy::Account& account);
// "ident".
std::optional<std::string> ident_of(const legacy::Account& account);
// One that a server or a user may name. Below 1024 live services that have nothing to do with IRC; the exceptions are
// its own, and what firewalls let through.
bool is_port(int port) noexcept;
// What holds where nothing is chosen, by the names of an account's fields.
std::map<std::string, std::string> usual_settings(const config::IrcNetwork& network);
// "throttle_limit": lines at once; -1: no limit.
std::optional<int> throttle_limit(const legacy::Account& account);

// The name that IRC operators see: the same for a user for ever, without telling who it is.
std::string user_name(const std::string& user);
// "WEBIRC password gateway host address", for a host and an address that are the user's own (IRCv3 webirc).
std::string webirc_line(const std::string& user, const config::IrcNetwork& network);

}  // namespace irc

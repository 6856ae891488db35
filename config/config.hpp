// The configuration as plain values, checked once by parse(). What a key means stands in wherry.toml, its
// documentation.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/log.hpp"
#include "base/result.hpp"
#include "base/stream.hpp"
#include "config/secret.hpp"
#include "config/sms.hpp"

namespace config {

struct IrcNetwork {
  std::string name;                       // the label in addresses: #chan%name@domain
  base::Endpoint endpoint;                // default: name, 6697, verified TLS
  bool password_ok = true;                // may be told a user's password: over TLS, on this machine, or with plain_ok
  std::string encoding = "windows-1252";  // how a line that is not UTF-8 is read
  std::chrono::seconds silence{120};      // no line for so long: PING; as long again without an answer: connection lost
  std::chrono::seconds poll{60};          // contacts are asked for so often where the server has no MONITOR
  int burst = 10;                         // lines sent at once; then one per `interval`; 0 switches the limit off
  std::chrono::milliseconds interval{1000};
  bool plain_ok = false;               // a password may go there without TLS, should the user choose that
  bool user_ports = false;             // users may choose ports, and not to verify the certificate
  bool is_any = false;                 // made for an address that a user has written
  std::string address;                 // connections go out from this address; empty: the system's choice
  std::string quit_message;            // where nobody gives a reason
  std::size_t connects_at_once = 100;  // connections being made, up to the server's greeting; 0: no limit
  Secret webirc_password;              // empty: no WEBIRC
  std::string webirc_prefix = "fd77:6865:7272:7900::/64";  // every user gets an address of his own in it
};

// What holds of a setting where a user has chosen nothing.
struct Default {
  std::string name;
  std::vector<std::string> values;  // of most settings one
};

// Answers about our connections to IRC servers that ask (RFC 1413).
struct Identd {
  std::string listen_host;  // empty: no listener
  std::uint16_t listen_port = 0;
};

// What all users together may use, and what one may. 0: without that bound.
struct Limits {
  std::size_t connections = 0;                // to networks, of all; 0: as many as there are descriptors
  std::size_t connections_per_user = 20;      // 0: without this bound
  std::size_t connections_per_domain = 1000;  // of the users of a domain that is not our own server's; 0: as above
  std::size_t joins_per_minute = 60;          // of one user, and three times as many at once; 0: as above
  std::size_t people = 500'000;               // in the rooms of all users; then who has over 10,000 gets no more
  std::size_t people_per_user = 100'000;      // in the rooms of one user, on all networks
};

enum class Access { open, registered, allowlist };

struct Component {
  std::string domain;
  std::string title;  // what clients show for it; empty: IRC or SMS
  Secret secret;
  base::Endpoint server;  // default 127.0.0.1:5347 without TLS
  Access access = Access::open;
  std::vector<std::string> allow;          // bare JIDs or domains, for allowlist
  std::vector<std::string> admins;         // bare JIDs
  std::vector<IrcNetwork> irc;             // an IRC component has these...
  bool archive = true;                     // ...what is said in their rooms is kept for each user...
  std::chrono::days archive_age{30};       // ...so long (0: for ever)...
  std::chrono::minutes outage_limit{15};   // IRC: so long users stay in their rooms while a network is away
  std::int64_t archive_messages = 10'000;  // ...and so many messages of each room (0: all)...
  bool any_irc_server = false;             // ...and, with this, every host name as a network of its own...
  bool is_single = false;                  // addresses name no network, as there is only one
  bool private_irc_servers = false;        // ...on this machine and in private networks, too
  std::vector<Default> defaults;           // IRC: of users' settings
  std::vector<SmsNetwork> sms;             // an SMS component has exactly one
};

struct Http {
  std::string listen_host;  // empty: no listener
  std::uint16_t listen_port = 0;
  std::string public_url;       // how the provider reaches us; default http://listen_host:listen_port
  bool is_public = false;       // public_url is the operator's: users can fetch files from there
  std::string media_directory;  // of those files; default: the database's name with "-media"
  std::size_t longest_media = std::size_t{20} << 20;  // bytes of a file that comes with a text
  std::size_t most_media = std::size_t{2000} << 20;   // bytes of all such files
  std::chrono::days media_age{30};                    // then our own copy of it is removed
};

// Where a configuration is wrong, and what to write instead. Line and column start at 1; line 0: the file as a whole.
struct Problem {
  std::string file;
  unsigned line = 0;
  unsigned column = 0;
  std::string what;
  std::string instead;

  std::string str() const;  // "wherry.toml:12:1: unknown key \"prot\" in [[component]]; write \"port\""
};
// All problems at once, so that one run of `wherry check` shows them all; as an error never empty.
using Problems = std::vector<Problem>;

struct Config {
  std::vector<Component> components;
  Http http;
  Identd identd;
  Limits limits;
  std::string database = "/var/lib/wherry/wherry.db";
  Secret database_key;            // 32 bytes; empty: database_key_file does not exist yet, the first start makes it
  std::string database_key_file;  // default: the database's name with ".key"; empty when a credential holds the key
  base::Level log_level = base::Level::info;
  std::vector<std::string> secret_files;  // that hold secrets: this file, if it does, and those that it names
  Problems samples;                       // secrets that are still the example's
};

// value() on a failed Result<Config, Problems> is a broken invariant of ours. Found by the type's namespace.
[[noreturn]] inline void throw_exception_from_error(const Problems&, const boost::source_location&) {
  throw std::logic_error("configuration used without looking at its problems");
}

// Whether a text is a bare XMPP address or a domain. This folder knows their shape only.
using AddressRule = bool (*)(std::string_view text);
// Which settings users have, and what is wrong with a default of one (empty: nothing). As null pointers: any is taken.
struct DefaultRules {
  std::vector<std::string> (*names)() = nullptr;
  std::string (*problem)(const Default& wanted) = nullptr;
};
// `file` is for messages and for paths relative to it; secrets named by secret_file or secret_credential are read.
base::Result<Config, Problems> parse(std::string_view text, const std::string& file, AddressRule is_address = nullptr,
                                     DefaultRules defaults = {});
base::Result<Config, Problems> load(const std::string& file, AddressRule is_address = nullptr,
                                    DefaultRules defaults = {});

}  // namespace config

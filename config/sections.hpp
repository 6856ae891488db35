// One reader per kind of section. Internal to config/.
#pragma once

#include "config/reader.hpp"

namespace config {

Component read_component(Report& report, const toml::table* table);
IrcNetwork read_irc_network(Report& report, const toml::table* table);
SmsNetwork read_sms_network(Report& report, const toml::table* table);
// Countries, prefixes of numbers, and short codes.
void read_prefixes(Section& section, std::string_view key, std::vector<std::string>& into);
SmsRules read_sms_rules(Section& section, const SmsProvider& provider);

// host, port, tls, ca_file, fingerprint and plain_ok. `plain_port` is the default port with tls = false.
struct EndpointRules {
  std::string_view peer;  // for messages
  std::uint16_t plain_port = 0;
  bool has_fingerprint = false;
  bool must_be_private = false;  // without TLS only to this machine, or with plain_ok = true
};
void read_endpoint(Section& section, base::Endpoint& into, const EndpointRules& rules);

// This machine: 127.0.0.0/8, ::1 or localhost.
bool is_loopback(std::string_view host);
// A host name as it may stand in an address, in lower case; notes a problem otherwise.
void check_domain(Section& section, std::string_view key, std::string& domain, AddressRule is_address);
// A network's name is a label in addresses: #chan%name@domain.
void check_label(Section& section, const std::string& name);
// "127.0.0.1:port" or "[::1]:port": where to listen is an address, not a name.
bool split_address(const std::string& text, std::string& host, std::uint16_t& port);
void check_url(Section& section, std::string_view key, const std::string& url);

}  // namespace config

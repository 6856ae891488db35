#include <fmt/format.h>

#include <algorithm>

#include "base/asio.hpp"
#include "base/charset.hpp"
#include "config/sections.hpp"

namespace config {

void check_label(Section& section, const std::string& name) {
  const bool has_bad = std::any_of(name.begin(), name.end(), [](unsigned char c) {
    return c <= ' ' || c == 0x7F ||
           std::string_view{"@/%\"&'<>:,"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (has_bad)
    section.wrong("name", fmt::format("name can't be {}", base::quoted(name)), "letters, digits, dots and dashes");
}

namespace {

void check_encoding(Section& section, const std::string& encoding) {
  if (base::Charset::find(encoding)) return;
  section.wrong("encoding", fmt::format("encoding {} is not known here", base::quoted(encoding)),
                "a name that \"iconv -l\" lists, such as \"windows-1252\" or \"iso-8859-15\"");
}

// What a server that trusts us is told about our users.
void read_webirc(Section& section, IrcNetwork& network) {
  section.secret("webirc_password", network.webirc_password, false);
  section.text("webirc_prefix", network.webirc_prefix);
  const std::string& password = network.webirc_password.value;
  if (password.find_first_of(" \r\n") != std::string::npos || password.starts_with(':'))
    section.wrong("webirc_password", "webirc_password can't be sent over IRC", "a password without spaces");
  if (!password.empty() && !network.password_ok)
    section.wrong("webirc_password", "webirc_password would go to the server without TLS",
                  "tls = true, or plain_ok = true if the way there is private");
  base::error_code failed;
  const auto prefix = asio::ip::make_network_v6(network.webirc_prefix, failed);
  if (failed || prefix.prefix_length() > 64)
    section.wrong("webirc_prefix", fmt::format("webirc_prefix can't be {}", base::quoted(network.webirc_prefix)),
                  "an IPv6 prefix of at most 64 bits, such as \"2001:db8:1:2::/64\"");
}

void read_manners(Section& section, IrcNetwork& network) {
  section.number("burst", network.burst, 0, 1000);
  section.number("interval_ms", network.interval, 1, 60000);
  section.number("connects_at_once", network.connects_at_once, 0, 10000);
  section.flag("user_ports", network.user_ports);
  section.text("quit_message", network.quit_message);
  if (network.quit_message.find_first_of("\r\n") != std::string::npos || network.quit_message.size() > 200)
    section.wrong("quit_message", "quit_message can't be sent over IRC", "one line of at most 200 bytes");
  section.text("address", network.address);
  base::error_code failed;
  asio::ip::make_address(network.address, failed);
  if (failed && section.has("address"))
    section.wrong("address", fmt::format("address can't be {}", base::quoted(network.address)),
                  "an address of this machine, such as \"192.0.2.7\" or \"2001:db8::7\"");
}

}  // namespace

IrcNetwork read_irc_network(Report& report, const toml::table* table) {
  Section section(report, table, "[[component.network]]");
  IrcNetwork network;
  section.require("name", network.name, "the label in addresses, #chan%name@domain, such as \"irc.libera.chat\"");
  check_label(section, network.name);
  network.endpoint = {network.name, 6697, base::Tls::verified, "", ""};
  read_endpoint(section, network.endpoint, {"the IRC server", 6667, true, false});
  bool plain_ok = false;
  section.flag("plain_ok", plain_ok);
  network.plain_ok = is_loopback(network.endpoint.host) || plain_ok;
  network.password_ok = network.endpoint.tls != base::Tls::off || network.plain_ok;
  section.text("encoding", network.encoding);
  check_encoding(section, network.encoding);
  section.number("silence_seconds", network.silence, 5, 3600);
  section.number("poll_seconds", network.poll, 5, 3600);
  read_manners(section, network);
  read_webirc(section, network);
  section.finish();
  return network;
}

}  // namespace config

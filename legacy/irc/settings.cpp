#include "legacy/irc/settings.hpp"

#include <algorithm>
#include <charconv>

#include "base/certificate.hpp"
#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/irc/encoding.hpp"
#include "legacy/irc/message.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/split.hpp"

namespace irc {
namespace {

constexpr std::size_t max_password = 1000;
constexpr std::size_t max_pass = 500;  // one line holds it
constexpr int most_at_once = 1000;     // lines; more is no limit
constexpr std::size_t max_ident = 10;
constexpr std::size_t max_nicks = 20;
constexpr std::size_t max_commands = 50;
constexpr std::size_t max_ports = 5;

bool is_one_line(std::string_view text) {
  return base::is_utf8(text) && std::none_of(text.begin(), text.end(),
                                             [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

bool is_ident(std::string_view text) {
  return !text.empty() && text.size() <= max_ident && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

bool is_command(const std::string& line) {
  constexpr std::string_view refused[] = {"CAP", "PASS", "USER", "AUTHENTICATE", "SERVER", "BATCH", "WEBIRC", "QUIT"};
  const auto message = Message::parse(line);
  return is_one_line(line) && line.size() <= max_line - 2 && message && message->tags.empty() &&
         message->source.nick.empty() &&
         std::find(std::begin(refused), std::end(refused), message->command) == std::end(refused);
}

// The lines that say something.
std::vector<std::string> lines_of(const std::string& text) {
  auto lines = split_lines(text);
  std::erase_if(lines, [](const std::string& line) { return line.find_first_not_of(' ') == line.npos; });
  return lines;
}

std::optional<int> number(std::string_view text) {
  int out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

// "6697;6670", also with commas, blanks or line ends between them; nullopt when one of them is no port.
std::optional<std::vector<std::uint16_t>> ports(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ';' || c == ',' || c == '\n' || c == '\r'; }, ' ');
  std::vector<std::uint16_t> out;
  for (const std::string& word : words(text)) {
    const auto port = number(word);
    if (!port || !is_port(*port) || out.size() >= max_ports) return std::nullopt;
    out.push_back(static_cast<std::uint16_t>(*port));
  }
  return out;
}

std::string check_names(const legacy::Account& account) {
  const std::string nick = account.field("nick");
  if (!nick.empty() && !is_nick(nick))
    return "This nick can't be used on IRC: no spaces, no , * ? ! @, and no : $ # & ~ % + at the start.";
  const auto nicks = words(account.field("nicks"));
  if (nicks.size() > max_nicks) return "At most 20 alternative nicks.";
  for (const std::string& other : nicks)
    if (!is_nick(other)) return "The alternative nick " + other + " can't be used on IRC.";
  const std::string username = account.field("username");
  if (!username.empty() && (!is_middle(username) || username.size() > max_name))
    return "The account name has no spaces and no colon at the start.";
  if (!is_one_line(account.field("realname"))) return "The real name is one line.";
  const std::string ident = account.field("ident");
  if (!ident.empty() && !is_ident(ident))
    return "The user name (ident) has at most ten characters: letters, digits, - and _.";
  return {};
}

std::string check_secrets(const legacy::Account& account) {
  const auto is_password = [](const std::string& text, std::size_t most) {
    return text.size() <= most && is_one_line(text);
  };
  if (!is_password(account.field("password"), max_password)) return "The password is one line of at most 1000 bytes.";
  if (!is_password(account.field("pass"), max_pass)) return "The server's password is one line of at most 500 bytes.";
  const std::string certificate = account.field("certificate");
  if (!certificate.empty() && !base::fingerprints(certificate))
    return "The certificate is not one in PEM with the private key that belongs to it.";
  const std::string fingerprint = account.field("fingerprint");
  if (!fingerprint.empty() && !base::parse_fingerprint(fingerprint))
    return "The server's fingerprint is not a SHA-256 fingerprint: 64 hex digits, with or without colons.";
  return {};
}

std::string check_connection(const legacy::Account& account, const config::IrcNetwork& network) {
  const std::string verify = account.field("verify_cert");
  const bool wants_ports = !account.field("ports").empty() || !account.field("tls_ports").empty() || verify == "false";
  if (wants_ports && !network.user_ports)
    return "On this network ports and the check of the certificate are set by the gateway's operator.";
  if (!ports(account.field("tls_ports")) || !ports(account.field("ports")))
    return "Ports are numbers from 1024 to 65535, or 194, 443 or 994; at most five, with ; between them.";
  if (!verify.empty() && verify != "true" && verify != "false") return "verify_cert is true or false.";
  const std::string throttle = account.field("throttle_limit");
  if (!throttle.empty() && !throttle_limit(account)) return "The throttle limit is a number from 1 on, or -1.";
  if (const std::string unknown = Encodings::find_unknown(account); !unknown.empty())
    return "The encoding " + unknown + " can't be used.";
  return {};
}

}  // namespace

std::string find_problem(const legacy::Account& account, const config::IrcNetwork& network) {
  for (std::string problem : {check_names(account), check_secrets(account), check_connection(account, network)})
    if (!problem.empty()) return problem;
  const auto commands = lines_of(account.field("after_connect"));
  if (commands.size() > max_commands) return "At most 50 commands after connecting.";
  const auto wrong = std::find_if_not(commands.begin(), commands.end(), is_command);
  if (wrong != commands.end()) return "This can't be sent after connecting: " + *wrong;
  return {};
}

std::vector<base::Endpoint> endpoints_of(const legacy::Account& account, const config::IrcNetwork& network) {
  base::Endpoint usual = network.endpoint;
  usual.local_address = network.address;
  usual.certificate = account.field("certificate");
  if (const auto pin = base::parse_fingerprint(account.field("fingerprint"))) usual.fingerprint = *pin;
  if (!network.user_ports) return {usual};
  const auto tls_ports = ports(account.field("tls_ports"));
  const auto plain_ports = ports(account.field("ports"));
  const bool has_tls_ports = tls_ports && !tls_ports->empty();
  const bool has_plain_ports = !has_tls_ports && plain_ports && !plain_ports->empty();
  if (has_tls_ports) usual.tls = base::Tls::verified;
  if (has_plain_ports) usual.tls = base::Tls::off;
  const bool trusts_any = account.field("verify_cert") == "false" && usual.tls == base::Tls::verified;
  if (trusts_any) usual.tls = base::Tls::unverified;
  if (!has_tls_ports && !has_plain_ports) return {usual};
  std::vector<base::Endpoint> out;
  for (const std::uint16_t port : has_tls_ports ? *tls_ports : *plain_ports) {
    out.push_back(usual);
    out.back().port = port;
  }
  return out;
}

std::vector<std::string> nicks_of(const legacy::Account& account) {
  auto nicks = words(account.field("nicks"));
  std::erase_if(nicks, [](const std::string& nick) { return !is_nick(nick); });
  if (nicks.size() > max_nicks) nicks.resize(max_nicks);
  return nicks;
}

std::vector<std::string> commands_of(const legacy::Account& account) {
  auto commands = lines_of(account.field("after_connect"));
  std::erase_if(commands, [](const std::string& line) { return !is_command(line); });
  if (commands.size() > max_commands) commands.resize(max_commands);
  return commands;
}

std::optional<std::string> ident_of(const legacy::Account& account) {
  const std::string ident = account.field("ident");
  if (!is_ident(ident)) return std::nullopt;
  return ident;
}

bool is_port(int port) noexcept {
  return (port >= 1024 && port <= 65535) || port == 194 || port == 443 || port == 994;
}

std::map<std::string, std::string> usual_settings(const config::IrcNetwork& network) {
  const bool has_tls = network.endpoint.tls != base::Tls::off;
  return {{has_tls ? "tls_ports" : "ports", std::to_string(network.endpoint.port)},
          {"throttle_limit", std::to_string(network.burst > 0 ? network.burst : -1)}};
}

std::optional<int> throttle_limit(const legacy::Account& account) {
  const std::string text = account.field("throttle_limit");
  const bool is_long = text.size() > 9 && text.find_first_not_of("0123456789") == text.npos;
  const auto limit = is_long ? most_at_once + 1 : number(text);
  if (!limit || *limit < -1 || *limit == 0) return std::nullopt;
  return *limit > most_at_once ? -1 : *limit;
}

std::string user_name(const std::string& user) {
  return "u" + base::to_hex(base::sha256(user)).substr(0, 9);
}

std::string webirc_line(const std::string& user, const config::IrcNetwork& network) {
  const std::string hash = base::sha256("webirc " + user);
  asio::ip::address_v6::bytes_type bytes = asio::ip::make_network_v6(network.webirc_prefix).network().to_bytes();
  std::copy_n(hash.begin(), 8, bytes.begin() + 8);
  std::string address = asio::ip::address_v6(bytes).to_string();
  if (address.starts_with(':')) address.insert(0, 1, '0');  // else it would be the last parameter
  const std::string host = base::to_hex(base::sha256(user)).substr(0, 16) + ".wherry";
  return command_line("WEBIRC", {network.webirc_password.value, "wherry", host, address});
}

}  // namespace irc

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/asio.hpp"
#include "base/certificate.hpp"
#include "config/sections.hpp"

namespace config {

namespace {

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

void read_fingerprint(Section& section, std::string& into) {
  std::string written;
  if (!section.text("fingerprint", written)) return;
  const auto fingerprint = base::parse_fingerprint(written);
  if (fingerprint) {
    into = *fingerprint;
    return;
  }
  section.wrong("fingerprint", "fingerprint is not a SHA-256 fingerprint",
                "64 hex digits, as \"openssl x509 -fingerprint -sha256\" prints them");
}

void check_privacy(Section& section, const base::Endpoint& endpoint, const EndpointRules& rules) {
  bool plain_ok = false;
  section.flag("plain_ok", plain_ok);
  if (endpoint.tls != base::Tls::off || plain_ok || is_loopback(endpoint.host)) return;
  section.wrong("host",
                fmt::format("{} at {} would be reached without TLS, and with it the secret and all messages",
                            rules.peer, base::quoted(endpoint.host)),
                "tls = true, or plain_ok = true if the way there is private (a VPN, a container's network)");
}

}  // namespace

bool is_loopback(std::string_view host) {
  base::error_code ec;
  return host == "localhost" || (asio::ip::make_address(host, ec).is_loopback() && !ec);
}

void check_domain(Section& section, std::string_view key, std::string& domain, AddressRule is_address) {
  std::transform(domain.begin(), domain.end(), domain.begin(), lower);
  const bool has_bad = std::any_of(domain.begin(), domain.end(), [](unsigned char c) {
    return c <= ' ' || c == 0x7F || std::string_view{"@/%\"&'<>:"}.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (!domain.empty() && (has_bad || domain.size() > 253 || domain.front() == '.' ||
                          domain.find("..") != std::string::npos || (is_address != nullptr && !is_address(domain)))) {
    section.wrong(key, fmt::format("{} can't be {}", key, base::quoted(domain)),
                  "a host name such as \"irc.example.org\"");
  }
}

bool split_address(const std::string& text, std::string& host, std::uint16_t& port) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const char* end = text.data() + text.size();
  std::uint16_t number = 0;
  const auto parsed = std::from_chars(text.data() + colon + 1, end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number == 0) return false;
  host = text.substr(0, colon);
  const bool in_brackets = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (in_brackets) host = host.substr(1, host.size() - 2);
  port = number;
  base::error_code ec;
  const auto address = asio::ip::make_address(host, ec);
  return !ec && in_brackets == address.is_v6();
}

void check_url(Section& section, std::string_view key, const std::string& url) {
  if (url.starts_with("http://") || url.starts_with("https://")) return;
  section.wrong(key, fmt::format("{} is not an http or https URL", key), "\"http://host:port/path\"");
}

void read_endpoint(Section& section, base::Endpoint& into, const EndpointRules& rules) {
  bool tls = into.tls == base::Tls::verified;
  section.text("host", into.host);
  if (into.host.empty() && section.has("host")) section.wrong("host", "host is empty", "a host name or an address");
  section.flag("tls", tls);
  into.tls = tls ? base::Tls::verified : base::Tls::off;
  if (!tls && rules.plain_port != 0) into.port = rules.plain_port;
  section.number("port", into.port, 1, 65535);
  const bool has_ca = section.file("ca_file", into.ca_file);
  if (has_ca && !base::holds_certificate(read_bytes(into.ca_file).value_or("")))
    section.wrong("ca_file", fmt::format("{} holds no certificate", base::quoted(into.ca_file)),
                  "a file with certificates in PEM, \"-----BEGIN CERTIFICATE-----\"");
  if (rules.has_fingerprint) read_fingerprint(section, into.fingerprint);
  if (rules.must_be_private) check_privacy(section, into, rules);
}

}  // namespace config

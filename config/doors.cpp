#include "config/doors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {
namespace {

// Secrets that stand in the documentation: everybody knows them.
constexpr std::array known_secrets{"0123456789abcdef0123456789abcdef",
                                   "0123456789abcdef-change-me",
                                   "change this",
                                   "change this too",
                                   "a long random secret",
                                   "another long random secret",
                                   "kannel's password",
                                   "what the provider signs with"};

bool is_known(const Secret& secret) {
  return std::find(known_secrets.begin(), known_secrets.end(), secret.value) != known_secrets.end();
}

bool lets_strangers_in(const Component& component) {
  return component.access != Access::allowlist;
}

std::string_view what_strangers_get(Assign assign) {
  switch (assign) {
    case Assign::pool: return "take numbers out of the pool and text from them at your cost";
    case Assign::claim: return "have codes texted, and text from numbers of theirs, at your cost";
    case Assign::admin: return "ask you for numbers";
    case Assign::trusted: break;
  }
  return "ask for a number, which only you can give them";
}

void warn_of_access(Section& section, const Component& component) {
  if (!lets_strangers_in(component)) return;
  const char* const access = component.access == Access::open ? "open" : "registered";
  section.warn("access",
               fmt::format("access = \"{}\" lets in everybody who has an account on any XMPP server; they can {}",
                           access, what_strangers_get(component.sms.front().numbers.assign)),
               "access = \"allowlist\" with the domains and addresses of those whom you know in allow");
}

// Whoever says that a number is theirs gets what is texted to it.
void warn_of_trust(Section& network, const Component& component) {
  if (component.sms.front().numbers.assign != Assign::trusted) return;
  std::vector<std::string> domains;
  std::copy_if(component.allow.begin(), component.allow.end(), std::back_inserter(domains),
               [](const std::string& entry) { return entry.find('@') == entry.npos; });
  if (domains.empty() && !lets_strangers_in(component)) return;
  const std::string who =
      domains.empty() ? "the XMPP server's own domain" : fmt::format("{}", fmt::join(domains, ", "));
  network.warn("assign",
               fmt::format("assign = \"trusted\" believes all users of {} whatever number they name, also yours", who),
               "numbers = [\"+15551234567\"], the account's, which are then given out; or assign = \"admin\"; or the "
               "addresses of people you know in the component's allow");
}

bool is_empty(const LimitsBySpan& limits) {
  return limits == LimitsBySpan{};
}

void warn_of_cost(Section& network, const SmsRules& rules) {
  if (is_empty(rules.user_limits))
    network.warn("user_limits", "there is no limit on what one user may send", "user_limits = [\"300 segments/day\"]");
  if (is_empty(rules.network_limits))
    network.warn("network_limits", "there is no limit on what all users together may send",
                 "network_limits = [\"1000 segments/day\"]");
  const auto has = [&](std::string_view prefix) {
    return std::find(rules.allow.begin(), rules.allow.end(), prefix) != rules.allow.end();
  };
  if (has("+"))
    network.warn("allow", "allow has \"+\", every country at every price", "the countries: [\"US\", \"CA\"]");
  if (has("+1"))
    network.warn("allow", "allow has \"+1\", with the Caribbean, where a text costs many times as much",
                 "the countries: [\"US\", \"CA\"]");
  if (rules.premium_ok)
    network.warn("premium_ok", "premium_ok = true sends to numbers that cost extra",
                 "allow with the prefixes you want");
  if (rules.same_text_numbers == 0)
    network.warn("same_text_numbers", "one text may go to any number of people", "same_text_numbers = 20");
}

void warn_of_secret(Section& network, const Secret& secret, std::string_view key) {
  if (is_known(secret))
    network.warn(key, fmt::format("{} is the one of the documentation, which everybody knows", key),
                 "what \"openssl rand -hex 16\" prints");
}

void warn_of_sms(Section& section, Report& report, const Component& component) {
  const auto tables = section.tables("network");
  if (tables.empty()) return;
  Section network(report, tables.front(), "[[component.network]]");
  const SmsNetwork& sms = component.sms.front();
  warn_of_access(section, component);
  warn_of_trust(network, component);
  warn_of_cost(network, sms.rules);
  if (!sms.numbers.own_accounts.empty() && lets_strangers_in(component))
    network.warn("own_accounts", "strangers may bring accounts, whose webhooks and files this machine then serves",
                 "access = \"allowlist\", or no own_accounts");
  std::visit(
      [&](const auto& provider) {
        if constexpr (requires { provider.webhook_secret; })
          warn_of_secret(network, provider.webhook_secret, "webhook_secret");
      },
      sms.provider);
}

void warn_of_irc(Section& section, const Component& component) {
  if (component.any_irc_server && component.access == Access::open)
    section.warn("any_irc_server",
                 "everybody who has an account on any XMPP server can have this machine connect to any IRC server",
                 "access = \"allowlist\", or networks with sections of their own");
  if (component.private_irc_servers)
    section.warn("private_irc_servers", "users reach servers that only this machine's own network should reach",
                 "a [[component.network]] for each of those that they may reach");
}

}  // namespace

void warn_of_doors(Section& section, Report& report, const Component& component) {
  warn_of_secret(section, component.secret, "secret");
  warn_of_irc(section, component);
  if (component.sms.size() == 1) warn_of_sms(section, report, component);
}

void warn_of_listener(Section& section, const Http& http) {
  if (!http.listen_host.empty() && !is_loopback(http.listen_host))
    section.warn("listen",
                 "listen is open to the network without TLS: texts, and secrets in URLs, can be read on the way",
                 "listen = \"127.0.0.1:8643\" behind a proxy with TLS");
  if (http.is_public && http.public_url.starts_with("http://") && !is_loopback(host_of(http.public_url)))
    section.warn("public_url", "public_url is without TLS: texts, and secrets in URLs, can be read on the way",
                 "an https URL");
}

}  // namespace config

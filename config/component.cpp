#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/doors.hpp"
#include "config/sections.hpp"

namespace config {

namespace {

void check_addresses(Section& section, AddressRule is_address, std::string_view key,
                     const std::vector<std::string>& list, bool needs_user) {
  for (const std::string& entry : list) {
    const auto at = entry.find('@');
    const bool is_bad = entry.empty() || entry.find_first_of("/ ") != std::string::npos || at == 0 ||
                        at + 1 == entry.size() || (is_address != nullptr && !is_address(entry));
    if (!is_bad && (!needs_user || at != std::string::npos)) continue;
    section.wrong(key, fmt::format("{} has {}, which is not an address", key, base::quoted(entry)),
                  needs_user ? "bare addresses such as \"romeo@example.org\""
                             : "bare addresses such as \"romeo@example.org\" or domains");
  }
}

// Of "sms.example.org" the XMPP server's own domain, as a rule; empty: there is none above it.
std::string domain_above(const std::string& domain) {
  const auto dot = domain.find('.');
  return dot == domain.npos ? std::string{} : domain.substr(dot + 1);
}

void read_access(Section& section, AddressRule is_address, Component& component, std::string_view type) {
  if (type == "sms") component.access = Access::allowlist;
  section.choice<Access>(
      "access", component.access,
      {{"open", Access::open}, {"registered", Access::registered}, {"allowlist", Access::allowlist}});
  section.texts("allow", component.allow);
  section.texts("admins", component.admins);
  check_addresses(section, is_address, "allow", component.allow, false);
  check_addresses(section, is_address, "admins", component.admins, true);
  const std::string own = domain_above(component.domain);
  if (component.access == Access::allowlist && !section.has("allow") && !own.empty()) component.allow = {own};
  if (component.access == Access::allowlist && component.allow.empty()) {
    section.wrong("allow", "access = \"allowlist\" lets nobody in without a list", "allow = [\"example.org\"]");
  }
  if (component.access != Access::allowlist && !component.allow.empty()) {
    section.wrong("allow", "allow has no effect with this access", "access = \"allowlist\", or remove allow");
  }
}

void check_names(Section& section, const std::vector<IrcNetwork>& networks) {
  std::set<std::string> seen;
  for (const IrcNetwork& network : networks) {
    if (network.name.empty() || seen.insert(network.name).second) continue;
    section.wrong("network", fmt::format("two networks are named {}", base::quoted(network.name)),
                  "another name; host may stay the same");
  }
}

void read_archive(Section& section, Component& component) {
  constexpr std::int64_t most_days = 36'500;
  constexpr std::int64_t most_messages = 100'000'000;
  section.flag("archive", component.archive);
  section.number("archive_days", component.archive_age, 0, most_days);
  section.number("archive_messages", component.archive_messages, 0, most_messages);
  for (const char* key : {"archive_days", "archive_messages"}) {
    if (!component.archive && section.has(key)) {
      section.wrong(key, fmt::format("{} has no effect without the archive", key), "archive = true, or remove it");
    }
  }
}

constexpr std::int64_t longest_outage = 7 * 24 * 60;  // minutes

void read_networks(Section& section, Report& report, Component& component, std::string_view type) {
  const auto networks = section.tables("network");
  read_archive(section, component);
  if (type == "irc") {
    section.number("outage_minutes", component.outage_limit, 0, longest_outage);
    section.flag("any_irc_server", component.any_irc_server);
    section.flag("private_irc_servers", component.private_irc_servers);
    if (component.private_irc_servers && !component.any_irc_server)
      section.wrong("private_irc_servers", "private_irc_servers is about any_irc_server",
                    "any_irc_server = true, or leave it out");
    for (const toml::table* each : networks) component.irc.push_back(read_irc_network(report, each));
    check_names(section, component.irc);
    if (networks.empty() && !section.has("network") && !component.any_irc_server) {
      section.wrong("network", "this component has no network", "a [[component.network]], or any_irc_server = true");
    }
  }
  if (type == "sms") {
    for (const toml::table* each : networks) component.sms.push_back(read_sms_network(report, each));
    if (networks.size() != 1 && (networks.size() > 1 || !section.has("network"))) {
      section.wrong(
          "network", fmt::format("an SMS component has {} networks", networks.size()),
          "exactly one [[component.network]]; more providers are more components, each with a name of its own");
    }
  }
}

}  // namespace

Component read_component(Report& report, const toml::table* table) {
  Section section(report, table, "[[component]]");
  Component component;
  component.server = {"127.0.0.1", 5347, base::Tls::off, "", ""};
  std::string type;
  if (section.has("type")) {
    section.choice<std::string>("type", type, {{"irc", "irc"}, {"sms", "sms"}});
  } else {
    section.require("type", type, "type = \"irc\" or type = \"sms\"");
  }
  section.require("domain", component.domain, "domain = \"irc.example.org\"");
  check_domain(section, "domain", component.domain, report.is_address);
  read_endpoint(section, component.server, {"the XMPP server", 0, false, true});
  section.secret("secret", component.secret, true);
  read_access(section, report.is_address, component, type);
  read_networks(section, report, component, type);
  warn_of_doors(section, report, component);
  // Without a type nobody knows which of the keys are wrong.
  if (!type.empty()) section.finish();
  return component;
}

}  // namespace config

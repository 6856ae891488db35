#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
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

void read_access(Section& section, AddressRule is_address, Component& component) {
  section.choice<Access>(
      "access", component.access,
      {{"open", Access::open}, {"registered", Access::registered}, {"allowlist", Access::allowlist}});
  section.texts("allow", component.allow);
  section.texts("admins", component.admins);
  check_addresses(section, is_address, "allow", component.allow, false);
  check_addresses(section, is_address, "admins", component.admins, true);
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
    // As addresses compare them.
    if (network.name.empty() || seen.insert(base::ascii_lower(network.name)).second) continue;
    section.wrong("network", fmt::format("two networks are named {}", base::quoted(network.name)),
                  "another name, not only in other case; host may stay the same");
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

void read_defaults(Section& section, const Report& report, Component& component) {
  Section defaults = section.within("defaults");
  component.defaults = defaults.entries();
  if (report.defaults.names == nullptr) return;
  const std::vector<std::string> names = report.defaults.names();
  for (const Default& each : component.defaults) {
    const bool is_known = std::find(names.begin(), names.end(), each.name) != names.end();
    const std::string close = is_known ? std::string{} : nearest(each.name, names);
    const std::string problem = is_known ? report.defaults.problem(each) : std::string{};
    if (!is_known)
      defaults.wrong(each.name, fmt::format("users have no setting {} that has a default", base::quoted(each.name)),
                     close.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : close);
    if (!problem.empty()) defaults.wrong(each.name, problem, "what users may choose, too");
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
    section.flag("single_network", component.is_single);
    const bool is_one = networks.size() == 1 && !component.any_irc_server;
    if (component.is_single && !is_one)
      section.wrong("single_network", "single_network is for a component with one network",
                    "exactly one [[component.network]] and no any_irc_server, or leave it out");
    read_defaults(section, report, component);
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
  section.text("title", component.title);
  if (component.title.find_first_of("\r\n") != std::string::npos || component.title.size() > 100)
    section.wrong("title", "title can't be shown", "one line of at most 100 bytes");
  read_endpoint(section, component.server, {"the XMPP server", 0, false, true});
  section.secret("secret", component.secret, true);
  read_access(section, report.is_address, component);
  read_networks(section, report, component, type);
  // Without a type nobody knows which of the keys are wrong.
  if (!type.empty()) section.finish();
  return component;
}

}  // namespace config

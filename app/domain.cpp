#include "app/domain.hpp"

#include <fmt/format.h>

#include <stdexcept>

#include "base/spawn.hpp"
#include "legacy/irc/network.hpp"
#include "legacy/sms/network.hpp"
#include "legacy/sms/own_account.hpp"

namespace app {

namespace {

// In the canonical form that senders' addresses have.
std::set<std::string> canonical(const std::vector<std::string>& addresses) {
  std::set<std::string> out;
  for (const std::string& address : addresses) {
    const auto jid = component::Jid::parse(address);
    if (!jid) throw std::runtime_error(fmt::format("{} is not a valid address", base::quoted(address)));
    out.insert(jid->bare().str());
  }
  return out;
}

mapping::Options::Access access_of(config::Access access) {
  switch (access) {
    case config::Access::registered: return mapping::Options::Access::registered;
    case config::Access::allowlist: return mapping::Options::Access::allowlist;
    case config::Access::open: break;
  }
  return mapping::Options::Access::open;
}

mapping::Assign assign_of(config::Assign assign) {
  switch (assign) {
    case config::Assign::pool: return mapping::Assign::pool;
    case config::Assign::admin: return mapping::Assign::admin;
    case config::Assign::claim: return mapping::Assign::claim;
    case config::Assign::trusted: break;
  }
  return mapping::Assign::trusted;
}

mapping::Options options_of(const Shared& shared, const config::Component& config) {
  mapping::Options options;
  options.type = config.sms.empty() ? "irc" : "sms";
  options.title = config.title;
  options.defaults = defaults_of(config);
  options.access = access_of(config.access);
  options.allow = canonical(config.allow);
  options.admins = canonical(config.admins);
  options.occupant_secret = shared.occupant_secret;
  options.outage_limit = config.outage_limit;
  options.census = shared.census;
  options.population = shared.population;
  options.joins_per_minute = shared.joins_per_minute;
  if (keeps_archive(config)) options.archive = shared.archive;
  for (const config::SmsNetwork& network : config.sms) {
    const config::SmsNumbers& numbers = network.numbers;
    options.numbers = {assign_of(numbers.assign), numbers.numbers, numbers.rest};
    const auto own = sms::titles_of(numbers.own_accounts);
    if (!own.empty()) options.providers.emplace_back("This gateway's", "");
    for (const sms::ProviderName& each : own) options.providers.emplace_back("My own at " + each.title, each.name);
  }
  return options;
}

std::unique_ptr<legacy::Network> any_irc_server(base::Dialer& dialer, irc::Facilities facilities,
                                                const std::string& name, bool private_ok) {
  config::IrcNetwork network;
  network.name = name;
  network.endpoint = {name, 6697, base::Tls::verified, "", ""};
  network.endpoint.public_only = !private_ok;
  network.endpoint.is_strange = true;
  network.is_any = true;
  network.password_ok = false;  // a server of whoever wrote the address
  network.user_ports = true;    // nobody else can know them
  return std::make_unique<irc::Network>(std::move(network), dialer, facilities);
}

}  // namespace

mapping::Identity identity_of(const Shared& shared, const config::Component& config) {
  mapping::Identity identity(config.domain, !config.sms.empty() || config.is_single);
  for (const config::IrcNetwork& network : config.irc)
    identity.add(std::make_unique<irc::Network>(network, shared.dialer, shared.irc));
  for (const config::SmsNetwork& network : config.sms) {
    // No user's: what these records hold outlives registrations.
    auto records = shared.store.state_for({}, config.domain, network.name);
    identity.add(std::make_unique<sms::Network>(network, shared.http_client, shared.http_server, shared.public_url,
                                                std::move(records), shared.media));
  }
  if (config.any_irc_server) {
    const bool private_ok = config.private_irc_servers;
    identity.set_factory([&dialer = shared.dialer, facilities = shared.irc, private_ok](const std::string& name) {
      return any_irc_server(dialer, facilities, name, private_ok);
    });
  }
  return identity;
}

mapping::Settings defaults_of(const config::Component& component) {
  mapping::Settings out;
  for (const config::Default& each : component.defaults) {
    const auto kept = mapping::default_setting(each.name, each.values);
    if (!kept) throw std::runtime_error(fmt::format("[component.defaults] {}: {}", each.name, kept.error()));
    if (!kept->second.empty()) out.insert(*kept);
  }
  return out;
}

config::DefaultRules default_rules() {
  const auto problem = [](const config::Default& wanted) {
    const auto kept = mapping::default_setting(wanted.name, wanted.values);
    return kept ? std::string{} : kept.error();
  };
  return {&mapping::names_of_defaults, problem};
}

bool is_address(std::string_view text) {
  const auto jid = component::Jid::parse(text);
  return jid && jid->is_bare();
}

Domain::Domain(const Shared& shared, const config::Component& config, std::function<void()> on_change)
    : executor_(shared.executor),
      on_change_(std::move(on_change)),
      link_(shared.executor, shared.dialer, config, *this),
      gateway_(shared.executor, link_, shared.store, identity_of(shared, config), options_of(shared, config)) {}

void Domain::start(std::function<void()> ended) {
  ended_ = std::move(ended);
  base::spawn(executor_, gateway_.domain(), link_.run(), [this] {
    is_link_over_ = true;
    end_when_over();
  });
  gateway_.start();
}

void Domain::stop() {
  gateway_.stop([this] {
    is_gateway_over_ = true;
    hurry();
    end_when_over();
  });
}

// Sessions still running use the gateway, and coroutines of the link the link.
void Domain::end_when_over() {
  if (is_link_over_ && is_gateway_over_ && ended_) std::exchange(ended_, {})();
}

void Domain::hurry() {
  link_.stop();
}

void Domain::on_up() {
  gateway_.on_up();
  on_change_();
}

void Domain::on_down() {
  gateway_.on_down();
  on_change_();
}

}  // namespace app

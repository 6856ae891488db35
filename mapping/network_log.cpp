#include "mapping/network_log.hpp"

#include <array>

#include "mapping/errors.hpp"

namespace mapping {

namespace {

// The session's own words where they are of the network, else what that kind of failure is called: a server's words may
// name users.
std::string trouble_of(const legacy::LinkState& link) {
  constexpr std::array own{std::string_view{"can't connect to "}, std::string_view{"connection lost: "}};
  for (const std::string_view start : own)
    if (link.text.starts_with(start)) return link.text.substr(0, link.text.find("; "));
  std::string words = to_stanza_error(link.reason, {}).text;
  if (words.ends_with('.')) words.pop_back();
  return words;
}

}  // namespace

void NetworkLog::up(const std::string& name) {
  Network& network = networks_[name];
  ++network.online;
  if (std::exchange(network.is_in_order, true)) return;
  log_.info("{}: {} is connected; {} on it now", domain_, name, network.online);
}

void NetworkLog::lost(const std::string& name, const legacy::LinkState& link) {
  Network& network = networks_[name];
  if (network.online > 0) --network.online;
  if (link.reason != legacy::Errc::none) tell(name, trouble_of(link));
}

void NetworkLog::failed(const std::string& name, const legacy::LinkState& link) {
  tell(name, trouble_of(link));
}

void NetworkLog::tell(const std::string& name, const std::string& what) {
  Network& network = networks_[name];
  network.is_in_order = false;
  Trouble& trouble = network.troubles[what];
  if (trouble.window) {
    ++trouble.more;
    return;
  }
  log_.warning("{}: {}: {}; {} on it now", domain_, name, what, network.online);
  trouble.window = std::make_unique<base::Timer>(executor_);
  count_on(name, what);
}

void NetworkLog::count_on(const std::string& name, const std::string& what) {
  base::Timer& timer = *networks_[name].troubles[what].window;
  timer.expires_after(window);
  timer.async_wait([this, name, what](const base::error_code& cancelled) {
    if (cancelled) return;
    Network& network = networks_[name];
    const std::size_t more = std::exchange(network.troubles[what].more, 0);
    if (more == 0) {
      network.troubles.erase(what);
      return;
    }
    log_.warning("{}: {}: {} ({} times more within a minute); {} on it now", domain_, name, what, more, network.online);
    count_on(name, what);
  });
}

}  // namespace mapping

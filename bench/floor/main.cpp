// The floor: only what no gateway can avoid for each direction, reading, parsing, formatting and writing over real
// sockets. One line of JSON per scenario. CPU is that of the gateway's half; the peers are another process.
// Use: floor [SCENARIO...]
// Instructions: valgrind --tool=callgrind --toggle-collect='*carry_*unsigned long)' floor xmpp_to_irc_w256
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <functional>
#include <iostream>
#include <span>
#include <string_view>
#include <vector>

#include "bench/floor/scenarios.hpp"

namespace bottom {
namespace {

struct Scenario {
  std::string_view name;
  boost::json::object (*run)();
};

constexpr std::size_t repetitions = 5;

constexpr Scenario table[] = {
    {"xmpp_to_irc_w256", [] { return xmpp_to_irc(100'000, 256); }},
    {"xmpp_to_irc_w1", [] { return xmpp_to_irc(10'000, 1); }},
    {"irc_to_xmpp_u1", [] { return irc_to_xmpp(200'000, 1); }},
    {"irc_to_xmpp_u10", [] { return irc_to_xmpp(400'000, 10); }},
    {"irc_to_xmpp_u100", [] { return irc_to_xmpp(400'000, 100); }},
    {"join_1000", [] { return joins(1'000); }},
    {"channel_10000", [] { return channel(10'000); }},
    {"netsplit_10000", [] { return netsplit(10'000); }},
    {"memory", [] { return memory(4'000); }},
    {"start", [] { return start(); }},
};

// The median of each figure over several runs.
boost::json::object median(const Scenario& scenario) {
  std::vector<boost::json::object> runs;
  for (std::size_t i = 0; i < repetitions; ++i) runs.push_back(scenario.run());
  boost::json::object figures{{"scenario", scenario.name}};
  for (const auto& figure : runs.front()) {
    std::vector<double> values;
    for (const auto& run : runs) values.push_back(run.at(figure.key()).to_number<double>());
    std::sort(values.begin(), values.end());
    figures[figure.key()] = values[values.size() / 2];
  }
  return figures;
}

bool is_wanted(std::string_view name, std::span<char*> wanted) {
  return wanted.empty() || std::any_of(wanted.begin(), wanted.end(), [&](const char* each) { return name == each; });
}

void raise_descriptor_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int run(std::span<char*> wanted) {
  const auto known = [](std::string_view name) {
    return std::any_of(std::begin(table), std::end(table), [&](const Scenario& each) { return each.name == name; });
  };
  for (const char* name : wanted) {
    if (known(name)) continue;
    std::cerr << "floor: no scenario " << name << '\n';
    return 2;
  }
  for (const Scenario& scenario : table) {
    if (is_wanted(scenario.name, wanted)) std::cout << boost::json::serialize(median(scenario)) << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace bottom

int main(int argc, char** argv) {
  const std::span<char*> arguments(argv + 1, static_cast<std::size_t>(argc - 1));
  std::signal(SIGPIPE, SIG_IGN);
  bottom::raise_descriptor_limit();
  try {
    if (arguments.size() == 2 && std::string_view(arguments[0]) == "--shake-hands") {
      bottom::shake_hands(static_cast<std::uint16_t>(std::stoul(arguments[1])));
      return 0;
    }
    return bottom::run(arguments);
  } catch (const std::exception& why) {
    std::cerr << "floor: " << why.what() << '\n';
    return 1;
  }
}

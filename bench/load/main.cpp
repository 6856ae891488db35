// The load generator: plays the XMPP server and the IRC server of one gateway, so that only the gateway is measured.
// One scenario per call; one JSON object on standard output. Exit status: 0 a figure or a reason why there can be none,
// 1 the gateway failed, 2 wrong use.
#include <csignal>
#include <iostream>

#include "bench/load/process.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/world.hpp"

namespace load {
namespace {

constexpr Scenario table[] = {
    {"xmpp_to_irc", &xmpp_to_irc},
    {"irc_to_xmpp", &irc_to_xmpp},
    {"fixed_rate", &fixed_rate},
    {"delivery", &delivery},
    {"joins", &joins},
    {"idle", &idle},
    {"big_room", &big_room},
    {"start_up", &start_up},
    {"hostile", &hostile},
    {"instructions_in", &instructions_in},
    {"instructions_out", &instructions_out},
};

int run(const Scenario& scenario, const Options& options) {
  boost::json::object report{{"scenario", scenario.name},
                             {"gateway", options.kind == Kind::wherry ? "wherry" : "biboumi"}};
  int status = 0;
  try {
    for (auto& [name, value] : scenario.run(options)) report[name] = value;
  } catch (const Skipped& why) {
    report["skipped"] = why.what();
  } catch (const Failure& why) {
    report["failed"] = why.what();
    if (!why.counts.empty()) report["counts"] = why.counts;
    status = 1;
  } catch (const std::exception& why) {
    report["failed"] = why.what();
    status = 1;
  }
  std::cout << boost::json::serialize(report) << std::endl;
  return status;
}

}  // namespace

std::span<const Scenario> scenarios() {
  return table;
}

}  // namespace load

int main(int argc, char** argv) {
  load::Options options;
  try {
    options = load::parse_options(argc, argv);
  } catch (const std::invalid_argument& why) {
    std::cerr << "load: " << why.what() << '\n' << load::usage();
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  load::raise_descriptor_limit();
  for (const load::Scenario& scenario : load::scenarios()) {
    if (scenario.name == options.scenario) return load::run(scenario, options);
  }
  std::cerr << "load: no scenario " << options.scenario << '\n';
  return 2;
}

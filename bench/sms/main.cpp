// SMS through `wherry run`: webhooks and sends per second with commits that reach the disk. We play the XMPP server's
// component port and Kannel; and how long a webhook takes among strangers. One scenario per call; one JSON object on
// standard output. Exit status: 0 a figure, 1 wherry failed (then with the counts and without a figure), 2 wrong use.
#include <csignal>
#include <iostream>

#include "bench/sms/world.hpp"

namespace sms_bench {
namespace {

struct Scenario {
  std::string_view name;
  boost::json::object (*run)(const Options& options);
};
constexpr Scenario table[] = {{"webhooks", &webhooks}, {"sends", &sends}, {"strangers", &strangers}};

int run(const Scenario& scenario, const Options& options) {
  boost::json::object report{{"scenario", "sms_" + std::string(scenario.name)}};
  int status = 0;
  try {
    for (auto& [name, value] : scenario.run(options)) report[name] = value;
  } catch (const std::exception& why) {
    report["failed"] = why.what();
    status = 1;
  }
  std::cout << boost::json::serialize(report) << std::endl;
  return status;
}

}  // namespace
}  // namespace sms_bench

int main(int argc, char** argv) {
  using namespace sms_bench;
  Options options;
  try {
    options = parse_options(argc, argv);
  } catch (const std::invalid_argument& why) {
    std::cerr << "sms: " << why.what() << '\n' << usage();
    return 2;
  }
  std::signal(SIGPIPE, SIG_IGN);
  load::raise_descriptor_limit();
  for (const Scenario& scenario : table) {
    if (scenario.name == options.scenario) return run(scenario, options);
  }
  std::cerr << "sms: no scenario " << options.scenario << '\n';
  return 2;
}

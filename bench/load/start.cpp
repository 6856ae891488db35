// From the program's start to its handshake: the first time, when databases and keys are made, and the median of later
// times.
#include <algorithm>

#include "bench/load/scenario.hpp"
#include "bench/load/world.hpp"

namespace load {

boost::json::object start_up(const Options& options) {
  constexpr int times = 5;
  World world(options, 0);
  const double first = world.start();
  std::vector<double> took;
  for (int i = 0; i < times; ++i) {
    world.stop();
    took.push_back(world.start());
  }
  std::sort(took.begin(), took.end());
  return {{"first_milliseconds", first}, {"milliseconds", took[took.size() / 2]}};
}

}  // namespace load

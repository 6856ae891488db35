// Users write to their rooms; a window of messages is under way until IRC has them. The user's own reflections must
// come back, in order and unchanged, before the run counts.
#include <fmt/format.h>

#include "bench/load/scan.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {

boost::json::object xmpp_to_irc(const Options& options) {
  const std::uint64_t window = options.window ? options.window : 256;
  const std::uint64_t messages = options.messages ? options.messages : 20'000;
  const std::uint64_t users = options.users ? options.users : 1;
  World world(options, users);
  world.start();
  world.join(0, users, own_channel, 16);
  Outward out(world, users);
  out.run(messages / 10 + 1, window);
  out.forget_latencies();
  const Meter meter(world);
  out.run(messages, window);
  const double cpu = meter.cpu_us(), seconds = meter.seconds();
  const auto count = static_cast<double>(messages);
  boost::json::object figures{{"cpu_us_per_message", cpu / count}, {"messages_per_second", count / seconds}};
  figures["latency"] = latency_json(out.said());
  figures["reflection"] = latency_json(out.reflected());
  figures["counts"] = to_json(out.said().counts());
  return figures;
}

}  // namespace load

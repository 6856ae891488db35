// A person on IRC speaks in a channel; each user in it has its own connection, and each user's resource gets a stanza.
// A message is one delivery: one line in, one stanza out.
#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {

boost::json::object irc_to_xmpp(const Options& options) {
  const std::uint64_t window = options.window ? options.window : 256;
  const std::uint64_t users = options.users ? options.users : 10;
  const std::uint64_t lines = (options.messages ? options.messages : 40'000) / users;
  World world(options, users);
  world.irc().populate(common_channel(0), {std::string(speaker)});
  world.start();
  world.join(0, users, common_channel, 16);
  Inward in(world, users);
  in.run(lines / 10 + 1, window);
  in.forget_latencies();
  const Meter meter(world);
  in.run(lines, window);
  const double cpu = meter.cpu_us(), seconds = meter.seconds();
  const auto count = static_cast<double>(lines * users);
  boost::json::object figures{{"cpu_us_per_message", cpu / count}, {"messages_per_second", count / seconds}};
  figures["latency"] = latency_json(in.heard());
  figures["counts"] = to_json(in.heard().counts());
  return figures;
}

}  // namespace load

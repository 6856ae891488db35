// Fifty people, each in a room of its own, write and are written to at a fixed rate, as a calm gateway sees it. What
// counts is how long each message takes, and what the gateway spends meanwhile.
#include "bench/load/scenario.hpp"
#include "bench/load/schedule.hpp"
#include "bench/load/talk.hpp"

namespace load {
boost::json::object fixed_rate(const Options& options) {
  const std::uint64_t users = options.users ? options.users : 50;
  const std::uint64_t rate = options.rate ? options.rate : 1000;
  const std::uint64_t seconds = options.seconds ? options.seconds : 3;
  World world(options, users);
  for (std::uint64_t user = 0; user < users; ++user) world.irc().populate(own_channel(user), {std::string(speaker)});
  world.start();
  world.join(0, users, own_channel, 16);
  Outward out(world, users);
  Inward in(world, users);
  world.xmpp().on_stanza = [&](std::string_view kind, std::string_view stanza) {
    if (!out.on_stanza(kind, stanza)) in.on_stanza(kind, stanza);
  };
  std::uint64_t next = 0;
  Schedule schedule(world, rate, [&] {
    out.say(next % users);
    in.say_to((next + users / 2) % users);
    ++next;
  });
  const auto serve = [&](std::uint64_t messages) {
    schedule.begin(messages);
    auto accounts = out.accounts();
    accounts.push_back(in.accounts().front());
    settle(world, "a fixed rate", accounts,
           [&] { return schedule.is_over() && out.is_complete() && in.is_complete(); });
  };
  serve(rate);
  out.forget_latencies();
  in.forget_latencies();
  const Meter meter(world);
  serve(rate * seconds);
  const double cpu = meter.cpu_us();
  boost::json::object figures{{"cpu_us_per_message", cpu / static_cast<double>(2 * rate * seconds)}};
  figures["outward"] = latency_json(out.said());
  figures["inward"] = latency_json(in.heard());
  figures["reflection"] = latency_json(out.reflected());
  Counts counts = out.said().counts();
  counts += in.heard().counts();
  figures["counts"] = to_json(counts);
  return figures;
}

}  // namespace load

// Two people talk, one on XMPP and one on IRC, and take turns; each turn is two lines, one shortly after the other.
// With ordinary TCP peers a gateway that leaves Nagle's algorithm on holds the second line back until the first has
// been acknowledged, and an ordinary peer takes its time with that.
#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;
constexpr auto between_lines = 2ms;
constexpr auto between_turns = 10ms;
constexpr auto between_exchanges = 60ms;

}  // namespace

boost::json::object delivery(const Options& options) {
  const std::uint64_t exchanges = (options.messages ? options.messages : 120) / 4;
  World world(options, 1);
  world.irc().populate(own_channel(0), {std::string(speaker)});
  world.start();
  world.join(0, 1, own_channel, 1);
  Outward out(world, 1);
  Inward in(world, 1);
  world.xmpp().on_stanza = [&](std::string_view kind, std::string_view stanza) {
    if (!out.on_stanza(kind, stanza)) in.on_stanza(kind, stanza);
  };
  const auto turn = [&](auto say) {
    say();
    world.wait_for(between_lines);
    say();
    auto accounts = out.accounts();
    accounts.push_back(in.accounts().front());
    settle(world, "a conversation", accounts, [&] { return out.is_complete() && in.is_complete(); });
    world.wait_for(between_turns);
  };
  const auto converse = [&](std::uint64_t times) {
    for (std::uint64_t i = 0; i < times; ++i) {
      turn([&] { out.say(0); });
      turn([&] { in.say_to(0); });
      world.wait_for(between_exchanges);
    }
  };
  converse(exchanges / 10 + 1);
  out.forget_latencies();
  in.forget_latencies();
  converse(exchanges);
  boost::json::object figures{{"outward", latency_json(out.said())}, {"inward", latency_json(in.heard())}};
  figures["latency"] = latency_json(out.said(), in.heard());
  return figures;
}

}  // namespace load

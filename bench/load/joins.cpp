// Many users come, each with an IRC connection and a small room of its own: what one costs to let in, in time and in
// memory, and what all of them cost when nobody says a word.
#include <fmt/format.h>

#include <algorithm>

#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {
namespace {

constexpr std::uint64_t most_first = 100;  // before anything is counted: what is allocated once, tables, caches
constexpr std::uint64_t at_once = 32;

struct Crowd {
  World world;
  const std::uint64_t users, first;

  Crowd(const Options& options, std::uint64_t count)
      : world(options, count), users(count), first(std::min(most_first, count / 10)) {
    for (std::uint64_t user = 0; user < users; ++user)
      world.irc().populate(own_channel(user), {"anna", "@bert", "+carla"});
    world.start();
    world.join(0, first, own_channel, at_once);
  }

  void join_the_others() {
    world.join(first, users, own_channel, at_once);
    if (world.irc().clients() != users)
      throw Failure(fmt::format("{} users joined over {} connections", users, world.irc().clients()));
    if (world.xmpp().handshakes() != 1) throw Failure("the gateway lost its stream");
  }
};

}  // namespace

boost::json::object joins(const Options& options) {
  Crowd crowd(options, options.users ? options.users : 1000);
  const auto memory = static_cast<double>(crowd.world.gateway().process().memory());
  const Meter meter(crowd.world);
  crowd.join_the_others();
  const double cpu = meter.cpu_us(), seconds = meter.seconds();
  const auto grown = static_cast<double>(crowd.world.gateway().process().memory()) - memory;
  const auto count = static_cast<double>(crowd.users - crowd.first);
  return {{"users", crowd.users},
          {"cpu_us_per_join", cpu / count},
          {"seconds", seconds},
          {"memory_kib_per_user", grown / count / 1024}};
}

boost::json::object idle(const Options& options) {
  const auto seconds = std::chrono::seconds(options.seconds ? options.seconds : 10);
  Crowd crowd(options, options.users ? options.users : 4000);
  crowd.join_the_others();
  crowd.world.wait_for(std::chrono::seconds(10));  // a WHO follows each join by three seconds
  const Meter meter(crowd.world);
  crowd.world.wait_for(seconds);
  const double cores = meter.cpu_us() / 1e6 / meter.seconds();
  if (crowd.world.irc().clients() != crowd.users) throw Failure("connections were lost while idle");
  return {{"users", crowd.users}, {"cores", cores}};
}

}  // namespace load

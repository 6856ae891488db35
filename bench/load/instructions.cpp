// Instructions in user space per message, as callgrind counts them: two runs that differ in nothing but the number of
// messages, and the difference of their totals. Noise from other programs leaves it alone.
#include <fstream>

#include "bench/load/scan.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {
namespace {

std::uint64_t total(const std::string& profile) {
  std::ifstream file(profile);
  for (std::string line; std::getline(file, line);) {
    const std::string_view text = line;
    if (!text.starts_with("totals: ")) continue;
    const std::int64_t value = number(after(text, ' '));
    if (value > 0) return static_cast<std::uint64_t>(value);
  }
  throw Failure("callgrind left no total");
}

std::uint64_t in_once(const Options& options, std::uint64_t messages) {
  World world(options, 1);
  world.start();
  world.join(0, 1, own_channel, 1);
  Outward out(world, 1);
  out.run(messages, options.window ? options.window : 256);
  world.stop();
  return total(world.gateway().profile_file());
}

std::uint64_t out_once(const Options& options, std::uint64_t messages) {
  const std::uint64_t users = options.users ? options.users : 10;
  World world(options, users);
  world.irc().populate(common_channel(0), {std::string(speaker)});
  world.start();
  world.join(0, users, common_channel, 16);
  Inward in(world, users);
  in.run(messages / users, options.window ? options.window : 256);
  world.stop();
  return total(world.gateway().profile_file());
}

boost::json::object difference(Options options, std::uint64_t (*once)(const Options&, std::uint64_t)) {
  options.callgrind = true;
  const std::uint64_t few = 500, many = few + (options.messages ? options.messages : 4000);
  const std::uint64_t base = once(options, few), all = once(options, many);
  return {{"instructions_per_message", static_cast<double>(all - base) / static_cast<double>(many - few)}};
}

}  // namespace

boost::json::object instructions_in(const Options& options) {
  return difference(options, &in_once);
}

boost::json::object instructions_out(const Options& options) {
  return difference(options, &out_once);
}

}  // namespace load

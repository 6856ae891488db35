#include "bench/load/world.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "bench/load/certificate.hpp"
#include "bench/load/scan.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;

constexpr int valgrind_factor = 6;

}  // namespace

Directory::Directory(const std::string& parent, bool keep_it)
    : path(std::filesystem::absolute(parent) / "load.XXXXXX"), keep(keep_it) {
  if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("can't make a directory in " + parent);
}

Directory::~Directory() {
  std::error_code ignored;
  if (!keep) std::filesystem::remove_all(path, ignored);
}

World::World(const Options& options, std::uint64_t users)
    : options_(options),
      directory_(options.directory, options.keep),
      tls_(options.tls ? make_tls_server(directory_.path + "/ca.pem") : nullptr),
      irc_(io_, Manners{!options.ordinary, tls_.get(), 0}),
      xmpp_(io_, Manners{!options.ordinary, nullptr, options.pace}, std::string(Gateway::domain),
            std::string(Gateway::secret)),
      gateway_(options, {directory_.path, xmpp_.port(), irc_.port(), directory_.path + "/ca.pem", users}) {
  gateway_.prepare();
}

World::~World() {
  xmpp_.on_stanza = nullptr;
  irc_.on_said = nullptr;
}

Clock::duration World::patience() const {
  return std::chrono::seconds(options_.patience) * (options_.callgrind ? valgrind_factor : 1);
}

double World::start() {
  const Time begin = Clock::now();
  gateway_.start();
  wait_until([this] { return xmpp_.is_up(); }, "the handshake");
  return std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
}

void World::stop() {
  gateway_.process().terminate();
  const Time limit = Clock::now() + patience();
  while (gateway_.process().is_running()) {
    io_.run_one_for(10ms);
    if (Clock::now() > limit) throw Failure("the gateway doesn't stop");
  }
  while (xmpp_.is_up()) io_.run_one_for(10ms);
}

void World::wait_until(const std::function<bool()>& done, const std::string& what) {
  const auto limit = patience();
  const auto signs_of_life = [this] { return xmpp_.stanzas() + irc_.lines() + irc_.clients() + xmpp_.handshakes(); };
  std::uint64_t before = signs_of_life();
  Time moved = Clock::now(), looked = moved;
  while (!done()) {
    io_.run_one_for(50ms);
    io_.poll();  // everything that is there: answers to it leave together
    const Time now = Clock::now();
    if (now - looked < 100ms) continue;
    looked = now;
    if (!gateway_.process().is_running()) throw Failure("the gateway died during " + what);
    if (signs_of_life() != before) moved = now;
    before = signs_of_life();
    if (now - moved > limit) throw Failure("the gateway stands still during " + what);
  }
}

void World::wait_for(Clock::duration time) {
  const Time end = Clock::now() + time;
  while (Clock::now() < end) io_.run_one_until(end);
  if (!gateway_.process().is_running()) throw Failure("the gateway died");
}

void World::send_join(std::uint64_t user, const std::string& channel) {
  xmpp_.send(fmt::format("<presence from='{}' to='{}/{}'><x xmlns='http://jabber.org/protocol/muc'/></presence>",
                         user_full(user), gateway_.room(channel), user_nick(user)));
}

void World::join(std::uint64_t first, std::uint64_t end, const std::function<std::string(std::uint64_t)>& channel_of,
                 std::uint64_t at_once) {
  const auto before = std::exchange(xmpp_.on_stanza, nullptr);
  std::vector<int> joined(end, 0);
  std::uint64_t next = first, done = 0;
  std::string trouble;
  xmpp_.on_stanza = [&](std::string_view kind, std::string_view stanza) {
    const std::int64_t user = user_of(attribute(stanza, "to"));
    const std::string_view type = attribute(stanza, "type");
    if (type == "error" && trouble.empty()) trouble = stanza;
    if (kind != "presence" || !type.empty() || stanza.find("110") == std::string_view::npos) return;
    if (user < static_cast<std::int64_t>(first) || user >= static_cast<std::int64_t>(end)) return;
    if (after(attribute(stanza, "from"), '/') != user_nick(static_cast<std::uint64_t>(user))) return;
    if (++joined[static_cast<std::size_t>(user)] == 1) ++done;
  };
  wait_until(
      [&] {
        for (; next < end && next - first - done < at_once; ++next) send_join(next, channel_of(next));
        return done == end - first || !trouble.empty();
      },
      fmt::format("joins {} to {}", first, end));
  xmpp_.on_stanza = before;
  if (!trouble.empty()) throw Failure(fmt::format("a join failed after {}: {}", done, trouble));
  for (std::uint64_t user = first; user < end; ++user) {
    if (joined[user] != 1) throw Failure(fmt::format("user {} was told {} times that it is in", user, joined[user]));
  }
}

Meter::Meter(World& world) : world_(world), begin_(Clock::now()), cpu_(world.gateway().process().cpu_ns()) {}

double Meter::seconds() const {
  return std::chrono::duration<double>(Clock::now() - begin_).count();
}

double Meter::cpu_us() const {
  return static_cast<double>(world_.gateway().process().cpu_ns() - cpu_) / 1000;
}

boost::json::object to_json(const Counts& counts) {
  return {{"sent", counts.sent},       {"arrived", counts.arrived},     {"lost", counts.lost()},
          {"doubled", counts.doubled}, {"reordered", counts.reordered}, {"corrupt", counts.corrupt},
          {"errors", counts.errors}};
}

namespace {

boost::json::object quantiles(const std::vector<double>& sorted) {
  return {{"p50_ms", quantile(sorted, 0.5)}, {"p99_ms", quantile(sorted, 0.99)}, {"p99.9_ms", quantile(sorted, 0.999)}};
}

}  // namespace

boost::json::object latency_json(const Ledger& ledger) {
  return quantiles(ledger.latencies());
}

boost::json::object latency_json(const Ledger& one, const Ledger& other) {
  const auto first = one.latencies(), second = other.latencies();
  std::vector<double> both;
  std::merge(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(both));
  return quantiles(both);
}

void settle(World& world, const std::string& what, const std::vector<Account>& accounts,
            const std::function<bool()>& done) {
  const auto counts = [&] {
    boost::json::object all;
    for (const Account& each : accounts) all[each.name] = to_json(each.ledger.counts());
    return all;
  };
  try {
    world.wait_until(done, what);
  } catch (const Failure& why) {
    throw Failure(why.what(), counts());
  }
  for (const Account& each : accounts) {
    if (!each.ledger.counts().is_clean()) throw Failure(fmt::format("{}: {} went wrong", what, each.name), counts());
  }
}

}  // namespace load

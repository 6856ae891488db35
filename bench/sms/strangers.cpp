// A webhook with its secret, each on a connection of its own, a hundred in a second: how long it waits for its answer
// alone, and among a thousand connections of strangers.
#include <fmt/format.h>

#include <algorithm>

#include "bench/sms/crowd.hpp"
#include "bench/sms/poster.hpp"
#include "bench/sms/world.hpp"

namespace sms_bench {
namespace {

using namespace std::chrono_literals;

constexpr auto interval = 10ms;

class Caller {
 public:
  Caller(World& world, std::uint64_t users) : world_(world), users_(users), timer_(world.io()) {}

  // The latencies of so many calls, in milliseconds.
  std::vector<double> run(std::uint64_t calls) {
    latencies_.clear();
    left_ = open_ = calls;
    next_ = load::Clock::now();
    call_in_time();
    world_.wait_until([this] { return open_ == 0; }, "webhooks");
    posters_.clear();
    return latencies_;
  }

 private:
  void call_in_time() {
    if (left_ == 0) return;
    --left_;
    call();
    next_ += interval;
    timer_.expires_at(next_);
    timer_.async_wait([this](boost::system::error_code ec) {
      if (!ec) call_in_time();
    });
  }

  void call() {
    const load::Time begun = load::Clock::now();
    const std::uint64_t number = ++number_;
    posters_.push_back(std::make_unique<Poster>(world_.io(), world_.webhook_port()));
    const Posted message{world_.webhook_target(fmt::format("s-{}", number)), phone_number(number % 100),
                         user_number(number % users_), fmt::format("text {}", number)};
    posters_.back()->post(message, [this, begun](unsigned status) {
      world_.moved();
      --open_;
      if (status != 200) throw Failure(fmt::format("a webhook got {}", status));
      latencies_.push_back(std::chrono::duration<double, std::milli>(load::Clock::now() - begun).count());
    });
  }

  World& world_;
  std::uint64_t users_;
  asio::steady_timer timer_;
  load::Time next_;
  std::vector<std::unique_ptr<Poster>> posters_;
  std::vector<double> latencies_;
  std::uint64_t left_ = 0;
  std::uint64_t open_ = 0;
  std::uint64_t number_ = 0;
};

double p99(std::vector<double> times) {
  std::sort(times.begin(), times.end());
  return load::quantile(times, 0.99);
}

}  // namespace

boost::json::object strangers(const Options& options) {
  World world(options);
  world.start();
  Caller caller(world, options.users);
  const std::uint64_t calls = options.messages / 2;
  caller.run(calls / 10 + 1);
  const auto alone = caller.run(calls);
  Crowd crowd(options.strangers, world.webhook_port());
  world.wait_until([&] { return world.moved(), crowd.connected() >= options.strangers; }, "the strangers' arrival");
  const Meter meter(world);
  const auto among = caller.run(calls);
  boost::json::object figures = meter.figures(calls);
  figures["strangers"] = options.strangers;
  figures["strange_connections"] = crowd.connected();
  figures["strange_answers"] = crowd.refused();
  figures["disk_sync_ms"] = world.directory().sync_ms();
  figures["alone"] = latency_json(alone);
  figures["among_strangers"] = latency_json(among);
  figures["p99_ratio"] = p99(among) / p99(alone);
  return figures;
}

}  // namespace sms_bench

// One user joins a room with thousands of people; then a netsplit takes all of them away, and they come back.
#include <fmt/format.h>

#include "bench/load/scan.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/talk.hpp"

namespace load {
namespace {

constexpr std::string_view channel = "#big";

std::string person(std::uint64_t number) {
  return fmt::format("p{}", number);
}

// Who was reported, each exactly once per phase.
class Crowd {
 public:
  Crowd(World& world, std::uint64_t people) : world_(world), seen_(people), room_(world.gateway().room(channel)) {
    std::vector<std::string> nicks;
    for (std::uint64_t i = 0; i < people; ++i) nicks.push_back(person(i));
    world.irc().populate(channel, std::move(nicks));
    world.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) {
      if (kind == "presence") on_presence(stanza);
    };
  }

  // Does it, waits until everybody was reported (and ourselves, if `self`), and returns the figures.
  template <class Action>
  boost::json::object phase(const std::string& what, std::string_view type, bool self, Action act) {
    std::fill(seen_.begin(), seen_.end(), 0);
    arrived_ = doubled_ = wrong_ = 0;
    type_ = type;
    self_ = !self;
    const Meter meter(world_);
    act();
    try {
      world_.wait_until([this] { return arrived_ == seen_.size() && self_; }, what);
    } catch (const Failure& why) {
      throw Failure(why.what(), counts());
    }
    const double cpu = meter.cpu_us(), seconds = meter.seconds();
    world_.wait_for(std::chrono::milliseconds(50));
    if (doubled_ + wrong_ > 0) throw Failure(what + ": people were reported wrongly", counts());
    return {{"cpu_us_per_person", cpu / static_cast<double>(seen_.size())}, {"seconds", seconds}};
  }

 private:
  boost::json::object counts() const {
    return {{"sent", seen_.size()},
            {"arrived", arrived_},
            {"lost", seen_.size() - arrived_},
            {"doubled", doubled_},
            {"wrong", wrong_}};
  }

  void on_presence(std::string_view stanza) {
    const std::string_view from = attribute(stanza, "from"), nick = after(from, '/');
    const bool is_right = up_to(from, '/') == room_ && attribute(stanza, "type") == type_;
    if (is_right && nick == user_nick(0)) {
      self_ = true;
      if (arrived_ < seen_.size()) ++wrong_;  // XEP-0045: the others first
      return;
    }
    const std::int64_t who = nick.starts_with('p') ? number(nick.substr(1)) : -1;
    if (!is_right || who < 0 || static_cast<std::size_t>(who) >= seen_.size()) {
      ++wrong_;
    } else if (seen_[static_cast<std::size_t>(who)]++ == 0) {
      ++arrived_;
    } else {
      ++doubled_;
    }
  }

  World& world_;
  std::vector<std::uint8_t> seen_;
  const std::string room_;
  std::string_view type_;
  std::uint64_t arrived_ = 0, doubled_ = 0, wrong_ = 0;
  bool self_ = false;
};

std::string lines(std::uint64_t people, std::string_view rest) {
  std::string all;
  for (std::uint64_t i = 0; i < people; ++i)
    all += fmt::format("{}:{}!p@host.localhost {}", i == 0 ? "" : "\r\n", person(i), rest);
  return all;
}

}  // namespace

boost::json::object big_room(const Options& options) {
  const std::uint64_t people = options.users ? options.users : 10'000;
  World world(options, 1);
  Crowd crowd(world, people);
  const std::string gone = lines(people, "QUIT :hub.localhost leaf.localhost");
  const std::string back = lines(people, fmt::format("JOIN {}", channel));
  world.start();
  boost::json::object figures{{"people", people}};
  figures["join"] = crowd.phase("the join", "", true, [&] { world.send_join(0, std::string(channel)); });
  figures["gone"] = crowd.phase("the netsplit", "unavailable", false, [&] { world.irc().broadcast(channel, gone); });
  figures["back"] = crowd.phase("the return", "", false, [&] { world.irc().broadcast(channel, back); });
  return figures;
}

}  // namespace load

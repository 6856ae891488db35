// Twenty people talk at a fixed rate, and an IRC server floods one more as fast as it is read: with texts, with nick
// changes, with a list of names. Nothing of anybody's may be lost or doubled; what counts is how long the others'
// messages take beside what they take without a flood, and the gateway's longest turn.
#include <fmt/format.h>

#include <fstream>

#include "bench/load/scan.hpp"
#include "bench/load/scenario.hpp"
#include "bench/load/schedule.hpp"
#include "bench/load/talk.hpp"

namespace load {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t backlog_kept = 512 * 1024;
constexpr std::uint64_t names_in_list = 40'000;  // more than anybody has, and less than the gateway believes

// What the IRC server says to the victim, block after block, as fast as that leaves.
class Flood {
 public:
  // Gives the next lines; empty: no more.
  using Source = std::function<std::string()>;

  Flood(World& world, std::string nick) : world_(world), nick_(std::move(nick)), timer_(world.io()) {}

  void begin(Source source) {
    source_ = std::move(source);
    turn();
  }
  void end() { source_ = nullptr; }

 private:
  void turn() {
    while (source_ && world_.irc().backlog(nick_) < backlog_kept) {
      const std::string lines = source_();
      if (lines.empty()) return end();
      world_.irc().tell(nick_, lines);
    }
    if (!source_) return;
    timer_.expires_after(1ms);
    timer_.async_wait([this](const boost::system::error_code& error) {
      if (!error) turn();
    });
  }

  World& world_;
  const std::string nick_;
  asio::steady_timer timer_;
  Source source_;
};

class Scene {
 public:
  Scene(const Options& options, std::uint64_t others, std::uint64_t rate)
      : others_(others),
        rate_(rate),
        world_(options, others + 1),
        out_(world_, others),
        in_(world_, others),
        texts_(world_, others + 1),
        flood_(world_, user_nick(others)),
        schedule_(world_, rate, [this] { talk(); }) {
    for (std::uint64_t user = 0; user <= others; ++user)
      world_.irc().populate(own_channel(user), {std::string(speaker), "mayfly0"});
    world_.start();
    world_.join(0, others + 1, own_channel, 16);
    world_.xmpp().on_stanza = [this](std::string_view kind, std::string_view stanza) { take(kind, stanza); };
  }

  // The others talk for so long while `source` floods; then everything has to arrive.
  boost::json::object phase(const std::string& what, std::uint64_t seconds, Flood::Source source) {
    out_.forget_latencies();
    in_.forget_latencies();
    const Counts floods = texts_.heard().counts();
    const std::uint64_t presences = presences_;
    if (source) flood_.begin(std::move(source));
    schedule_.begin(rate_ * seconds);
    auto accounts = out_.accounts();
    accounts.push_back(in_.accounts().front());
    accounts.push_back({"flood", texts_.heard()});
    const auto is_over = [&] {
      if (schedule_.is_over()) flood_.end();
      return schedule_.is_over() && out_.is_complete() && in_.is_complete() && texts_.is_complete() &&
             presences_ >= expected_;
    };
    settle(world_, what, accounts, is_over);
    boost::json::object figures{{"others", latency_json(out_.reflected(), in_.heard())}};
    figures["flood_texts"] = texts_.heard().counts().sent - floods.sent;
    figures["flood_presences"] = presences_ - presences;
    return figures;
  }

  std::string texts() {
    std::string lines;
    const std::string channel = own_channel(others_);
    for (int i = 0; i < 500; ++i) lines += texts_.next_line(others_) + "\r\n";
    return lines;
  }

  std::string nicks() {
    std::string lines;
    for (int i = 0; i < 500; ++i, ++nick_) {
      lines += fmt::format(":mayfly{}!m@host.localhost NICK mayfly{}\r\n", nick_, nick_ + 1);
      expected_ += 2;
    }
    return lines;
  }

  // One list; then nothing more.
  std::string names() {
    if (is_listed_) return {};
    is_listed_ = true;
    const std::string channel = own_channel(others_);
    std::string lines;
    for (std::uint64_t i = 0; i < names_in_list; i += 20) {
      lines += fmt::format(":irc.localhost 353 {} = {} :{} {} mayfly{}", user_nick(others_), channel,
                           user_nick(others_), speaker, nick_);
      for (std::uint64_t j = 0; j < 20; ++j) lines += fmt::format(" crowd{}", i + j);
      lines += "\r\n";
    }
    expected_ += names_in_list;
    return lines + fmt::format(":irc.localhost 366 {} {} :End of NAMES list\r\n", user_nick(others_), channel);
  }

  // What the gateway says of its turns when it ends.
  boost::json::object turns() {
    world_.stop();
    std::ifstream log(world_.gateway().log_file());
    constexpr std::string_view begin = "the longest turn took ";
    for (std::string line; std::getline(log, line);) {
      const auto at = line.find(begin);
      if (at == line.npos) continue;
      const std::string_view said = std::string_view(line).substr(at + begin.size());
      return {{"longest_turn_ms", number(up_to(said, ' '))},
              {"long_turns", number(up_to(after(said, ',').substr(1), ' '))}};
    }
    return {};
  }

 private:
  void talk() {
    out_.say(next_ % others_);
    in_.say_to((next_ + others_ / 2) % others_);
    ++next_;
  }

  void take(std::string_view kind, std::string_view stanza) {
    const bool is_victims = user_of(attribute(stanza, "to")) == static_cast<std::int64_t>(others_);
    if (is_victims && kind == "presence") {
      ++presences_;
    } else if (is_victims) {
      texts_.on_stanza(kind, stanza);
    } else if (!out_.on_stanza(kind, stanza)) {
      in_.on_stanza(kind, stanza);
    }
  }

  const std::uint64_t others_, rate_;
  World world_;
  Outward out_;
  Inward in_, texts_;
  Flood flood_;
  Schedule schedule_;
  std::uint64_t next_ = 0, nick_ = 0, presences_ = 0, expected_ = 0;
  bool is_listed_ = false;
};

double p99(const boost::json::object& phase) {
  return phase.at("others").at("p99_ms").as_double();
}

}  // namespace

boost::json::object hostile(const Options& given) {
  Options options = given;
  options.talkative = true;
  const std::uint64_t seconds = options.seconds ? options.seconds : 5;
  Scene scene(options, options.users ? options.users : 20, options.rate ? options.rate : 200);
  scene.phase("warming up", 1, nullptr);
  const auto calm = scene.phase("calm talk", seconds, nullptr);
  boost::json::object figures{{"calm", calm}};
  const std::pair<std::string, Flood::Source> floods[] = {{"texts", [&] { return scene.texts(); }},
                                                          {"nicks", [&] { return scene.nicks(); }},
                                                          {"names", [&] { return scene.names(); }}};
  for (const auto& [name, source] : floods) {
    auto figure = scene.phase("a flood of " + name, seconds, source);
    figure["p99_ratio"] = p99(figure) / p99(calm);
    figures[name] = std::move(figure);
  }
  for (auto& [name, value] : scene.turns()) figures[name] = value;
  return figures;
}

}  // namespace load

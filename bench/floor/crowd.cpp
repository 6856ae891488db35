// A channel with many people is joined; a netsplit takes them away; they come back.
#include <fmt/format.h>

#include <stdexcept>
#include <unordered_set>

#include "bench/floor/counter.hpp"
#include "bench/floor/irc.hpp"
#include "bench/floor/peer.hpp"
#include "bench/floor/scenarios.hpp"
#include "bench/floor/xmpp.hpp"

namespace bottom {
namespace {

constexpr std::size_t names_in_a_line = 400;  // bytes
constexpr int patience_ms = 5'000;
constexpr std::string_view room = "#big", to = "u0@xmpp.localhost/bench";

std::string names(std::uint64_t people) {
  std::string all, line;
  const auto flush = [&] {
    if (!line.empty()) all += fmt::format(":irc.localhost 353 u0 = #big :{}\r\n", line);
    line.clear();
  };
  for (std::uint64_t i = 0; i < people; ++i) {
    if (line.size() > names_in_a_line) flush();
    line += fmt::format("{}{}p{}", line.empty() ? "" : " ", i % 50 == 0 ? "@" : "", i);
  }
  flush();
  return all;
}

std::string each(std::uint64_t people, std::string_view what) {
  std::string all;
  for (std::uint64_t i = 0; i < people; ++i) all += fmt::format(":p{}!p@host.localhost {}\r\n", i, what);
  return all;
}

// Sends one phase after the other, each when everybody was reported in the one before.
std::string act(const Wire& xmpp, const Wire& irc, std::uint64_t people) {
  Poller poller;
  poller.add(xmpp.fd(), 0);
  Counter reported("</presence>");
  std::uint64_t expected = 0;
  for (std::string lines :
       {names(people), each(people, "QUIT :hub.localhost leaf.localhost"), each(people, "JOIN #big")}) {
    expected += people;
    while (reported.total() < expected) {
      irc.write_some(lines);
      if (!poller.wait(lines.empty() ? patience_ms : 1).empty()) {
        reported.take(xmpp);
      } else if (lines.empty()) {
        throw std::runtime_error("somebody was lost");
      }
    }
  }
  if (reported.total() != expected) throw std::runtime_error("a wrong count");
  return {};
}

// The gateway's half.
class Room {
 public:
  void on_line(const Line& line) {
    if (line.command == "353") return on_names(line.last());
    const bool is_join = line.command == "JOIN";
    const std::string nick(line.nick);
    if (is_join ? !people_.insert(nick).second : people_.erase(nick) == 0) return;
    append_presence(out, room, nick, to, is_join ? "" : "unavailable", is_join ? line.address : std::string_view{});
    ++done;
  }

  std::string out;
  std::uint64_t done = 0;

 private:
  void on_names(std::string_view list) {
    while (!list.empty()) {
      const auto space = list.find(' ');
      std::string_view nick = list.substr(0, space);
      list.remove_prefix(space == list.npos ? list.size() : space + 1);
      if (nick.starts_with('@') || nick.starts_with('+')) nick.remove_prefix(1);
      if (!people_.emplace(nick).second) continue;
      append_presence(out, room, nick, to, {}, {});
      ++done;
    }
  }

  std::unordered_set<std::string> people_;
};

struct Costs {
  double join = 0, gone = 0, back = 0;  // microseconds per person
};

Costs report(const Wire& xmpp, const Wire& irc, std::uint64_t people) {
  Poller poller;
  poller.add(irc.fd(), 0);
  Room here;
  std::string in;
  std::array<double, 4> marks{cpu_us()};
  for (std::uint64_t phase = 1; phase < marks.size();) {
    poller.wait();
    if (!irc.read(in)) throw std::runtime_error("the IRC server has closed");
    take_lines(in, [&](const Line& line) { here.on_line(line); });
    xmpp.write_all(here.out);
    if (here.done == phase * people) marks[phase++] = cpu_us();
  }
  const auto cost = [&](std::size_t phase) { return (marks[phase] - marks[phase - 1]) / static_cast<double>(people); };
  return {cost(1), cost(2), cost(3)};
}

Costs run(std::uint64_t people) {
  Pair xmpp = make_pair(), irc = make_pair();
  Peer peer([&] {
    xmpp.gateway.close();
    irc.gateway.close();
    return act(xmpp.peer, irc.peer, people);
  });
  xmpp.peer.close();
  irc.peer.close();
  const Costs costs = report(xmpp.gateway, irc.gateway, people);
  peer.join();
  return costs;
}

}  // namespace

boost::json::object channel(std::uint64_t people) {
  return {{"cpu_us_per_person", run(people).join}};
}

boost::json::object netsplit(std::uint64_t people) {
  const Costs costs = run(people);
  return {{"cpu_us_per_presence_gone", costs.gone}, {"cpu_us_per_presence_back", costs.back}};
}

}  // namespace bottom

// Messages, both ways.
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <stdexcept>
#include <unordered_map>

#include "bench/floor/counter.hpp"
#include "bench/floor/irc.hpp"
#include "bench/floor/peer.hpp"
#include "bench/floor/scenarios.hpp"
#include "bench/floor/wire.hpp"
#include "bench/floor/xmpp.hpp"

namespace bottom {
namespace {

constexpr std::string_view user = "u0@xmpp.localhost/bench";
constexpr std::string_view text = "is it <b> & 'c' or \"d\", asked somebody who had read all of the long manual";
constexpr std::uint64_t warm_part = 10;  // one tenth is not counted
constexpr int patience_ms = 5'000;

// The peer of xmpp_to_irc: says what the window allows and times each message until IRC has it.
class Speaker {
 public:
  Speaker(const Wire& xmpp, const Wire& irc, std::uint64_t messages, std::uint64_t window)
      : xmpp_(xmpp), irc_(irc), messages_(messages), window_(window) {}

  std::string play() {
    poller_.add(xmpp_.fd(), 0);
    poller_.add(irc_.fd(), 1);
    out_ = stream_header;
    while (said_.total() < messages_ || reflected_.total() < messages_) {
      speak();
      const auto ready = poller_.wait(patience_ms);
      if (ready.empty()) throw std::runtime_error("messages were lost");
      for (const std::size_t which : ready) which == 0 ? static_cast<void>(reflected_.take(xmpp_)) : hear();
    }
    return report();
  }

 private:
  void speak() {
    const std::uint64_t limit = std::min(messages_, said_.total() + window_);
    for (; sent_ < limit; ++sent_) {
      fmt::format_to(std::back_inserter(out_), "<message from='{}' to='#c0{}' type='groupchat' id='m{}'><body>{} ",
                     user, room_suffix, sent_, sent_);
      append_escaped(out_, text);
      out_ += "</body></message>";
      sent_at_.push_back(wall_us());
    }
    xmpp_.write_some(out_);
  }

  void hear() {
    for (std::uint64_t more = said_.take(irc_); more > 0; --more) {
      latencies_.push_back(wall_us() - sent_at_.front());
      sent_at_.pop_front();
    }
  }

  std::string report() {
    if (said_.total() != messages_ || reflected_.total() != messages_) throw std::runtime_error("a wrong count");
    std::sort(latencies_.begin(), latencies_.end());
    return fmt::format("{} {}", latencies_[latencies_.size() / 2], latencies_[latencies_.size() * 99 / 100]);
  }

  const Wire& xmpp_;
  const Wire& irc_;
  std::uint64_t messages_, window_, sent_ = 0;
  Poller poller_;
  std::string out_;
  std::deque<double> sent_at_;
  std::vector<double> latencies_;
  Counter said_{"\r\n"}, reflected_{"</message>"};
};

// The gateway's half of xmpp_to_irc. Not inlined, so that callgrind can tell it from the rest.
[[gnu::noinline]] double carry_out(const Wire& xmpp, const Wire& irc, std::uint64_t messages) {
  Poller poller;
  poller.add(xmpp.fd(), 0);
  poller.add(irc.fd(), 1);
  std::string in, to_irc, to_xmpp;
  std::uint64_t done = 0;
  const std::unordered_map<std::string, std::string> nicks{{std::string(user), "u0"}};
  StanzaReader reader([&](const Stanza& stanza) {
    const std::string_view channel(stanza.to.data(), stanza.to.find('%'));
    to_irc.append("PRIVMSG ").append(channel).append(" :").append(stanza.body).append("\r\n");
    append_groupchat(to_xmpp, channel, nicks.at(stanza.from), stanza.from, stanza.id, stanza.body);
    ++done;
  });
  Meter meter(messages / warm_part);
  while (meter.total() < messages) {
    poller.wait();
    if (!xmpp.read(in)) break;
    reader.feed(in);
    in.clear();
    irc.write_all(to_irc);
    xmpp.write_all(to_xmpp);
    meter.count(std::exchange(done, 0));
  }
  return meter.us_per_item();
}

// The peer of irc_to_xmpp: one line to each connection, as many as the window of deliveries allows.
std::string shout(const Wire& xmpp, const std::vector<Pair>& irc, std::uint64_t messages) {
  constexpr std::uint64_t window = 256;
  Poller poller;
  poller.add(xmpp.fd(), 0);
  Counter heard("</message>");
  std::uint64_t sent = 0;
  while (heard.total() < messages) {
    std::string lines;
    for (; sent < messages && (sent == heard.total() || sent - heard.total() + irc.size() <= window);
         sent += irc.size())
      fmt::format_to(std::back_inserter(lines), ":speaker!p@host.localhost PRIVMSG #common :{} {}\r\n", sent, text);
    for (const Pair& each : irc) {
      std::string copy = lines;
      each.peer.write_all(copy);
    }
    if (poller.wait(patience_ms).empty()) throw std::runtime_error("messages were lost");
    heard.take(xmpp);
  }
  if (heard.total() != messages) throw std::runtime_error("a wrong count");
  return {};
}

// The gateway's half of irc_to_xmpp.
[[gnu::noinline]] double carry_in(const Wire& xmpp, const std::vector<Pair>& irc, std::uint64_t messages) {
  Poller poller;
  for (std::size_t i = 0; i < irc.size(); ++i) poller.add(irc[i].gateway.fd(), i);
  std::vector<std::string> in(irc.size()), users;
  for (std::size_t i = 0; i < irc.size(); ++i) users.push_back(fmt::format("u{}@xmpp.localhost/bench", i));
  std::string out;
  std::uint64_t done = 0;
  Meter meter(messages / warm_part);
  while (meter.total() < messages) {
    for (const std::size_t i : poller.wait()) {
      if (!irc[i].gateway.read(in[i])) return meter.us_per_item();
      take_lines(in[i], [&](const Line& line) {
        if (line.command != "PRIVMSG") return;
        const std::uint64_t id = meter.total() + ++done;
        append_groupchat(out, line.params[0], line.nick, users[i], fmt::format_int(id).c_str(), line.last());
      });
    }
    xmpp.write_all(out);
    meter.count(std::exchange(done, 0));
  }
  return meter.us_per_item();
}

}  // namespace

boost::json::object xmpp_to_irc(std::uint64_t messages, std::uint64_t window) {
  Pair xmpp = make_pair(), irc = make_pair();
  Peer peer([&] {
    xmpp.gateway.close();
    irc.gateway.close();
    return Speaker(xmpp.peer, irc.peer, messages, window).play();
  });
  xmpp.peer.close();
  irc.peer.close();
  const double cpu = carry_out(xmpp.gateway, irc.gateway, messages);
  const std::string report = peer.join();
  boost::json::object figures{{"cpu_us_per_message", cpu}};
  figures["latency_p50_us"] = std::stod(report);
  figures["latency_p99_us"] = std::stod(report.substr(report.find(' ')));
  return figures;
}

boost::json::object irc_to_xmpp(std::uint64_t messages, std::uint64_t users) {
  Pair xmpp = make_pair();
  std::vector<Pair> irc;
  for (std::uint64_t i = 0; i < users; ++i) irc.push_back(make_pair());
  Peer peer([&] {
    xmpp.gateway.close();
    for (Pair& each : irc) each.gateway.close();
    return shout(xmpp.peer, irc, messages);
  });
  xmpp.peer.close();
  for (Pair& each : irc) each.peer.close();
  const double cpu = carry_in(xmpp.gateway, irc, messages);
  peer.join();
  return {{"cpu_us_per_message", cpu}};
}

}  // namespace bottom

// Users who connect and join a room of their own, and the memory that a connection takes at least.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <unordered_map>

#include "bench/floor/counter.hpp"
#include "bench/floor/irc.hpp"
#include "bench/floor/peer.hpp"
#include "bench/floor/scenarios.hpp"
#include "bench/floor/xmpp.hpp"

namespace bottom {
namespace {

constexpr std::uint64_t at_once = 16;
constexpr int patience_ms = 5'000;
constexpr std::size_t xmpp_tag = SIZE_MAX, listener_tag = SIZE_MAX - 1;
constexpr std::string_view in_the_room = "<status code='110'/>";

// What a gateway has to know of a user at least.
struct User {
  Wire wire;
  std::string jid, nick, channel, in;
};

// The gateway's half.
class Joiner {
 public:
  Joiner(const Wire& xmpp, std::uint16_t irc_port)
      : xmpp_(xmpp), irc_port_(irc_port), reader_([this](const Stanza& stanza) { open(stanza); }) {}

  double run(std::uint64_t users) {
    const double begin = cpu_us();
    poller_.add(xmpp_.fd(), xmpp_tag);
    while (joined_ < users) {
      for (const std::size_t tag : poller_.wait()) tag == xmpp_tag ? read_xmpp() : read_irc(*users_[tag]);
      xmpp_.write_all(out_);
    }
    return (cpu_us() - begin) / static_cast<double>(users);
  }

 private:
  void read_xmpp() {
    std::string in;
    if (!xmpp_.read(in)) throw std::runtime_error("the XMPP server has closed");
    reader_.feed(in);
  }

  void open(const Stanza& presence) {
    const auto percent = presence.to.find('%'), slash = presence.to.find('/');
    auto user = std::make_unique<User>(User{
        Wire::connect(irc_port_), presence.from, presence.to.substr(slash + 1), presence.to.substr(0, percent), {}});
    std::string hello = fmt::format("NICK {}\r\nUSER {} 0 * :{}\r\n", user->nick, user->nick, user->nick);
    user->wire.write_all(hello);
    poller_.add(user->wire.fd(), users_.size());
    by_jid_[user->jid] = users_.size();
    users_.push_back(std::move(user));
  }

  void read_irc(User& user) {
    in_ = user.in;
    if (!user.wire.read(in_)) throw std::runtime_error("the IRC server has closed");
    take_lines(in_, [&](const Line& line) { on_line(user, line); });
    user.in = in_;
  }

  void on_line(User& user, const Line& line) {
    if (line.command == "422" || line.command == "376") {
      std::string join = fmt::format("JOIN {}\r\n", user.channel);
      user.wire.write_all(join);
    } else if (line.command == "366") {
      append_presence(out_, user.channel, user.nick, user.jid, {}, {}, in_the_room);
      out_.append("<message from='").append(user.channel).append(room_suffix).append("' to='").append(user.jid);
      out_ += "' type='groupchat'><subject/></message>";
      ++joined_;
    }
  }

  const Wire& xmpp_;
  std::uint16_t irc_port_;
  StanzaReader reader_;
  Poller poller_;
  std::vector<std::unique_ptr<User>> users_;
  std::unordered_map<std::string, std::size_t> by_jid_;
  std::string in_, out_;  // shared by all: a user keeps no more than a line that is incomplete
  std::uint64_t joined_ = 0;
};

// Both servers.
class Servers {
 public:
  Servers(const Wire& xmpp, const Listener& listener) : xmpp_(xmpp), listener_(listener) {}

  std::string play(std::uint64_t users) {
    poller_.add(xmpp_.fd(), xmpp_tag);
    poller_.add(listener_.fd(), listener_tag);
    out_ = stream_header;
    while (joined_.total() < users) {
      ask(users);
      const auto ready = poller_.wait(patience_ms);
      if (ready.empty()) throw std::runtime_error("a join was lost");
      for (const std::size_t tag : ready) on_ready(tag);
    }
    if (joined_.total() != users) throw std::runtime_error("a wrong count");
    return {};
  }

 private:
  void ask(std::uint64_t users) {
    for (; asked_ < users && asked_ < joined_.total() + at_once; ++asked_)
      out_ += fmt::format(
          "<presence from='u{0}@xmpp.localhost/bench' to='#c{0}{1}/u{0}'><x xmlns='http://jabber.org/protocol/muc'/>"
          "</presence>",
          asked_, room_suffix);
    xmpp_.write_all(out_);
  }

  void on_ready(std::size_t tag) {
    if (tag == xmpp_tag) {
      joined_.take(xmpp_);
    } else if (tag == listener_tag) {
      clients_.push_back(std::make_unique<User>(User{listener_.accept(), {}, {}, {}, {}}));
      poller_.add(clients_.back()->wire.fd(), clients_.size() - 1);
    } else {
      User& client = *clients_[tag];
      if (!client.wire.read(client.in)) throw std::runtime_error("the gateway has hung up");
      take_lines(client.in, [&](const Line& line) { answer(client, line); });
    }
  }

  void answer(User& client, const Line& line) {
    std::string reply;
    if (line.command == "NICK") client.nick = line.params[0];
    if (line.command == "USER") reply = welcome(client.nick);
    if (line.command == "JOIN")
      reply = fmt::format(
          ":{0}!u@host.localhost JOIN {1}\r\n:irc.localhost 353 {0} = {1} :{0}\r\n"
          ":irc.localhost 366 {0} {1} :End of NAMES list\r\n",
          client.nick, line.params[0]);
    client.wire.write_all(reply);
  }

  static std::string welcome(const std::string& nick) {
    return fmt::format(
        ":irc.localhost 001 {0} :Welcome to the benchmark {0}!u@host.localhost\r\n"
        ":irc.localhost 002 {0} :Your host is irc.localhost\r\n:irc.localhost 003 {0} :This server was started\r\n"
        ":irc.localhost 004 {0} irc.localhost bench-1 iow biklmnopstv\r\n"
        ":irc.localhost 005 {0} CASEMAPPING=rfc1459 CHANMODES=b,k,l,imnpst CHANTYPES=# NICKLEN=30 PREFIX=(ov)@+ "
        ":are supported by this server\r\n:irc.localhost 422 {0} :MOTD File is missing\r\n",
        nick);
  }

  const Wire& xmpp_;
  const Listener& listener_;
  Poller poller_;
  Counter joined_{in_the_room};
  std::vector<std::unique_ptr<User>> clients_;
  std::string out_;
  std::uint64_t asked_ = 0;
};

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double all = 0, resident = 0;
  file >> all >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

// Joins in a process of its own, so that a run neither inherits nor leaves memory; what it measured.
std::string run_alone(std::uint64_t users) {
  const Listener listener;
  Pair xmpp = make_pair();
  Peer peer([&] {
    xmpp.gateway.close();
    return Servers(xmpp.peer, listener).play(users);
  });
  xmpp.peer.close();
  const double before = resident_bytes();
  Joiner joiner(xmpp.gateway, listener.port());
  const double cpu = joiner.run(users);
  const double bytes = (resident_bytes() - before) / static_cast<double>(users);
  peer.join();
  return fmt::format("{} {}", cpu, bytes);
}

}  // namespace

boost::json::object joins(std::uint64_t users) {
  Peer alone([=] { return run_alone(users); });
  return {{"cpu_us_per_join", std::stod(alone.join())}};
}

boost::json::object memory(std::uint64_t users) {
  Peer alone([=] { return run_alone(users); });
  const std::string report = alone.join();
  return {{"bytes_per_user", std::stod(report.substr(report.find(' ')))}};
}

}  // namespace bottom

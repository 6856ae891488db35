// Everything around one run of one scenario: both servers, the gateway, the loop, and the joining of users that most
// scenarios begin with.
#pragma once

#include <boost/json.hpp>
#include <functional>
#include <stdexcept>
#include <string>

#include "bench/load/gateway.hpp"
#include "bench/load/irc_server.hpp"
#include "bench/load/ledger.hpp"
#include "bench/load/options.hpp"
#include "bench/load/xmpp_server.hpp"

namespace load {

// The gateway did not do what it should; there is no figure then.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& what, boost::json::object counted = {})
      : std::runtime_error(what), counts(std::move(counted)) {}
  boost::json::object counts;
};

// The scenario makes no sense with this gateway.
struct Skipped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct Directory {
  Directory(const std::string& parent, bool keep);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  std::string path;
  bool keep;
};

class World {
 public:
  World(const Options& options, std::uint64_t users);
  ~World();

  XmppServer& xmpp() { return xmpp_; }
  IrcServer& irc() { return irc_; }
  Gateway& gateway() { return gateway_; }
  asio::io_context& io() { return io_; }

  // Runs the gateway until it has shaken hands; milliseconds.
  double start();
  // Asks it to end, and waits until it has.
  void stop();
  // Runs the loop until `done`. Throws Failure when the gateway dies, or nothing moves for the patience's time.
  void wait_until(const std::function<bool()>& done, const std::string& what);
  void wait_for(Clock::duration time);

  // The users from `first` to `end` join, each the channel of its own name, `at_once` under way at a time. Answers
  // are expected from on_stanza; afterwards on_stanza is what it was before.
  void join(std::uint64_t first, std::uint64_t end, const std::function<std::string(std::uint64_t)>& channel_of,
            std::uint64_t at_once);
  void send_join(std::uint64_t user, const std::string& channel);

 private:
  Clock::duration patience() const;

  asio::io_context io_{1};
  const Options& options_;
  Directory directory_;
  std::unique_ptr<asio::ssl::context> tls_;
  IrcServer irc_;
  XmppServer xmpp_;
  Gateway gateway_;
};

// What ran between two moments.
class Meter {
 public:
  explicit Meter(World& world);
  double seconds() const;
  double cpu_us() const;

 private:
  World& world_;
  Time begin_;
  std::uint64_t cpu_;
};

boost::json::object to_json(const Counts& counts);
// p50, p99, p99.9 in milliseconds.
boost::json::object latency_json(const Ledger& ledger);
boost::json::object latency_json(const Ledger& one, const Ledger& other);

// A ledger, and what it is about.
struct Account {
  std::string_view name;
  const Ledger& ledger;
};
// wait_until, and then nothing may be wrong in the ledgers. Failures come with their counts.
void settle(World& world, const std::string& what, const std::vector<Account>& accounts,
            const std::function<bool()>& done);

}  // namespace load

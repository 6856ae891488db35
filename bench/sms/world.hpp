// wherry between the two sides that we play: the XMPP server's component port and Kannel. Everything in one process
// and on one loop but wherry itself, whose CPU is what is measured.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>

#include "bench/load/ledger.hpp"
#include "bench/load/process.hpp"
#include "bench/load/xmpp_server.hpp"
#include "bench/sms/options.hpp"
#include "bench/sms/provider.hpp"

namespace sms_bench {

// The gateway failed: with the counts, and without a figure.
struct Failure : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A directory of its own inside another one that is on a disk; removed at the end.
class Directory {
 public:
  Directory(const std::string& parent, bool keep);
  ~Directory();
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  const std::string& path() const { return path_; }
  // The median time that the disk takes to sync 4 KiB, in milliseconds.
  double sync_ms() const;

 private:
  std::string path_;
  bool keep_;
};

class World {
 public:
  static constexpr std::string_view domain = "sms.localhost";

  explicit World(const Options& options);
  ~World();

  // Starts wherry and registers the users, each with a number; they are online after it.
  void start();
  // Runs the loop until it is done; throws when wherry dies, or nothing happens for a while.
  void wait_until(const std::function<bool()>& done, const std::string& what);

  // Doubles would come now: the loop runs a little longer.
  void wait_for_silence();

  asio::io_context& io() { return io_; }
  load::XmppServer& xmpp() { return xmpp_; }
  Provider& provider() { return provider_; }
  load::Process& process() { return process_; }
  const Directory& directory() const { return directory_; }
  std::uint16_t webhook_port() const { return webhook_port_; }
  std::string webhook_target(std::string_view id) const;
  void moved() { ++signs_of_life_; }

 private:
  void write_config() const;
  void register_users();

  const Options& options_;
  Directory directory_;
  asio::io_context io_;
  load::XmppServer xmpp_;
  Provider provider_;
  load::Process process_;
  std::uint16_t webhook_port_ = 0;
  std::uint64_t signs_of_life_ = 0;
};

std::string user_jid(std::uint64_t user);     // full
std::string user_number(std::uint64_t user);  // +15550000001
std::string phone_number(std::uint64_t phone);
// Of a number of phone_number(); -1: none of them.
std::int64_t phone_of(std::string_view number);

// What a run cost from its making on.
class Meter {
 public:
  explicit Meter(World& world);
  boost::json::object figures(std::uint64_t messages) const;

 private:
  World& world_;
  load::Time begin_;
  std::uint64_t cpu_;
};

boost::json::object latency_json(std::vector<double> sorted);
// World::wait_until(); a failure has the counts with it.
void wait_for(World& world, const std::vector<const load::Ledger*>& ledgers, const std::function<bool()>& done,
              const std::string& what);
// Throws Failure with the counts unless all is well.
void require_clean(const load::Ledger& ledger, const std::string& what);

boost::json::object webhooks(const Options& options);
boost::json::object strangers(const Options& options);
boost::json::object sends(const Options& options);

}  // namespace sms_bench

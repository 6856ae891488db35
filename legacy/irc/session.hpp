// One user's connection to one IRC network: dials, reads, writes at the permitted speed, keeps time and reconnects.
// All decisions are State's. Owned by the mapping; must outlive run(). Loop thread only.
#pragma once

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/backoff.hpp"
#include "base/condition.hpp"
#include "base/fifo.hpp"
#include "base/stream.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/irc/connect_queue.hpp"
#include "legacy/irc/encoding.hpp"
#include "legacy/irc/hasher.hpp"
#include "legacy/irc/ident.hpp"
#include "legacy/irc/state.hpp"
#include "legacy/irc/sts.hpp"
#include "legacy/irc/throttle.hpp"

namespace irc {

// What sessions find out about their network and all of them share; owned by the Network.
struct Learnt {
  std::string channel_types = "#&";
  IsupportPool isupports;
};

// What all networks of a gateway share; null: there is none.
struct Facilities {
  StsPolicies* sts = nullptr;
  IdentTable* idents = nullptr;
  Hasher* hasher = nullptr;  // without one a login is computed on the loop
};

// What a session works with. Outlives it.
struct Surroundings {
  const config::IrcNetwork& network;
  base::Dialer& dialer;
  Learnt& learnt;
  ConnectQueue& queue;
  Facilities facilities;
};

// How one user reaches the network.
struct Access {
  // In the order in which they are tried; at least one. Shared by those who have chosen nothing.
  std::shared_ptr<const std::vector<base::Endpoint>> endpoints;
  std::shared_ptr<const Encodings> encodings;
  int burst = 0;      // as config::IrcNetwork::burst
  std::string ident;  // the answer to ident queries
};

class Session final : public legacy::Session, private base::DialObserver {
 public:
  Session(const Surroundings& around, Identity identity, Access access, legacy::Context context);

  asio::awaitable<void> run() override;
  void submit(legacy::Ref ref, const legacy::Request& request) override;

 private:
  struct Parcel {
    std::string bytes;
    std::vector<std::uint64_t> marks;
  };

  using Dialled = base::Result<std::unique_ptr<base::Stream>>;

  // The connection (session_connect.cpp).
  asio::awaitable<void> attempt();
  asio::awaitable<Dialled> dial();
  asio::awaitable<Dialled> connect();
  std::vector<base::Endpoint> endpoints();
  std::string dial_failure(const base::error_code& error) const;
  void finish_attempt();
  void keep_sts();
  void on_bound(const asio::ip::tcp::endpoint& local, const asio::ip::tcp::endpoint& remote) override;
  void on_wrong_certificate(const std::string& sha256) override { wrong_certificate_ = sha256; }
  asio::awaitable<void> serve();
  asio::awaitable<base::error_code> read_lines();
  asio::awaitable<void> take_rest(std::string_view bytes);
  asio::awaitable<void> await_room();
  asio::awaitable<void> write_lines();
  asio::awaitable<void> write_what_waits();
  asio::awaitable<void> pause();
  static asio::awaitable<bool> is_cancelled();

  // As many lines as make one turn of the loop; returns what is left.
  std::string_view take_bytes(std::string_view bytes);
  void take_part(std::string_view part, bool is_last);
  void take_line(std::string_view line);
  // Carries State's lines to the writer and its events to the sink, and wakes whom that concerns.
  void pump();
  void compute(std::shared_ptr<base::Pbkdf2> work);
  void enqueue(Line line);
  void write_soon();
  void watch();
  void on_time();
  void end(Drop drop);
  void leave_wait();
  void fail();
  void say_farewell();
  std::optional<Time> next_write(Time now) const;
  Parcel pack(Time now);
  Line pop_line(Time now);

  const Surroundings& around_;
  const config::IrcNetwork& network_;
  legacy::Context context_;
  Access access_;
  Charset charset_;
  State state_;
  Throttle throttle_;
  base::Backoff backoff_;
  std::unique_ptr<base::Stream> stream_;
  std::string input_;      // an incomplete line
  bool skipping_ = false;  // the rest of an oversized line
  base::Fifo<Line> urgent_;
  base::Fifo<Line> queue_;
  bool is_writing_ = false;
  bool is_watching_ = false;
  bool is_quit_due_ = false;
  base::Condition* room_ = nullptr;  // while nothing is read, because the sink is full
  std::optional<Time> write_limit_;  // by then the write under way has to end
  std::optional<Time> quit_by_;      // we are leaving: by then the server has closed, or we do
  base::Timer write_timer_;
  base::Timer watch_timer_;
  base::Timer pause_timer_;
  base::Event stop_;         // Close was requested
  std::optional<Drop> end_;  // why this connection ends
  Time ended_at_{};          // the last attempt or connection
  std::optional<Time> online_at_;
  std::optional<Time> lost_at_;  // the last connection that was online
  base::Backoff::Duration pause_{};  // before the next attempt
  bool over_ = false;
  ConnectTurn turn_;
  struct Where {
    base::Tls tls = base::Tls::off;
    std::uint16_t port = 0;
    bool is_users_pin = false;  // the certificate is one that this user trusts, and nobody else
  };
  Where connected_;                      // or about to be, or have been last
  std::uint16_t sts_port_ = 0;           // not 0: no connection without TLS any more; to this port instead
  std::string wrong_certificate_;        // the fingerprint of one that is not the pinned one
  std::list<IdentTable::Entry> idents_;  // of this connection
  std::exception_ptr thrown_;            // by the writer or at a time limit
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // what timers and the writer look at before they touch us
};

}  // namespace irc

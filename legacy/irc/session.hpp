// One user's connection to one IRC network: dials, reads, writes at the permitted speed, keeps time and reconnects.
// All decisions are State's. Owned by the mapping; must outlive run(). Loop thread only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/backoff.hpp"
#include "base/condition.hpp"
#include "base/fifo.hpp"
#include "base/stream.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/irc/state.hpp"
#include "legacy/irc/throttle.hpp"

namespace irc {

// What sessions find out about their network and all of them share; owned by the Network.
struct Learnt {
  std::string channel_types = "#&";
  IsupportPool isupports;
};

class Session final : public legacy::Session {
 public:
  // References outlive the session.
  Session(const config::IrcNetwork& network, Identity identity, base::Dialer& dialer, Learnt& learnt,
          legacy::Context context);

  asio::awaitable<void> run() override;
  void submit(legacy::Ref ref, legacy::Request request) override;

 private:
  struct Parcel {
    std::string bytes;
    std::vector<std::uint64_t> marks;
  };

  asio::awaitable<void> attempt();
  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial();
  asio::awaitable<void> serve();
  asio::awaitable<base::error_code> read_lines();
  asio::awaitable<void> write_lines();
  asio::awaitable<void> write_what_waits();
  asio::awaitable<void> pause();
  asio::awaitable<bool> is_cancelled();

  void take_bytes(std::string_view bytes);
  void take_part(std::string_view part, bool is_last);
  void take_line(std::string_view line);
  // Carries State's lines to the writer and its events to the sink, and wakes whom that concerns.
  void pump();
  void enqueue(Line line);
  void write_soon();
  void watch();
  void on_time();
  void end(Drop drop);
  void fail();
  void say_farewell();
  std::optional<Time> next_write(Time now) const;
  Parcel pack(Time now);
  Line pop_line(Time now);

  const config::IrcNetwork& network_;
  base::Dialer& dialer_;
  Learnt& learnt_;
  legacy::Context context_;
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
  std::optional<Time> write_limit_;  // by then the write under way has to end
  std::optional<Time> quit_by_;      // we are leaving: by then the server has closed, or we do
  base::Timer write_timer_;
  base::Timer watch_timer_;
  base::Timer pause_timer_;
  base::Event stop_;         // Close was requested
  std::optional<Drop> end_;  // why this connection ends
  Time attempted_at_{};
  std::optional<Time> online_at_;
  base::Backoff::Duration pause_{};  // before the next attempt
  bool over_ = false;
  std::exception_ptr thrown_;                               // by the writer or at a time limit
  std::shared_ptr<char> alive_ = std::make_shared<char>();  // what timers and the writer look at before they touch us
};

}  // namespace irc

// Dialling, the end of a connection, and what comes between it and the next one.
#include <fmt/format.h>

#include <algorithm>

#include "base/net_error.hpp"
#include "base/random.hpp"
#include "base/timeout.hpp"
#include "legacy/irc/session.hpp"

namespace irc {
namespace {

using namespace std::chrono_literals;
using legacy::Errc;

constexpr auto outage = 15min;      // so long after a loss the user is taken to wait for the network...
constexpr auto outage_pause = 15s;  // ...and it is tried often
constexpr auto settled = 10s;        // a server that lets nobody stay ends a connection before
constexpr auto lasting = 60s;       // a connection that has held so long is worth a quick new one

Errc reason_of(const base::error_code& error) {
  if (error == base::NetErrc::unknown_host) return Errc::unreachable_host;
  if (error == base::NetErrc::fingerprint_mismatch || error == base::NetErrc::bad_certificate) return Errc::refused;
  return Errc::timeout;
}

// The user has to do something before another attempt makes sense.
bool is_for_good(const base::error_code& error) {
  return error == base::NetErrc::fingerprint_mismatch || error == base::NetErrc::bad_certificate;
}

}  // namespace

asio::awaitable<bool> Session::is_cancelled() {
  const auto state = co_await asio::this_coro::cancellation_state;
  co_return state.cancelled() != asio::cancellation_type::none;
}

asio::awaitable<void> Session::run() {
  // Being cancelled is looked at, not thrown: the server is to get a QUIT.
  co_await asio::this_coro::throw_if_cancelled(false);
  while (!over_) {
    co_await attempt();
    if (!over_) co_await pause();
  }
}

// One connection from dialling to its end.
asio::awaitable<void> Session::attempt() {
  end_.reset();
  online_at_.reset();
  wrong_certificate_.clear();
  const base::Endpoint first = endpoints().front();
  legacy::LinkState connecting;
  connecting.link = legacy::LinkState::Link::connecting;
  connecting.text = "connecting to " + first.host + ":" + std::to_string(first.port);
  context_.sink.on_event(std::move(connecting));
  Dialled dialled = co_await dial();
  if (dialled) {
    stream_ = std::move(*dialled);
    co_await serve();
  } else {
    end({reason_of(dialled.error()), dial_failure(dialled.error()), is_for_good(dialled.error())});
  }
  const bool cancelled = co_await is_cancelled();
  if (cancelled || state_.farewell()) end_ = Drop{Errc::none, "disconnected", true};
  finish_attempt();
}

void Session::finish_attempt() {
  ended_at_ = base::Clock::now();
  turn_.end();
  idents_.clear();
  stream_.reset();
  queue_.clear();
  urgent_.clear();
  StsPolicies* const sts = around_.facilities.sts;
  if (sts != nullptr && online_at_) sts->renew(network_.endpoint.host, std::chrono::system_clock::now());
  Drop why = end_.value_or(Drop{Errc::disconnected, "connection lost", false});
  if (why.tls_port != 0) sts_port_ = why.tls_port;
  over_ = why.for_good;
  pause_ = {};
  if (online_at_) {
    if (ended_at_ >= *online_at_ + lasting) backoff_.reset();
    if (ended_at_ >= *online_at_ + settled) lost_at_ = ended_at_;
  }
  if (!over_ && !why.again) {
    pause_ = backoff_.next(base::random_unit());
    if (lost_at_ && ended_at_ < *lost_at_ + outage) pause_ = std::min<base::Backoff::Duration>(pause_, outage_pause);
    why.text += fmt::format("; next attempt in {} s", std::chrono::round<std::chrono::seconds>(pause_).count());
  }
  state_.closed(why, Now::get());
  pump();
}

std::string Session::dial_failure(const base::error_code& error) const {
  std::string text = "can't connect to " + network_.name + ": " + error.message();
  if (!wrong_certificate_.empty()) text += "; its SHA-256 fingerprint is " + wrong_certificate_;
  return text;
}

// The dialler's result, or operation_aborted when a Close or a cancellation comes first.
asio::awaitable<Session::Dialled> Session::dial() {
  using namespace asio::experimental::awaitable_operators;
  std::exception_ptr thrown;
  asio::awaitable<Dialled> connecting = connect();
  asio::awaitable<Dialled> guarded = base::fenced(std::move(connecting), &thrown);
  asio::awaitable<bool> stopped = stop_.wait();
  auto race = std::move(guarded) || std::move(stopped);
  std::variant<Dialled, bool> winner = co_await std::move(race);
  if (thrown) std::rethrow_exception(thrown);
  if (winner.index() == 0) co_return std::move(std::get<0>(winner));
  co_return base::error_code(asio::error::operation_aborted);
}

// When it is our turn, to the first endpoint that answers.
asio::awaitable<Session::Dialled> Session::connect() {
  const bool is_our_turn = co_await turn_.begin();
  if (!is_our_turn) co_return base::error_code(asio::error::operation_aborted);
  Dialled dialled = base::error_code(asio::error::host_unreachable);
  for (base::Endpoint& endpoint : endpoints()) {
    connected_ = {endpoint.tls, endpoint.port, endpoint.fingerprint != network_.endpoint.fingerprint};
    auto dialling = around_.dialer.dial(std::move(endpoint));
    dialled = co_await std::move(dialling);
    const bool is_over = dialled || dialled.error() == asio::error::operation_aborted;
    if (is_over) break;
  }
  co_return std::move(dialled);
}

// Where a server wants TLS, or has wanted it once, there is no plain one any more.
std::vector<base::Endpoint> Session::endpoints() {
  StsPolicies* const sts = around_.facilities.sts;
  const std::string& host = network_.endpoint.host;
  const auto policy = sts != nullptr ? sts->port(host, std::chrono::system_clock::now()) : std::nullopt;
  if (policy) sts_port_ = *policy;
  std::vector<base::Endpoint> out;
  for (base::Endpoint endpoint : *access_.endpoints) {
    if (sts_port_ != 0 && endpoint.tls == base::Tls::off) {
      endpoint.tls = base::Tls::verified;
      endpoint.port = sts_port_;
    }
    if (around_.facilities.idents != nullptr || !endpoint.fingerprint.empty()) endpoint.observer = this;
    if (std::find(out.begin(), out.end(), endpoint) == out.end()) out.push_back(std::move(endpoint));
  }
  return out;
}

// Only who has seen a certificate that everybody would accept can promise something for everybody.
void Session::keep_sts() {
  const auto duration = state_.sts_news();
  StsPolicies* const sts = around_.facilities.sts;
  const bool is_good = connected_.tls == base::Tls::verified && !connected_.is_users_pin;
  if (!duration || sts == nullptr || !is_good) return;
  const std::string by = network_.is_any ? access_.ident : std::string{};
  sts->keep(network_.endpoint.host, {connected_.port, *duration, by}, std::chrono::system_clock::now());
}

void Session::on_bound(const asio::ip::tcp::endpoint& local, const asio::ip::tcp::endpoint& remote) {
  if (around_.facilities.idents != nullptr)
    idents_.emplace_back(*around_.facilities.idents, local.port(), remote, access_.ident);
}

// Before the next attempt; a Close ends it at once, a cancellation too.
asio::awaitable<void> Session::pause() {
  const Time until = base::Clock::now() + pause_;
  pause_timer_.expires_at(until);
  bool done = false;
  while (!done) {
    co_await pause_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
    const bool cancelled = co_await is_cancelled();
    const bool leave = cancelled || state_.farewell();
    if (leave) {
      over_ = true;
      state_.closed({Errc::none, "disconnected", true}, Now::get());
      pump();
    }
    done = leave || base::Clock::now() >= pause_timer_.expiry();
  }
}

}  // namespace irc

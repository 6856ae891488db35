#include "component/link.hpp"

#include <array>
#include <charconv>

#include "base/random.hpp"
#include "base/slice.hpp"
#include "base/timeout.hpp"

namespace component {
namespace {

using namespace std::chrono_literals;
using base::error_code;

constexpr auto handshake_limit = 30s;
constexpr auto farewell_limit = 1500ms;
constexpr auto tick = 2s;
constexpr auto too_late = 5s;  // we were stopped, or the machine was: the server gets its time again
constexpr auto tcp_patience = 15s;
constexpr auto patience = 60s;  // IRC servers drop who doesn't answer them for 90 s and more
constexpr int send_buffer = 128 * 1024;
constexpr auto hopeless_delay = 60s;
constexpr auto conflict_delay = 10s;
constexpr auto settled_after = 30s;  // a stream that lived so long is no reason to wait longer next time
constexpr std::size_t read_bytes = 16 * 1024;

std::string prepared_domain(const std::string& domain) {
  const auto jid = Jid::make({}, domain);
  return jid ? std::string(jid->domain()) : domain;
}

}  // namespace

Link::Link(asio::any_io_executor executor, base::Dialer& dialer, config::Component config, LinkHandler& handler,
           base::OutboxLimits limits)
    : executor_(executor),
      dialer_(dialer),
      config_(std::move(config)),
      domain_(prepared_domain(config_.domain)),
      handler_(handler),
      log_("xmpp"),
      delivery_(domain_, limits),
      backoff_(1s, 60s),
      stop_(executor),
      work_(executor),
      patience_(executor) {}

void Link::stop() noexcept {
  stop_.set();
  delivery_.hurry();
  work_.notify();
}

asio::awaitable<void> Link::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  base::Endpoint endpoint = config_.server;
  bool going_on = true;
  lose_patience_later();
  while (going_on && !stop_.is_set()) {
    const End end = co_await serve(endpoint);
    const bool was_redirected = endpoint.host != config_.server.host || endpoint.port != config_.server.port;
    endpoint = config_.server;
    const auto redirect = was_redirected ? std::nullopt : other_host(end);
    if (redirect) {
      endpoint = *redirect;
      continue;
    }
    if (stop_.is_set()) break;
    const auto delay = delay_after(end);
    going_on = co_await pause(delay);
  }
  patience_.cancel();
  delivery_.outbox().set_patient(false);
  delivery_.abandon();
}

// The link outlives its run(), which cancels the timer.
void Link::lose_patience_later() {
  patience_.expires_after(patience);
  patience_.async_wait([this](const base::error_code& cancelled) {
    if (!cancelled) delivery_.outbox().set_patient(false);
  });
}

// False when the link is to end.
asio::awaitable<bool> Link::pause(base::Clock::duration d) {
  using namespace asio::experimental::awaitable_operators;
  auto nap = base::sleep_for(d);
  auto stopped = stop_.wait();
  auto race = std::move(nap) || std::move(stopped);
  const std::variant<bool, bool> winner = co_await std::move(race);
  co_return winner.index() == 0 && std::get<0>(winner);
}

asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> Link::dial(base::Endpoint endpoint) {
  using namespace asio::experimental::awaitable_operators;
  endpoint.patience = tcp_patience;
  endpoint.send_buffer = send_buffer;
  auto dialing = base::fenced(dialer_.dial(std::move(endpoint)), &thrown_);
  auto stopped = stop_.wait();
  auto race = std::move(dialing) || std::move(stopped);
  auto winner = co_await std::move(race);
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  if (winner.index() == 0) co_return std::move(std::get<0>(winner));
  co_return error_code(asio::error::operation_aborted);
}

asio::awaitable<Link::End> Link::serve(base::Endpoint endpoint) {
  using namespace asio::experimental::awaitable_operators;
  end_ = End{};
  auto dialing = dial(endpoint);
  auto dialed = co_await std::move(dialing);
  if (!dialed) {
    end_.text = dialed.error().message();
    co_return std::exchange(end_, End{});
  }
  connection_ = std::move(*dialed);
  stream_.emplace(domain_, config_.secret.value);
  urgent_ = stream_->open();
  is_over_ = has_farewell_ = has_logged_foreign_ = false;
  auto reading = part(read());
  auto writing = part(write());
  auto keeping = part(keep_alive());
  auto watching = part(watch_stop());
  auto race = std::move(reading) || std::move(writing) || std::move(keeping) || std::move(watching);
  co_await std::move(race);
  connection_->close();
  connection_.reset();
  stream_.reset();
  settle_uncertain();
  if (end_.was_up) {
    end_.up_for = base::Clock::now() - up_since_;
    lose_patience_later();
    handler_.on_down();
  }
  if (thrown_) std::rethrow_exception(std::exchange(thrown_, nullptr));
  co_return std::exchange(end_, End{});
}

// One of the coroutines of a connection: the first that returns ends it, whatever the reason.
asio::awaitable<void> Link::part(asio::awaitable<void> work) {
  try {
    co_await std::move(work);
  } catch (const boost::system::system_error& e) {
    if (e.code() != asio::error::operation_aborted) thrown_ = std::current_exception();
  } catch (...) {
    thrown_ = std::current_exception();
  }
}

asio::awaitable<void> Link::read() {
  std::vector<char> buffer(read_bytes);
  while (!is_over_) {
    const auto size = co_await connection_->read_some(buffer);
    if (!size) {
      if (end_.text.empty()) end_.text = size.error().message();
      co_return;
    }
    delivery_.heard(base::Clock::now(), *size < buffer.size());
    auto actions = stream_->feed(std::string_view(buffer.data(), *size));
    base::Slice slice;
    for (Action& action : actions) {
      perform(action);
      if (!slice.is_over()) continue;
      // What has been read is looked at also when the connection is at its end.
      const auto state = co_await asio::this_coro::cancellation_state;
      if (state.cancelled() != asio::cancellation_type::none) continue;
      co_await asio::post(executor_, asio::use_awaitable);
      slice = {};
    }
  }
  work_.notify();
  co_await base::sleep_for(1s);  // the writer ends the connection as soon as it has said the last word
}

asio::awaitable<void> Link::write() {
  while (true) {
    if (!urgent_.empty()) {
      const std::string bytes = std::exchange(urgent_, {});
      const auto written = co_await connection_->write_all(bytes);
      if (!written) co_return;
    } else if (is_over_) {
      co_return;
    } else if (stream_->is_ready() && delivery_.has_next()) {
      const bool written = co_await write_batch();
      if (!written) co_return;
    } else if (stream_->is_ready() && stop_.is_set() && !has_farewell_) {
      has_farewell_ = true;
      urgent_ = Stream::close();
    } else {
      const bool notified = co_await work_.wait();
      if (!notified) co_return;
    }
  }
}

asio::awaitable<bool> Link::write_batch() {
  const std::string batch = delivery_.next(base::Clock::now());
  const auto written = co_await connection_->write_all(batch);
  if (!written) {
    if (end_.text.empty()) end_.text = written.error().message();
    co_return false;
  }
  delivery_.left(base::Clock::now());
  co_return true;
}

asio::awaitable<void> Link::keep_alive() {
  const auto begin = base::Clock::now();
  auto last = begin;
  bool alive = true;
  while (alive) {
    alive = co_await base::sleep_for(tick);
    const auto now = base::Clock::now();
    const bool is_late = now - std::exchange(last, now) >= tick + too_late;
    if (!stream_->is_ready()) {
      if (now - begin < handshake_limit) continue;
      end_.text = "no answer to the handshake";
      co_return;
    }
    if (!is_late && delivery_.is_server_dead(now)) {
      end_.text = "the server takes nothing, or did not answer a ping";
      co_return;
    }
    if (!delivery_.is_ping_due(now)) continue;
    delivery_.ask();
    work_.notify();
  }
}

asio::awaitable<void> Link::watch_stop() {
  const bool stopped = co_await stop_.wait();
  if (!stopped || !stream_->is_ready()) co_return;
  co_await base::sleep_for(farewell_limit);
}

base::Clock::duration Link::delay_after(const End& end) {
  const std::string_view c = end.condition;
  const bool is_hopeless = c == "host-unknown" || c == "not-authorized";
  if (end.up_for >= settled_after) backoff_.reset();
  base::Clock::duration delay = backoff_.next(base::random_unit());
  if (c == "conflict") delay = std::max<base::Clock::duration>(delay, conflict_delay);
  if (is_hopeless) delay = hopeless_delay;
  const auto seconds = std::chrono::duration_cast<std::chrono::milliseconds>(delay).count() / 1000.0;
  const std::string why = c.empty()          ? end.text
                          : end.text.empty() ? end.condition
                                             : end.condition + " " + base::quoted(end.text);
  if (is_hopeless) {
    log_.error("{}: the server at {}:{} refuses this component: {}; check domain and secret on both sides", domain_,
               config_.server.host, config_.server.port, why);
  } else {
    log_.warning("{}: not connected to {}:{}: {}; next attempt in {:.1f} s", domain_, config_.server.host,
                 config_.server.port, why, seconds);
  }
  return delay;
}

// "host", "host:port" or "[v6]:port" (RFC 6120 section 4.9.3.19).
std::optional<base::Endpoint> Link::other_host(const End& end) const {
  std::string_view text = end.other_host;
  if (end.condition != "see-other-host" || text.empty()) return std::nullopt;
  base::Endpoint endpoint = config_.server;
  const std::size_t colon = text.rfind(':');
  if (colon != std::string_view::npos && text.find(']', colon) == std::string_view::npos) {
    const std::string_view port = text.substr(colon + 1);
    const auto parsed = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
    if (parsed.ec != std::errc{} || parsed.ptr != port.data() + port.size()) return std::nullopt;
    text = text.substr(0, colon);
  }
  if (text.starts_with('[') && text.ends_with(']')) text = text.substr(1, text.size() - 2);
  endpoint.host = text;
  log_.notice("{}: the server sends us to {}", domain_, base::quoted(end.other_host));
  return endpoint;
}

}  // namespace component

#include "legacy/irc/session.hpp"

#include <algorithm>

#include "base/discard.hpp"
#include "base/read_buffer.hpp"
#include "base/slice.hpp"
#include "base/spawn.hpp"
#include "base/utf8.hpp"

namespace irc {
namespace {

using namespace std::chrono_literals;
using legacy::Errc;

constexpr auto first_pause = 5s;
constexpr auto longest_pause = 10min;
constexpr auto write_time = 30s;
constexpr auto farewell_time = 1500ms;     // the whole process stops within two seconds
constexpr std::size_t max_queue = 2000;    // lines; then nothing more is taken from the user
constexpr std::size_t max_backlog = 5000;  // with what the server makes us say: then it is not worth it
constexpr std::size_t max_urgent = 1000;
constexpr std::size_t longest_parcel = 16 * 1024;
constexpr std::size_t lines_per_turn = 128;

Drop lost(const base::error_code& error) {
  const std::string why = error == asio::error::eof ? "the server closed it" : error.message();
  return {Errc::disconnected, "connection lost: " + why, false};
}

}  // namespace

Session::Session(const Surroundings& around, Identity identity, Access access, legacy::Context context)
    : around_(around),
      network_(around.network),
      context_(context),
      access_(std::move(access)),
      charset_(charset(network_.encoding)),
      state_(std::move(identity)),
      throttle_(access_.burst, network_.interval),
      backoff_(first_pause, longest_pause),
      write_timer_(context.executor),
      watch_timer_(context.executor),
      pause_timer_(context.executor),
      stop_(context.executor),
      turn_(around.queue) {}

void Session::submit(legacy::Ref ref, const legacy::Request& request) {
  const bool is_join = std::holds_alternative<legacy::Join>(request);
  // These make what waits less.
  const bool is_end = std::holds_alternative<legacy::Close>(request) || std::holds_alternative<legacy::Leave>(request);
  if (over_)
    return context_.sink.on_event(legacy::Outcome{ref, Errc::disconnected, "not connected to " + network_.name});
  if (queue_.size() > max_queue && !is_end)
    return context_.sink.on_event(legacy::Outcome{ref, Errc::queue_full, "too much is waiting to be sent"});
  state_.submit(ref, request, Now::get());
  pump();
  // Somebody waits for a connection: no long pause before the next attempt then.
  if (is_join && pause_timer_.expiry() > ended_at_ + first_pause) pause_timer_.expires_at(ended_at_ + first_pause);
}

asio::awaitable<void> Session::serve() {
  input_.clear();
  skipping_ = false;
  quit_by_.reset();
  state_.opened(Now::get(), stream_->describe(), connected_.tls != base::Tls::off);
  pump();
  std::exception_ptr thrown;
  try {
    base::error_code over = co_await read_lines();
    const bool cancelled = co_await is_cancelled();
    if (cancelled && (!end_ || quit_by_)) {
      co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
      if (!end_) say_farewell();
      over = co_await read_lines();
    }
    end(lost(over));
  } catch (...) {
    thrown = std::current_exception();
  }
  // Nothing of this connection may outlive it.
  stream_->close();
  watch_timer_.cancel();
  is_watching_ = false;
  while (is_writing_) {
    write_timer_.expires_at(Time::max());
    co_await write_timer_.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  if (!thrown) thrown = std::exchange(thrown_, nullptr);
  if (!thrown) co_return;
  over_ = true;
  stream_.reset();
  std::rethrow_exception(thrown);
}

// Until there is nothing more to read, whoever closes. What comes after the end is of no interest.
asio::awaitable<base::error_code> Session::read_lines() {
  base::ReadBuffer buffer;
  while (true) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return base::error_code(asio::error::operation_aborted);
    const std::span<char> into = buffer.span();
    const base::Result<std::size_t> got = co_await stream_->read_some(into);
    if (!got) co_return got.error();
    const std::string_view rest = end_ ? std::string_view{} : take_bytes({into.data(), *got});
    const bool is_more = !rest.empty() || context_.sink.is_full() || state_.work().is_open();
    if (is_more) co_await take_rest(rest);
    buffer.adapt(*got);
  }
}

// The others get their turns in between, and what the sink can't take stays on the socket. `bytes` are the reader's.
asio::awaitable<void> Session::take_rest(std::string_view bytes) {
  bool is_full = context_.sink.is_full();
  while (!end_ && (is_full || !bytes.empty() || state_.work().is_open())) {
    const bool cancelled = co_await is_cancelled();
    if (cancelled) co_return;
    if (is_full) {
      co_await await_room();
    } else {
      co_await asio::post(context_.executor, asio::use_awaitable);
    }
    if (!end_) bytes = take_bytes(bytes);
    is_full = context_.sink.is_full();
  }
}

// No time limit counts meanwhile: it is us who don't read, and the server may not read because of that.
asio::awaitable<void> Session::await_room() {
  const Time since = base::Clock::now();
  base::Condition room(context_.executor);
  room_ = &room;
  context_.sink.when_ready([this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) leave_wait();
  });
  co_await room.wait();
  room_ = nullptr;
  const Time now = base::Clock::now();
  state_.excuse(now - since);
  if (write_limit_) write_limit_ = now + write_time;
  watch();
}

void Session::leave_wait() {
  if (room_ != nullptr) room_->notify();
}

std::string_view Session::take_bytes(std::string_view bytes) {
  base::Slice slice;
  const auto may_go_on = [&] {
    return !end_ && !slice.is_over() && !context_.sink.is_full() && !state_.work().is_open();
  };
  for (std::size_t lines = 0; !bytes.empty() && lines < lines_per_turn && may_go_on(); ++lines) {
    const auto newline = bytes.find('\n');
    const auto part = bytes.substr(0, newline);
    const bool is_whole = newline != bytes.npos && input_.empty() && !skipping_ && part.size() <= max_tags + max_line;
    if (is_whole) {
      take_line(part);
    } else {
      take_part(part, newline != bytes.npos);
    }
    bytes.remove_prefix(std::min(part.size() + 1, bytes.size()));
  }
  return bytes;
}

void Session::take_part(std::string_view part, bool is_last) {
  if (!skipping_) input_ += part;
  if (input_.size() > max_tags + max_line) {
    skipping_ = true;
    input_.clear();
  }
  if (!is_last) return;
  const std::string line = std::exchange(input_, {});
  if (!std::exchange(skipping_, false)) take_line(line);
}

void Session::take_line(std::string_view line) {
  while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  const auto message =
      base::is_utf8(line) ? Message::parse(line) : Message::parse(access_.encodings->read(line), charset_);
  if (!message || end_) return;
  state_.receive(*message, Now::get());
  pump();
}

std::optional<Time> Session::next_write(Time now) const {
  if (!urgent_.empty()) return now;
  if (!queue_.empty()) return throttle_.ready_at(now);
  return std::nullopt;
}

// What may leave now, to be written at once; the QUIT is the last.
Session::Parcel Session::pack(Time now) {
  Parcel parcel;
  while (parcel.bytes.size() < longest_parcel && next_write(now).value_or(Time::max()) <= now) {
    const Line line = pop_line(now);
    if (access_.encodings->writes() && !state_.is_utf8_only()) {
      parcel.bytes += access_.encodings->write(line.text);
    } else {
      parcel.bytes += line.text;
    }
    parcel.bytes += "\r\n";
    if (line.mark != 0) parcel.marks.push_back(line.mark);
  }
  if (is_quit_due_ && next_write(now).value_or(Time::max()) > now) {
    is_quit_due_ = false;
    parcel.bytes += text_line("QUIT", {}, state_.farewell_text()) + "\r\n";
    queue_.clear();
  }
  return parcel;
}

Line Session::pop_line(Time now) {
  base::Fifo<Line>& from = urgent_.empty() ? queue_ : urgent_;
  if (urgent_.empty()) throttle_.take(now);
  Line line = std::move(from.front());
  from.pop_front();
  return line;
}

// Starts the writer when something may leave, or the timer for when it may.
void Session::write_soon() {
  if (is_writing_ || !stream_ || (end_ && !is_quit_due_)) return;
  const Time now = base::Clock::now();
  const std::optional<Time> next = is_quit_due_ ? now : next_write(now);
  if (!next) return;
  if (*next <= now) {
    is_writing_ = true;
    return base::spawn(context_.executor, "irc write", write_lines(), [this, alive = std::weak_ptr(alive_)] {
      if (!alive.lock()) return;
      is_writing_ = false;
      write_timer_.cancel();
      write_soon();
    });
  }
  write_timer_.expires_at(*next);
  write_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (!cancelled && alive.lock()) write_soon();
  });
}

// What goes wrong in here is serve()'s to tell.
asio::awaitable<void> Session::write_lines() {
  // Later, together with whatever else is said in this turn of the loop.
  co_await asio::post(context_.executor, asio::use_awaitable);
  try {
    co_await write_what_waits();
  } catch (...) {
    fail();
  }
}

asio::awaitable<void> Session::write_what_waits() {
  while (!end_ || is_quit_due_) {
    const Parcel parcel = pack(base::Clock::now());
    if (parcel.bytes.empty()) break;
    write_limit_ = base::Clock::now() + write_time;
    watch();
    const std::span<const char> view(parcel.bytes);
    const base::Result<std::size_t> written = co_await stream_->write_all(view);
    write_limit_.reset();
    if (!written) {
      for (const std::uint64_t mark : parcel.marks) state_.half_written(mark);
      end(lost(written.error()));
      break;
    }
    for (const std::uint64_t mark : parcel.marks) state_.written(mark, Now::get());
    pump();
  }
}

// Sets the timer for the next time limit, State's or the writer's. An earlier one stays: it looks again.
void Session::watch() {
  const Time never = Time::max();
  Time next = std::min(state_.deadline().value_or(never), write_limit_.value_or(never));
  if (room_ != nullptr && !state_.work().is_open()) next = never;
  if (end_) next = quit_by_.value_or(never);
  if (!stream_) next = state_.doubts_deadline().value_or(never);
  if (next == never) return;
  if (is_watching_ && watch_timer_.expiry() <= next) return;
  watch_timer_.expires_at(next);
  is_watching_ = true;
  watch_timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (cancelled || !alive.lock()) return;
    try {
      on_time();
    } catch (...) {
      fail();
    }
  });
}

void Session::on_time() {
  is_watching_ = false;
  if (!stream_) {
    state_.tell_doubts(Now::get());
    return pump();
  }
  const Time now = base::Clock::now();
  if (end_) return quit_by_ && now >= *quit_by_ ? stream_->close() : watch();
  if (room_ != nullptr && !state_.work().is_open()) return;
  if (state_.deadline().value_or(Time::max()) <= now) state_.tick(Now::get());
  if (write_limit_ && now >= *write_limit_)
    end({Errc::timeout, "connection lost: the server takes nothing any more", false});
  pump();
}

// Keeps what is being thrown for serve(), which the closed stream wakes.
void Session::fail() {
  thrown_ = std::current_exception();
  end({Errc::internal, "the gateway failed here", false});
}

// The reader notices that the stream is closed, and ends the connection.
void Session::end(Drop drop) {
  if (end_) return;
  end_ = std::move(drop);
  leave_wait();
  if (stream_) stream_->close();
}

// QUIT, behind what may still be sent now; then the server gets a moment to close, so that it reads the QUIT first.
void Session::say_farewell() {
  end_ = Drop{Errc::none, "disconnected", true};
  leave_wait();
  quit_by_ = base::Clock::now() + farewell_time;
  is_quit_due_ = true;
  write_soon();
  watch();
}

// Nothing waits behind what is idle, and a join doesn't wait behind texts. Everything else keeps its order.
void Session::enqueue(Line line) {
  auto at = queue_.end();
  if (line.turn != Line::Turn::idle)
    while (at != queue_.begin() && std::prev(at)->turn == Line::Turn::idle) --at;
  if (line.turn == Line::Turn::join)
    while (at != queue_.begin() && std::prev(at)->turn == Line::Turn::text) --at;
  if (line.urgent) {
    urgent_.push_back(std::move(line));
  } else {
    queue_.insert(at, std::move(line));
  }
}

void Session::pump() {
  for (Line& line : state_.take_lines()) enqueue(std::move(line));
  for (legacy::Event& event : state_.take_events()) {
    const auto* const link = std::get_if<legacy::LinkState>(&event);
    if (link != nullptr && link->link == legacy::LinkState::Link::online) {
      online_at_ = base::Clock::now();
      turn_.end();
    }
    context_.sink.on_event(std::move(event));
  }
  for (auto& people : state_.work().take_discarded()) base::discard(context_.executor, std::move(people));
  if (Isupport* const said = state_.isupport_news()) {
    around_.learnt.isupports.share(*said);
    if (said->has("CHANTYPES")) around_.learnt.channel_types = said->channel_types();
  }
  keep_sts();
  if (state_.drop()) end(*state_.drop());
  if (queue_.size() > max_backlog || urgent_.size() > max_urgent)
    end({Errc::disconnected, "the server wants more said than can be sent", false});
  if (state_.farewell()) {
    stop_.set();
    pause_timer_.cancel();
    if (stream_ && !end_) say_farewell();
  }
  write_soon();
  watch();
}

}  // namespace irc

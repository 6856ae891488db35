#include "legacy/sms/session.hpp"

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "legacy/sms/own_account.hpp"

namespace sms {
namespace {

using legacy::Errc;
using Link = legacy::LinkState::Link;

constexpr std::chrono::seconds farewell{3};
constexpr std::chrono::seconds commit_pause{5};
constexpr std::chrono::hours sweep_interval{1};
constexpr std::chrono::seconds sweep_pause{1};
constexpr std::size_t sweep_slice = 100;
constexpr std::size_t most_unsaved = 500;  // texts in memory that the disk has not taken

const base::Log log_("sms");

QueueRules rules_of(const config::SmsNetwork& config, const Traits& traits) {
  QueueRules rules;
  rules.give_up = config.give_up;
  rules.uncertain_after = config.uncertain_after;
  rules.is_idempotent = traits.is_idempotent;
  return rules;
}

// Empty when the account has none that a reply could go to.
std::string own_number(const legacy::Account& account, const Numbering& numbering) {
  const auto number = Number::parse(account.field("number"), numbering);
  return number && number->kind() != Number::Kind::alphanumeric ? number->str() : std::string{};
}

}  // namespace

std::string tag_of(const std::string& user) {
  return base::to_hex(base::sha256(user)).substr(0, 16);
}

Session::Session(legacy::Account account, legacy::Context context, Network& network)
    : account_(std::move(account)),
      sink_(context.sink),
      state_(context.state),
      network_(network),
      own_(network.own_of(account_, [this](const std::string& text) { tell_user("Your account: " + text); })),
      trunk_(own_.trunk ? *own_.trunk : network.trunk_),
      number_(own_number(account_, network.numbering_)),
      tag_(tag_of(account_.user)),
      queue_(rules_of(network.config_, traits()), state_, tag_, &base::random_unit, wall_now()),
      inbox_(state_),
      attachments_(state_, &base::random_unit, wall_now()),
      parts_(state_, network.config_.join_after),
      fates_(state_),
      sweeper_(state_),
      end_(context.executor),
      due_(context.executor),
      commit_again_(context.executor),
      sweep_(context.executor),
      saved_out_(queue_.mark()),
      saved_in_(inbox_.mark()) {
  trunk_.use(context.executor);
  const bool has_account = has_own_provider(account_) == (own_.trunk != nullptr);
  is_enrolled_ = has_account && trunk_.enroll(*this);
  if (second() != nullptr) second()->enroll(*this);
  note_account();
}

// What waits was allowed for one account, and its files are that one's: another one gets nothing of it.
void Session::note_account() {
  const std::string key = "account";
  const std::string mark = account_mark(account_);
  if (state_.load(key).value_or("") == mark) return;
  queue_.abandon();
  for (auto& [name, arrival] : attachments_.abandon(wall_now())) inbox_.put(name, std::move(arrival));
  state_.save(key, mark);
  persist();
}

Session::~Session() {
  alive_.reset();
  for (const auto& [ref, accepted] : pending_) {
    withdraw(accepted);
    finish(ref, Errc::disconnected);
  }
  if (!pending_.empty()) state_.commit([](bool) {});
  for (const auto ref : codes_) finish(ref, Errc::disconnected);
  trunk_.leave(*this);
  if (second() != nullptr) second()->leave(*this);
  while (slots_ > 0) give_slot();
}

asio::awaitable<void> Session::run() {
  co_await asio::this_coro::throw_if_cancelled(false);
  const auto cancellation = co_await asio::this_coro::cancellation_state;
  base::error_code ec;
  if (!is_closing_ && cancellation.cancelled() == asio::cancellation_type::none) {
    start();
    end_.expires_at(base::Timer::time_point::max());
    co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  }
  is_closing_ = true;
  due_.cancel();
  sweep_.cancel();
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  if (has_open_work()) {
    end_.expires_after(farewell);
    co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, ec));
  }
  is_running_ = false;
  tell_link(Link::offline);
}

void Session::start() {
  is_running_ = true;
  if (number_.empty()) {
    tell_link(Link::stopped, Errc::needs_registration, "no phone number is registered");
  } else if (has_own_provider(account_) && !own_.trunk) {
    tell_link(Link::stopped, Errc::rejected_login, "your provider account can't be used: " + network_.check(account_));
  } else if (!is_enrolled_) {
    log_.warning("{}: {} has registered a number that is another user's", network_.name(), base::quoted(user()));
    tell_link(Link::stopped, Errc::nick_taken, "this phone number is in use by another user");
  } else {
    tell_link(Link::online);
  }
  tell_where();
  for (auto& delivery : fates_.untold()) sink_.on_event(std::move(delivery));
  announce();
  after(sweep_, sweep_interval, [this] {
    fates_.sweep(wall_now());
    sweeper_.collect(wall_now());
    sweep();
  });
  serve();
}

// Once for each time that the user has registered.
void Session::tell_where() {
  const std::string key = "webhook";
  const std::string since = account_.field("since");
  if (!own_.trunk || state_.load(key) == since) return;
  state_.save(key, since);
  persist();
  tell_user(own_.advice);
}

void Session::tell_link(Link link, Errc reason, std::string text) {
  sink_.on_event(legacy::LinkState{link, reason, std::move(text), number_});
}

void Session::finish(legacy::Ref ref, Errc error, std::string text) {
  sink_.on_event(legacy::Outcome{ref, error, std::move(text)});
}

void Session::finish(legacy::Ref ref, legacy::Outcome outcome) {
  outcome.ref = ref;
  sink_.on_event(std::move(outcome));
}

void Session::submit(legacy::Ref ref, const legacy::Request& request) {
  follow_clock();
  std::visit([&](const auto& r) { on(ref, r); }, request);
}

void Session::on(legacy::Ref ref, const legacy::Taken& request) {
  const bool is_ours = queue_.take(request.key, wall_now()) || inbox_.take(request.key) || fates_.take(request.key);
  if (is_ours) persist();
  finish(ref, Errc::none);
}

void Session::on(legacy::Ref ref, const legacy::Close&) {
  if (!std::exchange(is_closing_, true)) end_.cancel();
  finish(ref, Errc::none);
}

void Session::persist(std::function<void(bool)> done) {
  const auto out = queue_.mark();
  const auto in = inbox_.mark();
  state_.commit([this, alive = std::weak_ptr(alive_), out, in, done = std::move(done)](bool is_saved) {
    if (alive.expired()) return;
    if (is_saved) {
      saved_out_ = std::max(saved_out_, out);
      saved_in_ = std::max(saved_in_, in);
      announce();
      if (attachments_.is_waiting() && is_running_ && !is_closing_) fetch_files();
    } else {
      log_.error("{}: records of {} could not be written", network_.name(), base::quoted(user()));
      after(commit_again_, commit_pause, [this] { persist(); });
    }
    if (done) done(is_saved);
  });
}

void Session::announce() {
  if (!is_running_) return;
  bool is_changed = false;
  for (auto& received : inbox_.announce(saved_in_)) {
    sink_.on_event(received);
    is_changed = heed(received) || is_changed;
  }
  for (auto& delivery : queue_.announce(saved_out_)) tell(std::move(delivery));
  if (is_changed) persist();
}

void Session::on_inbound(const Inbound& message, const std::string& from, Done done) {
  follow_clock();
  if (inbox_.mark() - saved_in_ >= most_unsaved) return persist([done = std::move(done)](bool) { done(503); });
  take_in(message, from);
  // Also for a repeat: what it repeats may not be on the disk yet.
  answer_when_saved(std::move(done));
  if (message.part) schedule();
}

void Session::take_in(const Inbound& message, const std::string& from) {
  const auto now = wall_now();
  if (!message.part) return offer(message, from, now);
  for (const auto& whole : parts_.offer(message, from, now)) offer(whole, whole.from, now);
}

void Session::offer(const Inbound& message, const std::string& from, base::WallTime now) {
  note_code(from);
  Attachments* const files = trunk_.rehost().is_possible() ? &attachments_ : nullptr;
  const auto group = group_of(message, from);
  if (group.empty()) {
    inbox_.offer(message, from, now, files);
    return;
  }
  Inbound named = message;
  named.group = group;
  inbox_.offer(named, from, now, files);
}

void Session::fetch_files() {
  for (auto& errand : attachments_.claim(saved_in_, wall_now())) {
    errand.media.owner = tag_;
    trunk_.rehost().start(std::move(errand.media),
                          [this, alive = std::weak_ptr(alive_), name = errand.name](const Rehosted& end) {
                            if (!alive.expired()) on_file(name, end);
                          });
  }
}

void Session::on_file(const std::string& name, const Rehosted& end) {
  if (!end.why.empty()) log_.warning("{}: a file that came with a text: {}", network_.name(), end.why);
  auto arrival = attachments_.answer(name, end, wall_now());
  if (!arrival && attachments_.has(name)) return schedule();
  if (arrival) inbox_.put(name, std::move(*arrival));
  persist();
}

void Session::on_report(const Report& report, Done done) {
  follow_clock();
  const bool is_opt_out = report.state == Report::State::failed && report.reason == Errc::opted_out;
  if (is_opt_out) heed_stop(recipient_of(report.id, report.segment), report.words);
  if (!queue_.report(report, wall_now())) log_.info("{}: a report for an unknown message", network_.name());
  answer_when_saved(std::move(done));
  serve();
}

void Session::answer_when_saved(Done done) {
  persist([done = std::move(done)](bool is_saved) { done(is_saved ? 200 : 503); });
}

void Session::serve() {
  if (!is_running_ || is_closing_) return;
  follow_clock();
  const auto now = wall_now();
  const auto joined = parts_.tick(now);
  for (const auto& whole : joined) offer(whole, whole.from, now);
  fetch_files();
  const bool is_changed = queue_.tick(now) || !joined.empty();
  const auto free = is_enrolled_ ? trunk_.free_slots() : 0;
  const auto sends = queue_.claim(now, free);
  for (const auto& send : sends) trunk_.take_slot(send.segments);
  slots_ += sends.size();
  if (!sends.empty()) {
    persist([this, sends](bool is_saved) {
      for (const auto& send : sends) {
        if (is_saved && !is_closing_) {
          transmit(send);
        } else {
          queue_.release(send.id, wall_now());
          give_slot();
        }
      }
      if (!is_saved || is_closing_) persist();
      schedule();
    });
  } else if (is_changed) {
    persist();
  }
  if (is_enrolled_ && sends.size() == free && queue_.is_waiting()) trunk_.wait_for_slot(*this);
  schedule();
}

void Session::wake() {
  const bool was_stopped = queue_.is_stopped();
  const bool may_go = queue_.wake(wall_now());
  if (was_stopped && is_running_) tell_link(Link::online);
  if (may_go) serve();
}

void Session::transmit(const Queue::Send& send) {
  Trunk& way = way_of(send.to);
  way.hand_over(outbound_of(send), [this, alive = std::weak_ptr(alive_), send, &way](const Verdict& verdict) {
    if (!alive.expired()) on_answer(send, with_failover(way, verdict));
  });
}

void Session::on_answer(const Queue::Send& send, const Verdict& verdict) {
  follow_clock();
  const bool was_stopped = queue_.is_stopped();
  const auto& id = send.id;
  if (verdict.kind == Verdict::Kind::refused && verdict.reason == Errc::opted_out)
    heed_stop(recipient_of(send.id), verdict.words, true);
  queue_.answer(id, verdict, wall_now(), may_go_plain(send, verdict));
  if (verdict.kind != Verdict::Kind::accepted) {
    log_.warning("{}: message {} was not taken by the provider", network_.name(), id);
    log_.debug("{}: it says {}", network_.name(), base::quoted(verdict.words));  // which may quote the message
  }
  if (queue_.is_stopped() && !was_stopped) tell_stopped(verdict.words);
  if (!queue_.is_stopped() && was_stopped) tell_link(Link::online);
  persist();
  give_slot();
  serve();
}

void Session::tell_stopped(const std::string& words) {
  const std::string whose = own_.trunk ? "your" : "the gateway's";
  tell_link(Link::stopped, Errc::rejected_login,
            "The provider refuses " + whose + " account, and your texts wait: " + words);
}

void Session::give_slot() {
  --slots_;
  end_when_idle();
  trunk_.give_slot();
}

bool Session::has_open_work() const {
  return slots_ > 0 || !pending_.empty();
}

void Session::end_when_idle() {
  if (is_closing_ && !has_open_work()) end_.cancel();
}

base::Timer::duration Session::until(base::WallTime time) const {
  constexpr std::chrono::hours longest{1};
  const auto wait = std::chrono::ceil<std::chrono::milliseconds>(time - wall_now());
  return std::clamp<std::chrono::milliseconds>(wait, std::chrono::milliseconds{1}, longest);
}

void Session::schedule() {
  due_.cancel();
  auto next = queue_.next_due(wall_now());
  for (const auto& due : {parts_.next_due(), attachments_.next_due(wall_now())}) {
    if (due && (!next || *due < *next)) next = due;
  }
  if (!next || !is_running_ || is_closing_) return;
  after(due_, until(*next), [this] { serve(); });
}

void Session::follow_clock() {
  const auto set_by = clock_.look(wall_now(), base::Clock::now());
  if (set_by == std::chrono::milliseconds::zero()) return;
  queue_.shift(set_by);
  parts_.shift(set_by);
  attachments_.shift(set_by);
  persist();
  schedule();
}

void Session::sweep() {
  const bool is_more = sweeper_.step(sweep_slice);
  persist();
  const base::Timer::duration pause = is_more ? base::Timer::duration(sweep_pause) : sweep_interval;
  after(sweep_, pause, [this, is_more] {
    if (!is_more) fates_.sweep(wall_now()), sweeper_.collect(wall_now());
    sweep();
  });
}

// A timer that has run out already can't be cancelled any more: its handler may come after our end.
void Session::after(base::Timer& timer, base::Timer::duration pause, std::function<void()> act) {
  timer.expires_after(pause);
  timer.async_wait([alive = std::weak_ptr(alive_), act = std::move(act)](base::error_code ec) {
    if (!ec && !alive.expired()) act();
  });
}

}  // namespace sms

#include "legacy/sms/trunk.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "legacy/sms/session.hpp"

namespace sms {
namespace {

const base::Log log_("sms");

Verdict judge(const Provider& provider, const base::Result<base::HttpResponse, base::HttpFailure>& result) {
  if (result) return provider.verdict(*result);
  const auto kind = result.error().sent ? Verdict::Kind::unknown : Verdict::Kind::retry;
  return {kind, result.error().what, std::nullopt, {}, 0, {}};
}

}  // namespace

Trunk::Trunk(config::SmsNetwork config, const Way& way, const Numbering& numbering, Alarms alarms)
    : config_(std::move(config)),
      way_(way),
      numbering_(numbering),
      alarms_(std::move(alarms)),
      provider_(make_provider(config_, way.server == nullptr ? std::string{} : way.public_url)),
      rehost_(way.client, *provider_, way.slots, way.media),
      pace_(config_.rate) {
  if (way_.server == nullptr) return;
  is_routed_ = true;
  way_.server->route(
      provider_->webhook_path(),
      [this](const base::HttpRequest& request, base::HttpReply reply) { on_webhook(request, std::move(reply)); },
      provider_->longest_call(), [this](const base::HttpRequest& head) { return glance(head); });
}

Trunk::~Trunk() {
  retire();
}

void Trunk::retire() {
  if (std::exchange(is_routed_, false)) way_.server->unroute(provider_->webhook_path());
}

std::string Trunk::webhook_url() const {
  return way_.public_url.substr(0, way_.public_url.find_last_not_of('/') + 1) + provider_->webhook_path();
}

bool Trunk::is_down() const noexcept {
  constexpr std::chrono::minutes until_next_try{1};
  return down_since_ && base::Clock::now() - *down_since_ < until_next_try;
}

void Trunk::use(const asio::any_io_executor& executor) {
  if (!wake_) wake_.emplace(executor);
}

// Strangers are many and cost little: nothing of theirs is read.
std::optional<base::HttpResponse> Trunk::glance(const base::HttpRequest& head) {
  const auto shortfall = check_pass(provider_->pass(), head, provider_->webhook_path());
  if (shortfall.status == 0) return std::nullopt;
  note_refusal(head.remote, {shortfall.status, shortfall.why});
  return base::HttpResponse{shortfall.status, {}, {}};
}

void Trunk::note_refusal(const std::string& caller, const Rejection& rejection) {
  const auto counted = refused_.pass(base::Clock::now());
  if (!counted) return;
  if (*counted > 0) log_.warning("{}: {} more webhook calls were refused", config_.name, *counted);
  log_.warning("{}: webhook call from {} refused with {}: {}", config_.name, caller, rejection.status, rejection.why);
}

// A call that says several things is answered when each is settled: with the worst status, as the caller then repeats
// all of them and what was taken is known again.
void Trunk::on_webhook(const base::HttpRequest& request, base::HttpReply reply) {
  auto notice = provider_->notice(request, wall_now());
  if (const auto* const rejection = std::get_if<Rejection>(&notice)) {
    note_refusal(request.remote, *rejection);
    return reply({rejection->status, {}, {}});
  }
  const auto& notices = std::get<Notices>(notice);
  struct Call {
    base::HttpReply reply;
    std::size_t open;
    int status = 200;
  };
  const auto call = std::make_shared<Call>(Call{std::move(reply), notices.size() + 1});
  // A session may save what came in when this, its own account, is gone already.
  const Done done = [call, thanks = provider_->thanks()](int status) {
    call->status = std::max(call->status, status);
    if (--call->open > 0) return;
    call->reply(call->status == 200 ? thanks : base::HttpResponse{call->status, {}, {}});
  };
  for (const auto& item : notices) {
    std::visit([&](const auto& n) { on_notice(n, done); }, item);
  }
  done(200);
}

Number Trunk::number_of(const std::string& text) const {
  return Number::sender(provider_->traits().has_no_plus ? with_plus(text) : text, numbering_);
}

void Trunk::on_notice(const Inbound& inbound, Done done) {
  if (inbound.id.empty() && !std::exchange(has_warned_of_ids_, true)) {
    log_.warning("{}: texts come without an id, so of two equal ones within a second one is taken for a repeat; {}",
                 config_.name, provider_->id_advice());
  }
  const auto to = number_of(inbound.to);
  const auto from = number_of(inbound.from).str();
  const auto found = by_number_.find(to.str());
  if (found == by_number_.end()) {
    const bool is_heeded =
        service_ != nullptr && service_->number() == to.str() && service_->heed_reply(from, inbound.text);
    if (is_heeded) return done(200);
    note_stranger(to);
    // Somebody may register it soon. Not every provider repeats a call that got a 4xx; after a 503 all do that ever do.
    return done(503);
  }
  found->second->on_inbound(inbound, from, std::move(done));
}

void Trunk::note_stranger(const Number& to) {
  if (!strangers_.may_tell(to.str(), wall_now())) return;
  log_.warning("{}: a text for {}, which nobody has registered", config_.name, base::quoted(to.masked()));
  alarms_.stranger("a text came for " + to.masked() +
                   ", which nobody has registered. It was not taken, so the provider may offer it again.");
}

void Trunk::on_notice(const Report& report, Done done) {
  if (report.id.empty()) return on_foreign(report, std::move(done));
  const auto found = by_tag_.find(report.id.substr(0, report.id.find('.')));
  if (found == by_tag_.end()) {
    log_.warning("{}: a report for an unknown user", config_.name);
    return done(404);
  }
  found->second->on_report(report, std::move(done));
}

// The provider's id says nothing of whose message it is, so each is asked.
void Trunk::on_foreign(Report report, Done done) {
  for (const auto& [tag, session] : by_tag_) {
    report.id = session->find_foreign(report.foreign_id);
    if (!report.id.empty()) return session->on_report(report, std::move(done));
  }
  log_.warning("{}: a report for an unknown message", config_.name);
  // It may be about one whose answer, with this id, is still under way; not every provider repeats after a 4xx.
  done(busy_ > 0 ? 503 : 404);
}

bool Trunk::enroll(Session& session) {
  by_tag_[session.tag()] = &session;
  if (session.is_service()) service_ = &session;
  if (session.number().empty() || session.is_service()) return true;
  auto& owner = by_number_[session.number()];
  if (owner != nullptr && owner->user() != session.user()) return false;
  owner = &session;  // a newer session of the same user takes over
  return true;
}

void Trunk::leave(Session& session) {
  std::erase_if(by_tag_, [&](const auto& entry) { return entry.second == &session; });
  std::erase_if(by_number_, [&](const auto& entry) { return entry.second == &session; });
  std::erase(waiting_, &session);
  if (service_ == &session) service_ = nullptr;
}

std::string Trunk::user_of(const std::string& number) const {
  const auto found = by_number_.find(number);
  return found == by_number_.end() ? std::string{} : found->second->user();
}

void Trunk::hand_over(const Outbound& message, std::function<void(const Verdict&)> done) {
  way_.client.send(provider_->request(message),
                   [this, alive = std::weak_ptr(alive_), done = std::move(done)](const auto& result) {
                     if (alive.expired()) return;
                     const Verdict verdict = judge(*provider_, result);
                     note(verdict);
                     note_way(verdict);
                     done(verdict);
                     if (!alive.expired()) note_success(verdict);
                   });
}

std::size_t Trunk::free_slots() const noexcept {
  if (base::Clock::now() < pace_.next()) return 0;
  const auto limit = static_cast<std::size_t>(std::max(config_.concurrency, 1));
  const auto free = limit > busy_ ? limit - busy_ : 0;
  return pace_.is_limited() ? std::min<std::size_t>(free, 1) : free;
}

void Trunk::take_slot(std::size_t segments) noexcept {
  ++busy_;
  pace_.take(segments, base::Clock::now());
}

void Trunk::wait_for_slot(Session& session) {
  if (std::find(waiting_.begin(), waiting_.end(), &session) == waiting_.end()) waiting_.push_back(&session);
  wake_in_time();
}

void Trunk::wake_in_time() {
  if (waiting_.empty() || !wake_ || pace_.next() <= base::Clock::now()) return;
  wake_->expires_at(pace_.next());
  wake_->async_wait([this, alive = std::weak_ptr(alive_)](base::error_code ec) {
    if (!ec && !alive.expired()) serve_waiting();
  });
}

void Trunk::give_slot() {
  --busy_;
  serve_waiting();
}

void Trunk::serve_waiting() {
  // A woken session may have nothing that can go now, so each is asked once.
  for (auto left = waiting_.size(); left > 0 && !waiting_.empty() && free_slots() > 0; --left) {
    auto* next = waiting_.front();
    waiting_.pop_front();
    next->serve();
  }
  wake_in_time();
}

void Trunk::note_way(const Verdict& verdict) {
  using Kind = Verdict::Kind;
  const bool is_away = verdict.kind == Kind::stopped || (verdict.kind == Kind::retry && !verdict.retry_after);
  if (is_away) down_since_ = base::Clock::now();
  if (verdict.kind == Kind::accepted || verdict.kind == Kind::refused) down_since_.reset();
}

// After a failure the first text that goes through is for all a sign to try.
void Trunk::note_success(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::retry || verdict.kind == Verdict::Kind::stopped) has_failed_ = true;
  if (verdict.kind != Verdict::Kind::accepted || !std::exchange(has_failed_, false)) return;
  const auto all = by_tag_;
  for (const auto& [tag, session] : all) {
    if (by_tag_.contains(tag)) session->wake();
  }
}

void Trunk::note(const Verdict& verdict) {
  if (!alarms_.account) return;
  if (verdict.kind == Verdict::Kind::stopped && !std::exchange(is_stopped_, true)) {
    alarms_.account("the provider refuses our account, and no texts go out: " + verdict.words);
  }
  const bool works = verdict.kind == Verdict::Kind::accepted || verdict.kind == Verdict::Kind::refused;
  if (works && std::exchange(is_stopped_, false)) alarms_.account("the provider takes our texts again.");
}

}  // namespace sms

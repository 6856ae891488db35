#include "legacy/sms/network.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "legacy/sms/group.hpp"
#include "legacy/sms/session.hpp"

namespace sms {
namespace {

const base::Log log_("sms");

bool is_reply_address(const Number& number) {
  return number.kind() != Number::Kind::alphanumeric;
}

}  // namespace

Network::Network(config::SmsNetwork config, base::HttpClient& client, base::HttpServer* server,
                 const std::string& public_url, std::unique_ptr<legacy::State> records, MediaRules media)
    : config_(std::move(config)),
      numbering_{config_.country_code, config_.international_prefix, config_.trunk_prefix, config_.emergency},
      guard_(config_.rules, config_.country_code, std::move(records)),
      client_(client),
      server_(server),
      provider_(make_provider(config_, server == nullptr ? std::string{} : public_url)),
      rehost_(client, *provider_, ask_slot(), media),
      pace_(config_.rate) {
  if (server_ == nullptr) return;
  server_->route(provider_->webhook_path(),
                 [this](base::HttpRequest request, base::HttpReply reply) { on_webhook(request, std::move(reply)); });
}

Network::~Network() {
  if (server_ != nullptr) server_->unroute(provider_->webhook_path());
}

base::Result<legacy::Chat, legacy::Errc> Network::parse(std::string_view id) const {
  if (Group::is_group(id)) {
    const auto group = Group::parse(id, numbering_);
    if (!group) return group.error();
    return legacy::Chat{legacy::ChatKind::room, group->str()};
  }
  const auto number = Number::parse(id, numbering_);
  if (!number) return number.error();
  return legacy::Chat{legacy::ChatKind::person, number->str()};
}

std::string Network::check(const legacy::Account& account) const {
  const auto text = account.field("number");
  if (text.empty()) return "a phone number is needed";
  const auto number = Number::parse(text, numbering_);
  if (!number || !is_reply_address(*number)) {
    return numbering_.country_code.empty() ? "this is not a phone number; write it as + and country code, +15551234567"
                                           : "this is not a phone number";
  }
  const auto owner = by_number_.find(number->str());
  if (owner != by_number_.end() && owner->second->user() != account.user)
    return "this number is in use by another user";
  return {};
}

legacy::Features Network::features() const {
  legacy::Features features;
  features.rooms = guard_.rules().mms && provider_->traits().most_recipients > 0;
  features.delivery_reports = true;
  features.always_on = true;
  return features;
}

std::unique_ptr<legacy::Session> Network::open(legacy::Account account, legacy::Context context) {
  if (!wake_) wake_.emplace(context.executor);
  return std::make_unique<Session>(std::move(account), context, *this);
}

// A call that says several things is answered when each is settled: with the worst status, as the caller then repeats
// all of them and what was taken is known again.
void Network::on_webhook(const base::HttpRequest& request, base::HttpReply reply) {
  auto notice = provider_->notice(request, wall_now());
  if (const auto* const rejection = std::get_if<Rejection>(&notice)) {
    log_.warning("{}: webhook call from {} refused with {}: {}", config_.name, request.remote, rejection->status,
                 rejection->why);
    return reply({rejection->status, {}, {}});
  }
  const auto& notices = std::get<Notices>(notice);
  struct Call {
    base::HttpReply reply;
    std::size_t open;
    int status = 200;
  };
  const auto call = std::make_shared<Call>(Call{std::move(reply), notices.size() + 1});
  const Done done = [call, this](int status) {
    call->status = std::max(call->status, status);
    if (--call->open > 0) return;
    call->reply(call->status == 200 ? provider_->thanks() : base::HttpResponse{call->status, {}, {}});
  };
  for (const auto& item : notices) {
    std::visit([&](const auto& n) { on_notice(n, done); }, item);
  }
  done(200);
}

void Network::on_notice(const Inbound& inbound, Done done) {
  if (inbound.id.empty() && !std::exchange(has_warned_of_ids_, true)) {
    log_.warning("{}: texts come without an id, so of two equal ones within a second one is taken for a repeat; {}",
                 config_.name, provider_->id_advice());
  }
  const auto to = Number::sender(inbound.to, numbering_);
  const auto found = by_number_.find(to.str());
  if (found == by_number_.end()) {
    note_stranger(to);
    // Somebody may register it soon. Not every provider repeats a call that got a 4xx; after a 503 all do that ever do.
    return done(503);
  }
  found->second->on_inbound(inbound, Number::sender(inbound.from, numbering_).str(), std::move(done));
}

void Network::note_stranger(const Number& to) {
  if (!strangers_.may_tell(to.str(), wall_now())) return;
  log_.warning("{}: a text for {}, which nobody has registered", config_.name, base::quoted(to.masked()));
  tell_admins(config_.name + ": a text came for " + to.masked() +
              ", which nobody has registered. It was not taken, so the provider may offer it again.");
}

void Network::on_notice(const Report& report, Done done) {
  if (report.id.empty()) return on_foreign(report, std::move(done));
  const auto found = by_tag_.find(report.id.substr(0, report.id.find('.')));
  if (found == by_tag_.end()) {
    log_.warning("{}: a report for an unknown user", config_.name);
    return done(404);
  }
  found->second->on_report(report, std::move(done));
}

// The provider's id says nothing of whose message it is, so each is asked.
void Network::on_foreign(Report report, Done done) {
  for (const auto& [tag, session] : by_tag_) {
    report.id = session->find_foreign(report.foreign_id);
    if (!report.id.empty()) return session->on_report(report, std::move(done));
  }
  log_.warning("{}: a report for an unknown message", config_.name);
  // It may be about one whose answer, with this id, is still under way; not every provider repeats after a 4xx.
  done(busy_ > 0 ? 503 : 404);
}

bool Network::enroll(Session& session) {
  by_tag_[session.tag()] = &session;
  if (session.number().empty()) return true;
  auto& owner = by_number_[session.number()];
  if (owner != nullptr && owner->user() != session.user()) return false;
  owner = &session;  // a newer session of the same user takes over
  return true;
}

void Network::leave(Session& session) {
  std::erase_if(by_tag_, [&](const auto& entry) { return entry.second == &session; });
  std::erase_if(by_number_, [&](const auto& entry) { return entry.second == &session; });
  std::erase(waiting_, &session);
}

std::size_t Network::free_slots() const noexcept {
  if (base::Clock::now() < pace_.next()) return 0;
  const auto limit = static_cast<std::size_t>(std::max(config_.concurrency, 1));
  const auto free = limit > busy_ ? limit - busy_ : 0;
  return pace_.is_limited() ? std::min<std::size_t>(free, 1) : free;
}

void Network::take_slot(std::size_t segments) noexcept {
  ++busy_;
  pace_.take(segments, base::Clock::now());
}

void Network::wait_for_slot(Session& session) {
  if (std::find(waiting_.begin(), waiting_.end(), &session) == waiting_.end()) waiting_.push_back(&session);
  wake_in_time();
}

void Network::wake_in_time() {
  if (waiting_.empty() || !wake_ || pace_.next() <= base::Clock::now()) return;
  wake_->expires_at(pace_.next());
  wake_->async_wait([this, alive = std::weak_ptr(alive_)](base::error_code ec) {
    if (!ec && !alive.expired()) serve_waiting();
  });
}

void Network::give_slot() {
  --busy_;
  serve_waiting();
}

void Network::serve_waiting() {
  // A woken session may have nothing that can go now, so each is asked once.
  for (auto left = waiting_.size(); left > 0 && !waiting_.empty() && free_slots() > 0; --left) {
    auto* next = waiting_.front();
    waiting_.pop_front();
    next->serve();
  }
  wake_in_time();
}

void Network::note(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::stopped && !std::exchange(is_stopped_, true)) {
    tell_admins(config_.name + ": the provider refuses our account, and no texts go out: " + verdict.words);
  }
  const bool works = verdict.kind == Verdict::Kind::accepted || verdict.kind == Verdict::Kind::refused;
  if (works && std::exchange(is_stopped_, false)) tell_admins(config_.name + ": the provider takes our texts again.");
}

}  // namespace sms

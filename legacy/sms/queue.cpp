#include "legacy/sms/queue.hpp"

#include <algorithm>
#include <array>
#include <unordered_set>

#include "base/random.hpp"
#include "legacy/sms/group.hpp"
#include "legacy/sms/pieces.hpp"
#include "legacy/sms/records.hpp"
#include "legacy/sms/segments.hpp"

namespace sms {
namespace {

constexpr std::chrono::seconds shortest_pause{1};

struct Fate {
  std::string_view name;
  legacy::Delivery::State state;
};
constexpr std::array<Fate, 3> fates = {{{"delivered", legacy::Delivery::State::delivered},
                                        {"failed", legacy::Delivery::State::failed},
                                        {"uncertain", legacy::Delivery::State::uncertain}}};

legacy::Delivery::State state_of(std::string_view fate) {
  const auto found = std::find_if(fates.begin(), fates.end(), [&](const Fate& f) { return f.name == fate; });
  return found == fates.end() ? legacy::Delivery::State::uncertain : found->state;
}

constexpr const char* unsure_words = "the provider did not say whether it took the message";
// Reports that are to be waited for where there is one for each segment.
std::size_t count_reports(const Queue::Draft& draft) {
  const auto recipients = numbers_in(draft.to).size();
  if (recipients > 1) return recipients;
  return draft.media.empty() ? count_segments(draft.text).parts.size() : 1;
}

}  // namespace

Queue::Queue(QueueRules rules, legacy::State& state, std::string tag, std::function<double()> random,
             base::WallTime now)
    : rules_(rules), state_(state), tag_(std::move(tag)), random_(std::move(random)) {
  load(now);
}

// What tick() looks at: giving up, becoming uncertain, or waiting no longer for a report.
base::WallTime Queue::deadline(const Message& message) const {
  const bool is_waiting = message.phase == Phase::fresh || message.phase == Phase::queued;
  if (is_waiting) return message.created + rules_.give_up;
  if (message.phase == Phase::sending) return base::WallTime::max();
  return message.due;
}

Queue::Message* Queue::find(const std::string& id, Order& order) {
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return nullptr;
  order = found->second;
  return &messages_.at(order);
}

void Queue::enter(Order order, Phase phase, base::WallTime due) {
  auto& m = messages_.at(order);
  deadlines_.erase({deadline(m), order});
  m.phase = phase;
  m.due = due;
  waiting_.erase(order);
  sent_.erase(order);
  if (phase == Phase::queued) waiting_.insert(order);
  if (phase == Phase::sent) sent_.insert(order);
  // From here on it is never sent again.
  if (phase == Phase::unsure || phase == Phase::sent || phase == Phase::final) {
    m.draft.text.clear();
    m.draft.media.clear();
  }
  if (phase != Phase::final) deadlines_.emplace(deadline(m), order);
  save(order);
  if (sent_.size() > rules_.most_sent) erase(*sent_.begin());
}

std::string Queue::add(Draft draft, base::WallTime now) {
  Message message;
  message.id = tag_ + "." + base::random_id();
  message.draft = std::move(draft);
  message.created = now;
  message.due = now;
  const auto id = message.id;
  const Order last = messages_.empty() ? 0 : messages_.rbegin()->first;
  save(insert(std::move(message), last + 1));
  return id;
}

void Queue::confirm(const std::string& id) {
  Order order = 0;
  auto* message = find(id, order);
  if (message != nullptr && message->phase == Phase::fresh) message->phase = Phase::queued;
}

void Queue::withdraw(const std::string& id) {
  Order order = 0;
  const auto* message = find(id, order);
  if (message != nullptr && message->phase == Phase::fresh) erase(order);
}

std::vector<Queue::Send> Queue::claim(base::WallTime now, std::size_t slots) {
  std::vector<Send> out;
  if (stopped_until_) {
    if (now < *stopped_until_ || !in_flight_.empty()) return out;
    slots = std::min<std::size_t>(slots, 1);  // one to try whether the account works again
  }
  std::unordered_set<std::string_view> blocked;
  for (const Order order : in_flight_) blocked.insert(messages_.at(order).draft.to);
  std::vector<Order> chosen;
  for (const Order order : waiting_) {
    if (chosen.size() >= slots) break;
    const auto& m = messages_.at(order);
    const bool is_first = blocked.insert(m.draft.to).second;
    if (is_first && m.phase == Phase::queued && m.due <= now) chosen.push_back(order);
  }
  for (const Order order : chosen) {
    in_flight_.insert(order);
    auto& m = messages_.at(order);
    m.segments = count_reports(m.draft);
    enter(order, Phase::sending, now);
    out.push_back({m.id, m.draft.to, m.draft.text, m.draft.media, m.segments});
  }
  return out;
}

void Queue::release(const std::string& id, base::WallTime now) {
  Order order = 0;
  const auto* message = find(id, order);
  if (message == nullptr || in_flight_.erase(order) == 0 || message->phase != Phase::sending) return;
  enter(order, Phase::queued, next_attempt(*message, {}, now));
}

base::WallTime Queue::next_attempt(const Message& message, const Verdict& verdict, base::WallTime now) const {
  if (verdict.retry_after) return now + std::max(*verdict.retry_after, shortest_pause);
  auto pause = std::chrono::duration_cast<std::chrono::milliseconds>(rules_.first_pause);
  for (int i = 1; i < message.attempts && pause < rules_.longest_pause; ++i) pause *= 2;
  pause = std::min<std::chrono::milliseconds>(pause, rules_.longest_pause);
  const double share = 0.5 + random_() / 2;
  return now + std::chrono::milliseconds(static_cast<std::int64_t>(static_cast<double>(pause.count()) * share));
}

void Queue::answer(const std::string& id, const Verdict& verdict, base::WallTime now, bool may_be_plain) {
  Order order = 0;
  auto* message = find(id, order);
  if (message == nullptr || in_flight_.erase(order) == 0) return;
  const bool is_stopped = verdict.kind == Verdict::Kind::stopped;
  if (is_stopped) {
    stopped_until_ = now + rules_.stopped_pause;
  } else if (verdict.kind == Verdict::Kind::accepted || verdict.kind == Verdict::Kind::refused) {
    stopped_until_.reset();
  }
  if (verdict.kind == Verdict::Kind::accepted) {
    if (verdict.segments != Verdict::as_counted) message->segments = verdict.segments;
    message->foreign = verdict.foreign_id;
    if (!message->foreign.empty()) by_foreign_[message->foreign] = id;
  }
  const bool is_refused = verdict.kind == Verdict::Kind::refused;
  if (is_refused && message->phase == Phase::sent) return finish(order, "failed", verdict.reason, verdict.words);
  if (message->phase != Phase::sending) return catch_up(order);
  switch (verdict.kind) {
    case Verdict::Kind::accepted: return enter(order, Phase::sent, now + keep_traces);
    case Verdict::Kind::unknown: return doubt(order, now);
    case Verdict::Kind::refused:
      if (may_be_plain) {
        message->draft.text = with_links(std::move(message->draft.text), message->draft.media);
        message->draft.media.clear();
        return enter(order, Phase::queued, now);
      }
      return finish(order, "failed", verdict.reason, verdict.words);
    case Verdict::Kind::stopped: return enter(order, Phase::queued, now);
    case Verdict::Kind::retry: break;
  }
  ++message->attempts;
  message->may_be_woken = !verdict.retry_after && !std::exchange(message->was_woken, false);
  if (stopped_until_) stopped_until_ = now + rules_.stopped_pause;
  enter(order, Phase::queued, next_attempt(*message, verdict, now));
}

// What fails by itself, and not with the account, is not tried at every success of the others.
bool Queue::wake(base::WallTime now) {
  bool may_go = stopped_until_ && !waiting_.empty();
  stopped_until_.reset();
  for (const Order order : waiting_) {
    auto& m = messages_.at(order);
    if (m.due <= now || !std::exchange(m.may_be_woken, false)) continue;
    m.due = now;
    m.was_woken = may_go = true;
  }
  return may_go;
}

void Queue::fail_waiting(const std::string& to, legacy::Errc reason, const std::string& words) {
  std::vector<Order> orders;
  for (const Order order : waiting_) {
    const auto& m = messages_.at(order);
    const auto numbers = numbers_in(m.draft.to);
    const bool is_for = std::find(numbers.begin(), numbers.end(), to) != numbers.end();
    if (m.phase == Phase::queued && is_for && !m.may_be_taken) orders.push_back(order);
  }
  for (const Order order : orders) finish(order, "failed", reason, words);
}

void Queue::abandon() {
  const std::vector<Order> orders(waiting_.begin(), waiting_.end());
  for (const Order order : orders) {
    const bool is_taken = messages_.at(order).may_be_taken;
    finish(order, is_taken ? "uncertain" : "failed", is_taken ? legacy::Errc::uncertain : legacy::Errc::unreachable_now,
           is_taken ? unsure_words : "the account was changed before this was sent");
  }
}

// There was no answer.
void Queue::doubt(Order order, base::WallTime now) {
  auto& m = messages_.at(order);
  if (!rules_.is_idempotent) return enter(order, Phase::unsure, now + rules_.uncertain_after);
  m.may_be_taken = true;
  ++m.attempts;
  enter(order, Phase::queued, next_attempt(m, {}, now));
}

void Queue::finish(Order order, std::string fate, legacy::Errc reason, std::string words) {
  auto& m = messages_.at(order);
  m.fate = std::move(fate);
  m.reason = reason;
  m.words = std::move(words);
  m.mark = ++mark_;
  unannounced_.insert(order);
  enter(order, Phase::final, m.due);
}

void Queue::expire(Order order, base::WallTime now) {
  const auto& m = messages_.at(order);
  const bool is_waiting = m.phase == Phase::fresh || m.phase == Phase::queued;
  if (m.phase == Phase::unsure || (is_waiting && m.may_be_taken)) {
    finish(order, "uncertain", legacy::Errc::uncertain, unsure_words);
  } else if (m.phase == Phase::sent) {
    bury(m, now);  // no report will come any more, and nobody waits for one
    erase(order);
  } else {
    finish(order, "failed", legacy::Errc::unreachable_now, "not handed over to the provider in time");
  }
}

bool Queue::tick(base::WallTime now) {
  bool changed = false;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    expire(deadlines_.begin()->second, now);
    changed = true;
  }
  return changed;
}

void Queue::shift(std::chrono::milliseconds by) {
  if (stopped_until_) *stopped_until_ += by;
  for (auto& [order, message] : messages_) {
    if (message.phase == Phase::sent || message.phase == Phase::final) continue;
    deadlines_.erase({deadline(message), order});
    message.created += by;
    message.due += by;
    deadlines_.emplace(deadline(message), order);
    save(order);
  }
}

std::optional<base::WallTime> Queue::next_due(base::WallTime now) const {
  std::optional<base::WallTime> next;
  const auto consider = [&](base::WallTime time) { next = next ? std::min(*next, time) : time; };
  if (!deadlines_.empty() && deadlines_.begin()->first != base::WallTime::max()) consider(deadlines_.begin()->first);
  if (stopped_until_ && !waiting_.empty() && *stopped_until_ > now) {
    consider(*stopped_until_);
    return next;
  }
  for (const Order order : waiting_) {
    const auto due = messages_.at(order).due;
    if (due > now) consider(due);  // what is due already waits for a free slot or its predecessor, not for the clock
  }
  return next;
}

std::vector<legacy::Delivery> Queue::announce(std::uint64_t mark) {
  std::vector<const Message*> ended;
  for (auto it = unannounced_.begin(); it != unannounced_.end();) {
    auto& m = messages_.at(*it);
    if (m.mark > mark) {
      ++it;
      continue;
    }
    ended.push_back(&m);
    it = unannounced_.erase(it);
  }
  std::sort(ended.begin(), ended.end(), [](const Message* a, const Message* b) { return a->mark < b->mark; });
  std::vector<legacy::Delivery> out;
  for (const auto* m : ended) {
    out.push_back({m->draft.token, state_of(m->fate), m->reason, m->words, out_key(m->id) + "/" + m->fate});
  }
  return out;
}

bool Queue::take(const std::string& key, base::WallTime now) {
  if (!key.starts_with(out_prefix)) return false;
  const auto slash = key.rfind('/');
  if (slash < out_prefix.size()) return true;
  Order order = 0;
  const auto* message = find(key.substr(out_prefix.size(), slash - out_prefix.size()), order);
  if (message == nullptr || message->phase != Phase::final || message->fate != key.substr(slash + 1)) return true;
  bury(*message, now);
  erase(order);
  return true;
}

}  // namespace sms

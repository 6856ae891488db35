#include "component/delivery.hpp"

#include <algorithm>

#include "component/repeat.hpp"
#include "component/stanza.hpp"

namespace component {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t batch_bytes = 64 * 1024;  // written at once
constexpr std::size_t longest_ping = 1024;      // bytes, about
constexpr auto ping_after = 5s;                 // what is uncertain is asked about
constexpr auto idle_interval = 60s;             // between pings while nothing else is said
// Together with ping_after these make a dead server be noticed within 20 s.
constexpr auto answer_limit = 10s;
constexpr auto write_limit = 15s;
constexpr auto longest_answer = 30s;  // also when the server says other things meanwhile

}  // namespace

bool Delivery::may_send() const noexcept {
  if (again_.empty() && outbox_.empty()) return false;
  if (is_hurried_) return true;
  return is_cautious() ? sent_.empty() : sent_bytes_ < window_.size();
}

bool Delivery::has_next() const noexcept {
  return may_send() || (ping_.empty() && wants_ping());
}

bool Delivery::wants_ping() const noexcept {
  return is_asked_ || awaited_ > 0 || uncovered_bytes_ >= window_.half() || (is_cautious() && !sent_.empty());
}

std::string Delivery::next(Time now) {
  std::string bytes;
  if (may_send()) {
    base::Outbox::Items batch = take();
    const std::size_t before = sent_bytes_;
    record(batch, now);
    bytes.reserve(sent_bytes_ - before + longest_ping);
    for (const Item& item : batch) bytes += item.bytes;
    sent_.splice(sent_.end(), batch);
  }
  if (ping_.empty() && wants_ping()) bytes += begin_ping(now);
  writing_since_ = now;
  return bytes;
}

// In their order, and first of all, those that may have been written before.
base::Outbox::Items Delivery::take() {
  const std::size_t most = is_hurried_ ? batch_bytes : std::min(batch_bytes, window_.size() - sent_bytes_);
  if (again_.empty()) return outbox_.take(most);
  base::Outbox::Items batch;
  std::size_t taken = 0;
  while (!again_.empty() && (batch.empty() || (!is_cautious() && taken < most))) {
    taken += again_.front().bytes.size();
    batch.splice(batch.end(), again_, again_.begin());
  }
  if (again_.empty()) is_asked_ = true;
  return batch;
}

void Delivery::record(base::Outbox::Items& batch, Time now) {
  if (uncovered_bytes_ == 0) uncovered_since_ = now;
  for (Item& item : batch) {
    if (item.sent == Time{}) item.sent = now;
    uncovered_bytes_ += item.bytes.size();
    sent_bytes_ += item.bytes.size();
    if (item.confirmed) ++awaited_;
  }
}

// A ping from our domain to itself: the server routes it back to us, which proves as much as an answer would, without
// relying on what the server's own domain is called or answers.
std::string Delivery::begin_ping(Time now) {
  ping_ = make_id();
  ping_left_.reset();
  covered_ = sent_.size();
  uncovered_bytes_ = awaited_ = 0;
  uncovered_since_ = now;
  is_asked_ = false;
  std::string bytes = "<iq type='get' from='";
  xml::escape(bytes, domain_);
  bytes += "' to='";
  xml::escape(bytes, domain_);
  return bytes + "' id='" + ping_ + "'><ping xmlns='urn:xmpp:ping'/></iq>";
}

void Delivery::left(Time now) {
  writing_since_.reset();
  if (!ping_.empty() && !ping_left_) ping_left_ = now;
}

bool Delivery::take_answer(std::string_view id, Time now) {
  if (ping_.empty() || id != ping_) return false;
  ping_.clear();
  if (ping_left_) window_.answered(said_ - *ping_left_, heard_ - *ping_left_);
  ping_left_.reset();
  answered_ = now;
  confirm();
  return true;
}

void Delivery::confirm() {
  guilt_ = 0;
  base::Outbox::Items taken;
  for (; covered_ > 0; --covered_) {
    sent_bytes_ -= sent_.front().bytes.size();
    taken.splice(taken.end(), sent_, sent_.begin());
  }
  if (!is_cautious() || (again_.empty() && sent_.empty())) suspicion_ = 0;
  for (const Item& item : taken)
    if (item.confirmed) item.confirmed(true);
}

bool Delivery::is_ping_due(Time now) const noexcept {
  if (!ping_.empty() || is_asked_) return false;
  return (uncovered_bytes_ > 0 && now - uncovered_since_ >= ping_after) || now - answered_ >= idle_interval;
}

bool Delivery::is_server_dead(Time now) const noexcept {
  if (writing_since_ && now - *writing_since_ >= write_limit) return true;
  if (!ping_left_) return false;
  return now - std::max(*ping_left_, heard_) >= answer_limit || now - *ping_left_ >= longest_answer;
}

void Delivery::begin(Time now) noexcept {
  heard_ = answered_ = said_ = now;
  is_all_heard_ = true;
  is_asked_ = false;
  window_ = {};
}

std::optional<Delivery::Item> Delivery::end(Blame blame, Time now) {
  const bool was_alone = is_cautious() && sent_.size() == 1;
  const unsigned weight = sent_.empty() || blame == Blame::none ? 0 : blame == Blame::strong ? guilty : 1;
  for (Item& item : sent_) mark_late(item.bytes, base::WallClock::now() - (now - item.sent));
  again_.splice(again_.begin(), sent_);
  sent_bytes_ = covered_ = uncovered_bytes_ = awaited_ = 0;
  ping_.clear();
  ping_left_.reset();
  writing_since_.reset();
  (was_alone ? guilt_ : suspicion_) += weight;
  std::optional<Item> culprit;
  if (guilt_ >= guilty) culprit = give_up();
  drop_replaced(again_);
  return culprit;
}

Delivery::Item Delivery::give_up() {
  Item culprit = std::move(again_.front());
  again_.pop_front();
  guilt_ = 0;
  if (again_.empty()) suspicion_ = 0;
  return culprit;
}

void Delivery::abandon() {
  base::Outbox::Items lost = std::move(again_);
  again_.clear();
  lost.splice(lost.end(), sent_);
  while (!outbox_.empty()) lost.splice(lost.end(), outbox_.take(batch_bytes));
  for (const Item& item : lost)
    if (item.confirmed) item.confirmed(false);
}

}  // namespace component

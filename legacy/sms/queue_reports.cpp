// Queue and what the provider reports: a report for each message or for each segment, in any order, also late.
#include <algorithm>

#include "legacy/sms/queue.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

constexpr std::size_t most_segment_names = 255;  // as many as a text can have (3GPP TS 23.040, 9.2.3.24.1)

}  // namespace

bool Queue::is_delivered(const Message& message) noexcept {
  return !message.delivered.empty() && message.delivered.size() >= std::max<std::size_t>(message.segments, 1);
}

// Takes note of the segment. True: the message has come to its end.
bool Queue::settles(Message& message, const Report& report) {
  if (report.state == Report::State::under_way) return false;
  if (report.segment.empty()) return true;
  if (report.state == Report::State::failed) return message.delivered.count(report.segment) == 0;
  if (message.delivered.size() < most_segment_names) message.delivered.insert(report.segment);
  return is_delivered(message);
}

bool Queue::report(const Report& report, base::WallTime now) {
  Order order = 0;
  auto* message = find(report.id, order);
  if (message == nullptr) return revive(report, now);
  if (message->phase == Phase::final && message->fate != "uncertain") return true;
  bool is_end = settles(*message, report);
  // How many segments there are is known for sure when the answer is here.
  const bool is_early = in_flight_.count(order) != 0 && !report.segment.empty();
  if (is_early && report.state == Report::State::delivered) is_end = false;
  if (!is_end) {
    if (message->phase == Phase::final || message->phase == Phase::sent) {
      save(order);
    } else {
      enter(order, Phase::sent, now + keep_traces);
    }
  } else if (report.state == Report::State::delivered) {
    finish(order, "delivered", legacy::Errc::none, {});
  } else {
    finish(order, "failed", report.reason, report.words);
  }
  return true;
}

// Its segments may have been reported before the answer that counts them was here.
void Queue::catch_up(Order order) {
  const auto& m = messages_.at(order);
  if (m.phase == Phase::sent && is_delivered(m)) return finish(order, "delivered", legacy::Errc::none, {});
  if (m.phase == Phase::sent || m.phase == Phase::final) save(order);
}

// A report for a message whose end has been told already: news only when that was "uncertain".
bool Queue::revive(const Report& report, base::WallTime now) {
  const auto trace = load_record(state_, gone_key(report.id));
  if (!trace) return false;
  if (text_of(*trace, "fate") != "uncertain" || report.state == Report::State::under_way) return true;
  Message message;
  message.id = report.id;
  message.draft.token = text_of(*trace, "token");
  message.phase = Phase::sent;
  message.due = from_millis(number_of(*trace, "until"));
  message.created = message.due - keep_traces;
  message.fate = "uncertain";
  message.foreign = text_of(*trace, "foreign");
  message.segments = static_cast<std::size_t>(number_of(*trace, "segments"));
  message.delivered = texts_of(*trace, "delivered");
  if (!settles(message, report)) {
    bury(message, now);
    return true;
  }
  state_.erase(gone_key(report.id));
  const Order last = messages_.empty() ? 0 : messages_.rbegin()->first;
  const Order order = insert(std::move(message), last + 1);
  if (report.state == Report::State::delivered) {
    finish(order, "delivered", legacy::Errc::none, {});
  } else {
    finish(order, "failed", report.reason, report.words);
  }
  return true;
}

std::string Queue::find_foreign(const std::string& foreign_id) const {
  if (foreign_id.empty()) return {};
  const auto found = by_foreign_.find(foreign_id);
  if (found != by_foreign_.end()) return found->second;
  const auto record = load_record(state_, foreign_key(foreign_id));
  return record ? text_of(*record, "id") : std::string{};
}

}  // namespace sms

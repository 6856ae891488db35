// Queue and its records: what is read at the start, written at each step, and left behind at the end.
#include <array>

#include "legacy/sms/queue.hpp"
#include "legacy/sms/records.hpp"

namespace sms {

void Queue::load(base::WallTime now) {
  for (const auto& [key, value] : state_.list(out_prefix)) restore(key, value, now);
}

void Queue::restore(const std::string& key, const std::string& value, base::WallTime now) {
  const auto record = parse_record(key, value);
  if (!record) return;
  Message message;
  message.id = key.substr(out_prefix.size());
  message.draft = {text_of(*record, "to"), text_of(*record, "text"), text_of(*record, "token")};
  message.attempts = static_cast<int>(number_of(*record, "attempts"));
  message.created = from_millis(number_of(*record, "created"));
  message.due = from_millis(number_of(*record, "due"));
  message.fate = text_of(*record, "fate");
  message.reason = static_cast<legacy::Errc>(number_of(*record, "reason"));
  message.words = text_of(*record, "words");
  const auto state = text_of(*record, "state");
  if (state == "final") {
    message.phase = Phase::final;
    message.mark = ++mark_;
  } else if (state == "sent") {
    message.phase = Phase::sent;
  } else if (state == "sending") {
    message.phase = Phase::unsure;
    message.draft.text.clear();
    message.due = now + rules_.uncertain_after;  // the provider's repeats get the full time again
  } else {
    message.phase = Phase::queued;
  }
  insert(std::move(message), static_cast<Order>(number_of(*record, "order")));
}

Queue::Order Queue::insert(Message message, Order order) {
  while (messages_.count(order) != 0) ++order;
  by_id_[message.id] = order;
  if (message.phase == Phase::fresh || message.phase == Phase::queued) waiting_.insert(order);
  if (message.phase == Phase::sent) sent_.insert(order);
  if (message.phase == Phase::final) {
    unannounced_.insert(order);
  } else {
    deadlines_.emplace(deadline(message), order);
  }
  messages_.emplace(order, std::move(message));
  return order;
}

void Queue::save(Order order) {
  static constexpr std::array names = {"queued", "queued", "sending", "sending", "sent", "final"};
  const auto& m = messages_.at(order);
  boost::json::object record;
  record["to"] = m.draft.to;
  record["text"] = m.draft.text;
  record["token"] = m.draft.token;
  record["state"] = names.at(static_cast<std::size_t>(m.phase));
  record["attempts"] = m.attempts;
  record["created"] = to_millis(m.created);
  record["due"] = to_millis(m.due);
  record["order"] = static_cast<std::int64_t>(order);
  if (m.phase == Phase::final) {
    record["fate"] = m.fate;
    record["reason"] = static_cast<int>(m.reason);
    record["words"] = m.words;
  }
  save_record(state_, out_key(m.id), record);
}

void Queue::erase(Order order) {
  const auto& m = messages_.at(order);
  deadlines_.erase({deadline(m), order});
  waiting_.erase(order);
  sent_.erase(order);
  in_flight_.erase(order);
  unannounced_.erase(order);
  state_.erase(out_key(m.id));
  by_id_.erase(m.id);
  messages_.erase(order);
}

std::string Queue::recipient(const std::string& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? std::string{} : messages_.at(found->second).draft.to;
}

void Queue::bury(const Message& message, base::WallTime now) {
  boost::json::object trace;
  trace["until"] = to_millis(now + keep_traces);
  trace["token"] = message.draft.token;
  trace["fate"] = message.fate;
  save_record(state_, gone_key(message.id), trace);
}

// A report for a message whose end has been told already: news only when that was "uncertain".
bool Queue::revive(const Report& report, base::WallTime) {
  const auto trace = load_record(state_, gone_key(report.id));
  if (!trace) return false;
  if (text_of(*trace, "fate") != "uncertain" || report.state == Report::State::under_way) return true;
  Message message;
  message.id = report.id;
  message.draft.token = text_of(*trace, "token");
  message.phase = Phase::sent;
  message.due = from_millis(number_of(*trace, "until"));
  message.created = message.due - keep_traces;
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

}  // namespace sms

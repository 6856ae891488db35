// Queue and its records: what is read at the start, written at each step, and left behind at the end.
#include <algorithm>
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
  message.draft = {text_of(*record, "to"), text_of(*record, "text"), text_of(*record, "token"),
                   list_of(*record, "media")};
  message.attempts = static_cast<int>(number_of(*record, "attempts"));
  message.created = from_millis(number_of(*record, "created"));
  message.due = from_millis(number_of(*record, "due"));
  message.fate = text_of(*record, "fate");
  message.reason = static_cast<legacy::Errc>(number_of(*record, "reason"));
  message.words = text_of(*record, "words");
  message.foreign = text_of(*record, "foreign");
  message.segments = static_cast<std::size_t>(number_of(*record, "segments"));
  message.delivered = texts_of(*record, "delivered");
  message.may_be_taken = number_of(*record, "maybe") != 0;
  message.created = std::min(message.created, now);  // the clock may have been set back while we were away
  const auto state = text_of(*record, "state");
  if (state == "final") {
    message.phase = Phase::final;
    message.mark = ++mark_;
  } else if (state == "sent") {
    message.phase = Phase::sent;
  } else if (state == "sending" && rules_.is_idempotent) {
    message.phase = Phase::queued;
    message.may_be_taken = true;
    message.due = now;
  } else if (state == "sending") {
    message.phase = Phase::unsure;
    message.draft.text.clear(), message.draft.media.clear();
    message.due = now + rules_.uncertain_after;  // the provider's repeats get the full time again
  } else {
    message.phase = Phase::queued;
    message.due = std::min(message.due, now + rules_.longest_pause);
  }
  const Order order = insert(std::move(message), static_cast<Order>(number_of(*record, "order")));
  if (is_delivered(messages_.at(order))) catch_up(order);
}

Queue::Order Queue::insert(Message message, Order order) {
  while (messages_.count(order) != 0) ++order;
  by_id_[message.id] = order;
  if (!message.foreign.empty()) by_foreign_[message.foreign] = message.id;
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
  record["segments"] = static_cast<std::int64_t>(m.segments);
  if (!m.draft.media.empty()) record["media"] = boost::json::array(m.draft.media.begin(), m.draft.media.end());
  if (!m.foreign.empty()) record["foreign"] = m.foreign;
  if (!m.delivered.empty()) record["delivered"] = json_of(m.delivered);
  if (m.may_be_taken) record["maybe"] = 1;
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
  by_foreign_.erase(m.foreign);
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
  trace["segments"] = static_cast<std::int64_t>(message.segments);
  if (!message.foreign.empty()) trace["foreign"] = message.foreign;
  if (!message.delivered.empty()) trace["delivered"] = json_of(message.delivered);
  save_record(state_, gone_key(message.id), trace);
  if (message.foreign.empty()) return;
  boost::json::object reference;
  reference["until"] = trace["until"];
  reference["id"] = message.id;
  save_record(state_, foreign_key(message.foreign), reference);
}

}  // namespace sms

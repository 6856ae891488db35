#include "legacy/sms/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "legacy/sms/inbox.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

constexpr std::string_view part_prefix = "part/";
constexpr std::size_t most_parts = 255;  // 3GPP TS 23.040, 9.2.3.24.1

std::string short_hash(const std::string& text) {
  return base::to_hex(base::sha256(text)).substr(0, 32);
}

std::string key_of(const Inbound& message, const std::string& from) {
  const auto& part = *message.part;
  return short_hash(fmt::format("{}\n{}\n{}\n{}", from, message.to, part.total, part.reference));
}

std::string record_key(const std::string& key, std::size_t number) {
  return fmt::format("{}{}/{:03}", part_prefix, key, number);
}

std::string gap(std::size_t first, std::size_t last, std::size_t total) {
  if (first == last) return fmt::format("[part {} of {} missing]", first, total);
  return fmt::format("[parts {} to {} of {} missing]", first, last, total);
}

}  // namespace

Parts::Parts(legacy::State& state, std::chrono::seconds wait, std::size_t most)
    : state_(state), wait_(wait), most_(most) {
  for (const auto& [key, value] : state_.list(part_prefix)) restore(key, value);
}

void Parts::restore(const std::string& key, const std::string& value) {
  const auto record = parse_record(key, value);
  const auto slash = key.rfind('/');
  if (!record || slash <= part_prefix.size()) return;
  auto& set = sets_[key.substr(part_prefix.size(), slash - part_prefix.size())];
  set.from = text_of(*record, "from");
  set.to = text_of(*record, "to");
  set.total = static_cast<std::size_t>(number_of(*record, "total"));
  set.due = from_millis(number_of(*record, "due"));
  Inbound part;
  part.text = text_of(*record, "text");
  part.id = text_of(*record, "id");
  part.stamp = text_of(*record, "stamp");
  if (const auto when = number_of(*record, "when"); when != 0) part.when = from_millis(when);
  set.parts[static_cast<std::size_t>(number_of(*record, "number"))] = std::move(part);
}

void Parts::save(const std::string& key, const Set& set, std::size_t number) {
  const auto& part = set.parts.at(number);
  boost::json::object record;
  record["from"] = set.from;
  record["to"] = set.to;
  record["total"] = static_cast<std::int64_t>(set.total);
  record["number"] = static_cast<std::int64_t>(number);
  record["due"] = to_millis(set.due);
  record["text"] = part.text;
  record["id"] = part.id;
  record["stamp"] = part.stamp;
  if (part.when) record["when"] = to_millis(*part.when);
  save_record(state_, record_key(key, number), record);
}

std::vector<Inbound> Parts::offer(const Inbound& message, const std::string& from, base::WallTime now) {
  Inbound whole = message;
  whole.from = from;
  whole.part.reset();
  const auto& part = *message.part;
  const bool is_part = part.total > 1 && part.total <= most_parts && part.number >= 1 && part.number <= part.total;
  if (!is_part) return {whole};

  std::vector<Inbound> out;
  const auto key = key_of(message, from);
  auto found = sets_.find(key);
  const bool is_there = found != sets_.end() && found->second.parts.count(part.number) != 0;
  const bool is_named = !message.id.empty() || !message.stamp.empty();
  if (is_there && !is_named && found->second.parts.at(part.number).text == message.text) return {};
  if (!note_first(state_, identity(message), now)) return {};
  // The reference counts to 256 only: this is another text already.
  if (is_there) out.push_back(take(found));

  auto& set = sets_[key];
  if (set.parts.empty()) set = {from, message.to, part.total, now + wait_, {}};
  set.parts[part.number] = whole;
  save(key, set, part.number);
  if (set.parts.size() == set.total) out.push_back(take(sets_.find(key)));
  while (sets_.size() > most_) out.push_back(take(oldest()));
  return out;
}

Inbound Parts::take(Sets::iterator found) {
  const auto& [key, set] = *found;
  Inbound whole;
  whole.from = set.from;
  whole.to = set.to;
  std::size_t next = 1;
  const auto skip_to = [&](std::size_t number) {
    if (next < number) whole.text += gap(next, number - 1, set.total);
    next = number + 1;
  };
  std::string names = key;
  for (const auto& [number, part] : set.parts) {
    skip_to(number);
    whole.text += part.text;
    names += "\n" + part.id + "\n" + part.stamp;
    if (part.when && (!whole.when || *part.when < *whole.when)) whole.when = part.when;
    state_.erase(record_key(key, number));
  }
  skip_to(set.total + 1);
  // The same texts without ids are the same again only at the same time.
  whole.id = short_hash(names + fmt::format("\n{}", to_millis(set.due)));
  sets_.erase(found);
  return whole;
}

Parts::Sets::iterator Parts::oldest() {
  return std::min_element(sets_.begin(), sets_.end(),
                          [](const auto& a, const auto& b) { return a.second.due < b.second.due; });
}

std::vector<Inbound> Parts::tick(base::WallTime now) {
  std::vector<Inbound> out;
  for (auto& [key, set] : sets_) set.due = std::min(set.due, now + wait_);  // the clock was set back while we were away
  while (!sets_.empty()) {
    const auto found = oldest();
    if (found->second.due > now) break;
    out.push_back(take(found));
  }
  return out;
}

void Parts::shift(std::chrono::milliseconds by) {
  for (auto& [key, set] : sets_) {
    set.due += by;
    for (const auto& [number, part] : set.parts) save(key, set, number);
  }
}

std::optional<base::WallTime> Parts::next_due() const {
  std::optional<base::WallTime> next;
  for (const auto& [key, set] : sets_) next = next ? std::min(*next, set.due) : set.due;
  return next;
}

}  // namespace sms

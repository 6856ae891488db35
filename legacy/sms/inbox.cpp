#include "legacy/sms/inbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

constexpr std::string_view in_prefix = "in/";
constexpr std::chrono::seconds noticeable{60};
constexpr std::size_t longest_type = 100;
constexpr std::size_t most_noted = 20;
constexpr std::string_view media_note = "[an attachment came with this and is not shown";
constexpr std::string_view group_note = "[to a group, also to ";

// What can't be shown yet is named at least: nothing comes in unseen.
std::string shown_text(const Inbound& message) {
  std::string text = message.text;
  const auto add = [&text](const std::string& words) { text += (text.empty() ? "" : "\n") + words + "]"; };
  for (std::size_t i = 0; i < std::min(message.media.size(), most_noted); ++i) {
    const std::string type = base::sanitise_utf8(message.media[i].content_type.substr(0, longest_type));
    add(std::string(media_note) + (type.empty() ? "" : ": " + type));
  }
  const auto last = message.others.begin() + static_cast<std::ptrdiff_t>(std::min(message.others.size(), most_noted));
  if (!message.others.empty())
    add(std::string(group_note) + fmt::format("{}", fmt::join(message.others.begin(), last, ", ")));
  return text;
}

}  // namespace

// Without an id of the provider the content is one, given a time: two equal texts at two times are two messages.
// With neither, nothing tells a repeat from a second "ok", and a double is better than a loss.
std::string identity(const Inbound& message) {
  if (message.id.empty() && message.stamp.empty()) return base::random_id();
  const std::string content = message.id.empty()
                                  ? fmt::format("{}\n{}\n{}\n{}", message.from, message.to, message.stamp, message.text)
                                  : "id\n" + message.id;
  return base::to_hex(base::sha256(content)).substr(0, 32);
}

std::string_view said_text(std::string_view shown) {
  for (const std::string_view note : {media_note, group_note})
    shown = shown.substr(0, shown.find("\n" + std::string(note)));
  return shown;
}

bool note_first(legacy::State& state, const std::string& identity, base::WallTime now) {
  const auto key = "seen/" + identity;
  if (state.load(key)) return false;
  boost::json::object trace;
  trace["until"] = to_millis(now + keep_traces);
  save_record(state, key, trace);
  return true;
}

Inbox::Inbox(legacy::State& state) : state_(state) {
  for (const auto& [key, value] : state_.list(in_prefix)) restore(key, value);
}

void Inbox::restore(const std::string& key, const std::string& value) {
  const auto record = parse_record(key, value);
  if (!record) return;
  texts_[key] = {text_of(*record, "from"),
                 text_of(*record, "text"),
                 text_of(*record, "id"),
                 from_millis(number_of(*record, "when")),
                 true,
                 ++mark_};
  unannounced_.insert(key);
  std::int64_t at = 0;
  std::from_chars(key.data() + in_prefix.size(), key.data() + key.size(), at);
  last_ = std::max(last_, at);
}

bool Inbox::offer(const Inbound& message, const std::string& from, base::WallTime now) {
  const auto id = identity(message);
  if (!note_first(state_, id, now)) return false;

  // A clock ahead of ours says nothing about when it was sent.
  const auto when = std::min(message.when.value_or(now), now);
  // Within a millisecond the count keeps the order of arrival.
  last_ = std::max(last_, to_millis(now));
  const auto key = fmt::format("{}{:014}-{:06}", in_prefix, last_, ++mark_ % 1000000);
  boost::json::object record;
  record["from"] = from;
  const auto text = shown_text(message);
  record["text"] = text;
  record["id"] = id;
  record["when"] = to_millis(when);
  save_record(state_, key, record);
  texts_[key] = {from, text, id, when, now - when > noticeable, mark_};
  unannounced_.insert(key);
  return true;
}

std::vector<legacy::Received> Inbox::announce(std::uint64_t mark) {
  std::vector<legacy::Received> out;
  for (auto it = unannounced_.begin(); it != unannounced_.end();) {
    const auto& text = texts_.at(*it);
    if (text.mark > mark) {
      ++it;
      continue;
    }
    legacy::Received received;
    received.chat = {legacy::ChatKind::person, text.from};
    received.text = text.text;
    received.id = text.id;
    if (text.is_late) received.when = text.when;
    received.key = *it;
    out.push_back(std::move(received));
    it = unannounced_.erase(it);
  }
  return out;
}

bool Inbox::take(const std::string& key) {
  if (!key.starts_with(in_prefix)) return false;
  if (texts_.erase(key) == 0) return true;
  unannounced_.erase(key);
  state_.erase(key);
  return true;
}

}  // namespace sms

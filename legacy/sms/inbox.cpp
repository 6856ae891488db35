#include "legacy/sms/inbox.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/media_type.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

constexpr std::string_view in_prefix = "in/";
constexpr std::chrono::seconds noticeable{60};
constexpr std::size_t longest_type = 100;
constexpr std::size_t most_noted = 20;
constexpr std::string_view media_note = "[an attachment came with this and is not shown";
constexpr std::string_view group_note = "[to a group, also to ";

// What can't be shown is named at least: nothing comes in unseen.
std::string shown_text(const Inbound& message, const std::vector<Media>& media) {
  std::string text = message.text;
  const auto add = [&text](const std::string& words) { text += (text.empty() ? "" : "\n") + words; };
  for (std::size_t i = 0; i < std::min(media.size(), most_noted); ++i) add(attachment_words(media[i].content_type));
  const auto last = message.others.begin() + static_cast<std::ptrdiff_t>(std::min(message.others.size(), most_noted));
  if (!message.others.empty() && message.group.empty())
    add(std::string(group_note) + fmt::format("{}]", fmt::join(message.others.begin(), last, ", ")));
  return text;
}

void write_file(boost::json::object& record, const legacy::Attachment& file) {
  record["url"] = file.url;
  record["type"] = file.content_type;
  record["name"] = file.name;
  record["size"] = static_cast<std::int64_t>(file.size);
  record["sha256"] = base::to_base64(file.sha256);
}

std::optional<legacy::Attachment> read_file(const boost::json::object& record) {
  if (!record.contains("url")) return std::nullopt;
  return legacy::Attachment{text_of(record, "url"), text_of(record, "type"), text_of(record, "name"),
                            static_cast<std::uint64_t>(number_of(record, "size")),
                            base::from_base64(text_of(record, "sha256")).value_or(std::string{})};
}

// Some providers sign no time, so a call that somebody has recorded is as good in a year: ids are kept as long as the
// number is registered. They lie in 256 records, a few bytes each; of very many the oldest are forgotten.
constexpr std::size_t identity_size = 32;
constexpr std::size_t id_size = 16;
constexpr std::size_t most_ids = 4000;  // in one record

std::string known_key(const std::string& identity) {
  return "ids/" + identity.substr(0, 2);
}

bool is_known(legacy::State& state, const std::string& identity) {
  const std::string known = state.load(known_key(identity)).value_or("");
  const auto id = std::string_view(identity).substr(0, id_size);
  for (std::size_t at = 0; at + id_size <= known.size(); at += id_size) {
    if (std::string_view(known).substr(at, id_size) == id) return true;
  }
  return false;
}

void keep_known(legacy::State& state, const std::string& identity) {
  std::string known = state.load(known_key(identity)).value_or("");
  if (known.size() >= most_ids * id_size) known.erase(0, id_size);
  state.save(known_key(identity), known + identity.substr(0, id_size));
}

}  // namespace

// Without an id of the provider the content is one, given a time: two equal texts at two times are two messages.
// With neither, nothing tells a repeat from a second "ok", and a double is better than a loss.
std::string identity(const Inbound& message) {
  if (message.id.empty() && message.stamp.empty()) return base::random_id();
  const std::string content = message.id.empty()
                                  ? fmt::format("{}\n{}\n{}\n{}", message.from, message.to, message.stamp, message.text)
                                  : "id\n" + message.id;
  return base::to_hex(base::sha256(content)).substr(0, identity_size);
}

std::string_view said_text(std::string_view shown) {
  for (const std::string_view note : {media_note, group_note})
    shown = shown.substr(0, shown.find("\n" + std::string(note)));
  return shown;
}

std::string attachment_words(const std::string& type) {
  const std::string shown = base::sanitise_utf8(type.substr(0, longest_type));
  return std::string(media_note) + (shown.empty() ? "" : ": " + shown) + "]";
}

bool note_first(legacy::State& state, const std::string& identity, base::WallTime now) {
  const auto key = "seen/" + identity;
  if (state.load(key) || is_known(state, identity)) return false;
  boost::json::object trace;
  trace["until"] = to_millis(now + keep_traces);
  save_record(state, key, trace);
  if (identity.size() == identity_size) keep_known(state, identity);  // else nothing will ever have it again
  return true;
}

Inbox::Inbox(legacy::State& state) : state_(state) {
  for (const auto& [key, value] : state_.list(in_prefix)) restore(key, value);
}

void Inbox::restore(const std::string& key, const std::string& value) {
  const auto record = parse_record(key, value);
  if (!record) return;
  Arrival arrival{text_of(*record, "from"), text_of(*record, "text"),
                  text_of(*record, "id"),   from_millis(number_of(*record, "when")),
                  read_file(*record),       text_of(*record, "group")};
  texts_[key] = {std::move(arrival), true, ++mark_};
  unannounced_.insert(key);
  std::int64_t at = 0;
  std::from_chars(key.data() + in_prefix.size(), key.data() + key.size(), at);
  last_ = std::max(last_, at);
}

void Inbox::keep(const std::string& key, Text text) {
  boost::json::object record;
  record["from"] = text.arrival.from;
  record["text"] = text.arrival.text;
  record["id"] = text.arrival.id;
  record["when"] = to_millis(text.arrival.when);
  if (!text.arrival.group.empty()) record["group"] = text.arrival.group;
  if (text.arrival.file) write_file(record, *text.arrival.file);
  save_record(state_, key, record);
  texts_[key] = std::move(text);
  unannounced_.insert(key);
}

bool Inbox::offer(const Inbound& message, const std::string& from, base::WallTime now, Attachments* files) {
  const auto id = identity(message);
  if (!note_first(state_, id, now)) return false;

  // A clock ahead of ours says nothing about when it was sent.
  const auto when = std::min(message.when.value_or(now), now);
  // Within a millisecond the count keeps the order of arrival.
  // Strictly rising, also while the clock stands still or behind: no text takes another's place.
  last_ = std::max(last_ + 1, to_millis(now));
  const auto name = fmt::format("{:014}-{:06}", last_, ++mark_ % 1000000);
  std::vector<Media> named;
  for (std::size_t i = 0; i < message.media.size(); ++i) {
    const auto type = media_type(message.media[i].content_type);
    const auto use = type.empty() ? MediaUse::shown : use_of(type);
    if (use == MediaUse::dropped) continue;
    if (files == nullptr || files->is_full() || use == MediaUse::named || i >= most_noted) {
      named.push_back(message.media[i]);
      continue;
    }
    files->add(fmt::format("{}/{:02}", name, i), {from, {}, fmt::format("{}.{}", id, i), when, {}, message.group},
               message.media[i], mark_, now);
  }
  auto text = shown_text(message, named);
  if (text.empty() && !message.media.empty()) return true;
  keep(std::string(in_prefix) + name,
       {{from, std::move(text), id, when, {}, message.group}, now - when > noticeable, mark_});
  return true;
}

void Inbox::put(const std::string& name, Arrival arrival) {
  // When it was sent says where it belongs: other texts may have come meanwhile.
  keep(std::string(in_prefix) + name, {std::move(arrival), true, ++mark_});
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
    if (text.arrival.group.empty()) {
      received.chat = {legacy::ChatKind::person, text.arrival.from};
    } else {
      received.chat = {legacy::ChatKind::room, text.arrival.group};
      received.nick = text.arrival.from;
    }
    received.text = text.arrival.text;
    received.id = text.arrival.id;
    if (text.is_late) received.when = text.arrival.when;
    if (text.arrival.file) received.attachments.push_back(*text.arrival.file);
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

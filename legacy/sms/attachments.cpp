#include "legacy/sms/attachments.hpp"

#include <algorithm>
#include <array>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/inbox.hpp"
#include "legacy/sms/records.hpp"

namespace sms {
namespace {

constexpr std::string_view prefix = "media/";
// A provider may tell of a file before it has stored it.
constexpr std::array pauses{std::chrono::seconds{1}, std::chrono::seconds{5}, std::chrono::seconds{30},
                            std::chrono::seconds{300}};
constexpr std::chrono::hours longest_wait{1};  // a provider that is away comes back by then, or the user is told

std::string key_of(const std::string& name) {
  return std::string(prefix) + name;
}

}  // namespace

Attachments::Attachments(legacy::State& state, std::function<double()> random, base::WallTime now)
    : state_(state), random_(std::move(random)) {
  for (const auto& [key, value] : state_.list(prefix)) restore(key, value, now);
}

void Attachments::restore(const std::string& key, const std::string& value, base::WallTime now) {
  const auto record = parse_record(key, value);
  if (!record) return;
  Arrival arrival{text_of(*record, "from"), {}, text_of(*record, "id"), from_millis(number_of(*record, "when")), {},
                  text_of(*record, "group")};
  Media media{text_of(*record, "url"), text_of(*record, "type"),
              base::from_base64(text_of(*record, "data")).value_or(std::string{})};
  files_.insert_or_assign(key.substr(prefix.size()),
                          File{std::move(arrival), std::move(media),
                               std::min(from_millis(number_of(*record, "since")), now), now, 0, false, 0});
}

void Attachments::add(const std::string& name, Arrival arrival, Media media, std::uint64_t mark, base::WallTime now) {
  boost::json::object record;
  record["from"] = arrival.from;
  record["id"] = arrival.id;
  record["when"] = to_millis(arrival.when);
  if (!arrival.group.empty()) record["group"] = arrival.group;
  record["since"] = to_millis(now);
  record["url"] = media.url;
  record["type"] = base::sanitise_utf8(media.content_type);
  if (!media.data.empty()) record["data"] = base::to_base64(media.data);
  save_record(state_, key_of(name), record);
  files_.insert_or_assign(name, File{std::move(arrival), std::move(media), now, now, mark, false, 0});
}

std::vector<Attachments::Errand> Attachments::claim(std::uint64_t mark, base::WallTime now) {
  std::vector<Errand> out;
  for (auto& [name, file] : files_) {
    if (file.is_claimed || file.mark > mark || file.due > now) continue;
    file.is_claimed = true;
    out.push_back({name, file.media});
  }
  return out;
}

std::optional<Arrival> Attachments::answer(const std::string& name, const Rehosted& end, base::WallTime now) {
  const auto found = files_.find(name);
  if (found == files_.end()) return std::nullopt;
  auto& file = found->second;
  const bool is_first_tries = file.tries < pauses.size();
  const bool is_passing = end.kind == Rehosted::Kind::later && now < file.since + longest_wait;
  if (is_passing || (end.kind == Rehosted::Kind::absent && is_first_tries)) {
    // Files of one outage are not asked for all at once when it is over.
    const double share = is_first_tries ? 1.0 : 0.5 + random_() / 2;
    const auto pause = std::chrono::duration<double>(pauses.at(std::min(file.tries, pauses.size() - 1))) * share;
    ++file.tries;
    file.is_claimed = false;
    file.due = now + std::chrono::duration_cast<std::chrono::milliseconds>(pause);
    return std::nullopt;
  }
  Arrival arrival = std::move(file.arrival);
  if (end.kind == Rehosted::Kind::placed) {
    arrival.file = end.file;
  } else {
    arrival.text = attachment_words(file.media.content_type);
  }
  files_.erase(found);
  state_.erase(key_of(name));
  if (end.kind == Rehosted::Kind::dropped) return std::nullopt;
  return arrival;
}

std::map<std::string, Arrival> Attachments::abandon(base::WallTime now) {
  std::map<std::string, Arrival> out;
  while (!files_.empty()) {
    const std::string name = files_.begin()->first;
    if (auto arrival = answer(name, {}, now)) out.emplace(name, std::move(*arrival));
  }
  return out;
}

void Attachments::shift(std::chrono::milliseconds by) {
  for (auto& [name, file] : files_) {
    file.since += by;
    file.due += by;
  }
}

std::optional<base::WallTime> Attachments::next_due(base::WallTime now) const {
  std::optional<base::WallTime> next;
  for (const auto& [name, file] : files_) {
    if (!file.is_claimed && file.due > now) next = next ? std::min(*next, file.due) : file.due;
  }
  return next;
}

}  // namespace sms

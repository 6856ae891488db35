#include "legacy/irc/doubts.hpp"

#include <algorithm>

namespace irc {
namespace {

constexpr auto clock_skew = std::chrono::seconds(30);  // between the server's clock and ours

bool is_piece(const Said& said, std::string_view text) {
  return said.is_split ? !text.empty() && said.text.find(text) != std::string::npos : said.text == text;
}

}  // namespace

bool Doubts::add(Said said, bool is_held, Time now) {
  std::erase_if(entries_, [now](const Entry& entry) { return !entry.tell_at && entry.forget_at <= now; });
  if (entries_.size() >= most) {
    const auto told = std::find_if(entries_.begin(), entries_.end(), [](const Entry& entry) { return !entry.tell_at; });
    if (told == entries_.end()) return false;
    entries_.erase(told);
  }
  const auto tell_at = is_held ? std::optional(now + patience) : std::nullopt;
  entries_.push_back({std::move(said), tell_at, now + memory});
  return true;
}

Doubts::Found Doubts::find(std::string_view room, const legacy::Received& seen, CaseMapping mapping) {
  const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const Entry& entry) {
    const bool is_old = seen.when && *seen.when + clock_skew < entry.said.at;
    return !is_old && seen.flavor == entry.said.flavor && same(entry.said.chat.id, room, mapping) &&
           is_piece(entry.said, seen.text);
  });
  if (found == entries_.end()) return {};
  Said& said = found->said;
  if (said.id.empty()) said.id = seen.id;
  if (--said.doubtful > 0) return {true};
  Found whole{true, std::move(said)};
  entries_.erase(found);
  return whole;
}

std::vector<Said> Doubts::due(Time now, bool all) {
  std::vector<Said> out;
  for (Entry& entry : entries_) {
    if (!entry.tell_at || (!all && now < *entry.tell_at)) continue;
    entry.tell_at.reset();
    out.push_back(entry.said);
  }
  return out;
}

std::optional<Time> Doubts::deadline() const {
  std::optional<Time> first;
  for (const Entry& entry : entries_)
    if (entry.tell_at && (!first || *entry.tell_at < *first)) first = entry.tell_at;
  return first;
}

}  // namespace irc

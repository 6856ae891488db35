#include "mapping/held_texts.hpp"

#include <algorithm>

namespace mapping {

namespace {

std::string room_of(const HeldTexts::Text& text) {
  const bool is_for_room = text.to.kind == Address::Kind::room;
  return is_for_room ? text.message.to().bare_str() : std::string{};
}

}  // namespace

HeldTexts::HeldTexts(asio::any_io_executor executor, Overdue overdue)
    : overdue_(std::move(overdue)), timer_(std::move(executor)) {}

bool HeldTexts::hold(Text& text) {
  if (entries_.size() >= most || bytes_ + text.body.size() > most_bytes) return false;
  bytes_ += text.body.size();
  std::string room = room_of(text);
  entries_.push_back({std::move(text), std::move(room), base::Clock::now() + longest_wait});
  if (entries_.size() == 1) watch();
  return true;
}

std::vector<HeldTexts::Text> HeldTexts::take(std::string_view room) {
  std::vector<Text> taken;
  std::vector<Entry> kept;
  for (Entry& entry : entries_) {
    if (entry.room != room) {
      kept.push_back(std::move(entry));
      continue;
    }
    bytes_ -= entry.text.body.size();
    taken.push_back(std::move(entry.text));
  }
  entries_ = std::move(kept);
  return taken;
}

std::vector<HeldTexts::Text> HeldTexts::take_all() {
  std::vector<Text> taken;
  for (Entry& entry : std::exchange(entries_, {})) taken.push_back(std::move(entry.text));
  bytes_ = 0;
  return taken;
}

bool HeldTexts::is_holding(std::string_view room) const {
  return std::any_of(entries_.begin(), entries_.end(), [&](const Entry& entry) { return entry.room == room; });
}

void HeldTexts::watch() {
  if (entries_.empty()) return;
  timer_.expires_at(entries_.front().until);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (!cancelled && alive.lock()) expire();
  });
}

void HeldTexts::expire() {
  const auto now = base::Clock::now();
  const auto first =
      std::find_if(entries_.begin(), entries_.end(), [&](const Entry& each) { return each.until > now; });
  std::vector<Entry> over(std::make_move_iterator(entries_.begin()), std::make_move_iterator(first));
  entries_.erase(entries_.begin(), first);
  for (Entry& entry : over) {
    bytes_ -= entry.text.body.size();
    overdue_(std::move(entry.text));
  }
  watch();
}

}  // namespace mapping

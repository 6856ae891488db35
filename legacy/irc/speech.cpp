#include "legacy/irc/speech.hpp"

#include <algorithm>

namespace irc {
namespace {

constexpr std::size_t max_written = 100;
constexpr auto refusal_time = std::chrono::seconds(30);  // after a text was written

void note_failed(Job& job, legacy::Errc error, const std::string& text) {
  if (job.error != legacy::Errc::none) return;
  job.error = error;
  job.text = text;
}

}  // namespace

void Speech::begin(legacy::Ref ref, std::size_t lines, std::string token) {
  jobs_.insert_or_assign(ref, Job{lines, legacy::Errc::none, {}, std::move(token)});
}

void Speech::note_id(std::uint64_t line, const std::string& id) {
  const auto said = said_.find(line);
  if (said != said_.end() && said->second.id.empty()) said->second.id = id;
}

// The last piece of a line reflects it; the last line of a text ends the request.
void Speech::settle(const Pending& piece, legacy::Errc error, const std::string& text, Time now) {
  const auto found = said_.find(piece.line);
  if (found == said_.end()) return;
  Said& said = found->second;
  if (error == legacy::Errc::none) {
    if (piece.confirm == Confirm::written) note_written(said.ref, piece.target, now);
  } else if (error == legacy::Errc::uncertain) {
    ++said.doubtful;
    said.why = text;
  } else {
    said.failed = true;
    note_failed(jobs_[said.ref], error, text);
  }
  if (--said.pieces > 0) return;
  auto line = said_.extract(found);
  if (line.mapped().doubtful > 0) return doubt(std::move(line.mapped()), now);
  finish(std::move(line.mapped()));
}

// A room's text may be shown yet. Nobody plays back what was said to one alone.
void Speech::doubt(Said line, Time now) {
  const bool may_be_shown = line.chat.kind == legacy::ChatKind::room && !line.failed;
  const bool is_kept = may_be_shown && doubts_.add(line, holds_, now);
  if (!is_kept || !holds_) finish(std::move(line));
}

void Speech::finish(Said&& line) {
  const bool has_arrived = !line.failed && line.doubtful == 0;
  if (has_arrived && line.chat.kind == legacy::ChatKind::room) reflect(std::move(line));
  const auto job = jobs_.find(line.ref);
  if (job == jobs_.end()) return;  // the sender was told before it was known
  if (line.doubtful > 0) note_failed(job->second, legacy::Errc::uncertain, line.why);
  if (--job->second.lines > 0) return;
  const auto done = jobs_.extract(job);
  if (line.ref != 0) events_.emplace_back(legacy::Outcome{line.ref, done.mapped().error, done.mapped().text});
}

// Takes the words; what is left says whose they were and what became of them.
void Speech::reflect(Said&& said) {
  auto& received = std::get<legacy::Received>(events_.emplace_back(std::in_place_type<legacy::Received>));
  received.chat = std::move(said.chat);
  received.nick = nick_;
  received.text = std::move(said.text);
  received.flavor = said.flavor;
  received.own = true;
  received.ref = said.ref;
  received.id = std::move(said.id);
  received.address = address_;
  received.spans = std::move(said.spans);
}

bool Speech::is_in_doubt(std::string_view room, const legacy::Received& seen, CaseMapping mapping,
                         std::vector<Said>& arrived) {
  if (!seen.own) return false;
  Doubts::Found found = doubts_.find(room, seen, mapping);
  if (found.whole) arrived.push_back(std::move(*found.whole));
  return found.is_ours;
}

void Speech::tell_doubts(Time now, bool all) {
  for (Said& line : doubts_.due(now, all)) finish(std::move(line));
}

void Speech::note_written(legacy::Ref ref, const std::string& target, Time now) {
  if (recent_.empty() || recent_.back().ref != ref) {
    if (recent_.size() >= max_written) recent_.pop_front();
    recent_.push_back({ref, target, jobs_[ref].token, 0, false, {}});
  }
  ++recent_.back().pieces;
  recent_.back().until = now + refusal_time;
}

Written* Speech::find_written(const std::function<bool(const std::string& target)>& is_target, Time now) {
  const auto found = std::find_if(recent_.rbegin(), recent_.rend(), [&](const Written& each) {
    return each.pieces > 0 && now < each.until && is_target(each.target);
  });
  return found == recent_.rend() ? nullptr : &*found;
}

void Speech::refuse(Written& text, legacy::Errc error, const std::string& why) {
  --text.pieces;
  const bool told = std::exchange(text.told, true);
  if (const auto job = jobs_.find(text.ref); job != jobs_.end()) {
    // The rest of it is still to be written; its Outcome will tell.
    note_failed(job->second, error, why);
    for (auto& [id, said] : said_) said.failed = said.failed || said.ref == text.ref;
  } else if (!told) {
    events_.emplace_back(legacy::Delivery{text.token, legacy::Delivery::State::failed, error, why, {}});
  }
}

}  // namespace irc

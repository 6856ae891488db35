// Texts that were written and have had no answer: whether they have arrived is told as soon as the server shows it.
#include "legacy/irc/state.hpp"

namespace irc {

// No answer has come, and none will. What has left may have arrived.
void State::settle_unanswered(Pending& pending, legacy::Errc error, const std::string& text) {
  if (pending.ask != Ask::text) return settle(pending, error, text);
  if (pending.may_be_written) return settle(pending, legacy::Errc::uncertain, "It may have arrived or not: " + text);
  settle(pending, legacy::Errc::unreachable_now, "It was not sent: " + text);
}

void State::half_written(std::uint64_t mark) {
  if (Pending* const found = pending_.find(mark)) found->may_be_written = true;
}

// The next connection may show it soon: then its sender need not hear of the doubt.
void State::doubt(Said said) {
  const bool is_lost = phase_ == Phase::offline && said.chat.kind == legacy::ChatKind::room;
  const bool is_held = is_lost && may_play_back() && !said.failed;
  const bool is_watched = !said.failed && said.chat.kind == legacy::ChatKind::room;
  const bool is_kept = is_watched && doubts_.add(said, is_held, now_.steady);
  if (!is_held || !is_kept) finish_line(said);
}

bool State::may_play_back() const {
  return plays_back_ || isupport_.has("CHATHISTORY") || caps_.offers("draft/chathistory") ||
         caps_.offers("znc.in/playback");
}

// It is one of those, or a piece of one; the whole is to be reflected instead, once all of it has been seen.
bool State::is_in_doubt(const Room& room, const legacy::Received& received, std::vector<Said>& arrived) {
  if (!received.own) return false;
  Doubts::Found found = doubts_.find(room.name, received, isupport_.mapping());
  if (found.whole) arrived.push_back(std::move(*found.whole));
  return found.is_ours;
}

void State::tell_doubts(const Now& now, bool all) {
  now_ = now;
  for (const Said& said : doubts_.due(now.steady, all)) finish_line(said);
}

}  // namespace irc

// Which nick we have: what to try when the wished one is taken, and how to get it back when it is free again.
#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

// How often the server is asked whether the wished nick is free: after a minute, then ever more rarely.
constexpr auto first_question = std::chrono::minutes(1);
constexpr auto longest_pause = std::chrono::minutes(15);
constexpr std::size_t most_questions = 50;

}  // namespace

bool State::on_nick_refused(const Message& message) {
  if (phase_ != Phase::registering) return false;
  const bool is_impossible = message.command == "432" || message.command == "431";
  try_next_nick(is_impossible ? NickChoice::Refusal::impossible : NickChoice::Refusal::taken, plain(message.last()));
  return true;
}

void State::try_next_nick(NickChoice::Refusal why, const std::string& text) {
  const auto next = nick_choice_.next(why);
  if (!next && why == NickChoice::Refusal::taken)
    return stop(legacy::Errc::nick_taken, "no nick left to try: " + wish_ + " and its variants are taken");
  if (!next) return stop(legacy::Errc::nick_invalid, "this network takes no nick like " + nick_ + ": " + text);
  wish_ = nick_choice_.wish();
  nick_ = *next;
  send_now(command_line("NICK", {nick_}));
}

// At the greeting: what we have may be another one than what we want.
void State::watch_for_nick() {
  if (!nick_choice_.has_begun() || same(nick_, wish_)) return;
  nick_watch_.asked = 0;
  nick_watch_.due = now_.steady + first_question;
}

void State::stop_watching_nick() {
  const bool was_monitored = std::exchange(nick_watch_.is_monitored, false);
  if (was_monitored && phase_ == Phase::online && !watching_.people.contains(wish_))
    send(command_line("MONITOR", {"-", wish_}));
  nick_watch_.due.reset();
}

// MONITOR tells by itself later on; ISON has to be repeated. The answers go through note_present().
void State::ask_for_nick() {
  nick_watch_.due.reset();
  if (isupport_.has("MONITOR")) {
    nick_watch_.is_monitored = true;
    return send(command_line("MONITOR", {"+", wish_}));
  }
  if (++nick_watch_.asked > most_questions) return stop_watching_nick();
  nick_watch_.due = now_.steady + std::min<std::chrono::minutes>(first_question * nick_watch_.asked, longest_pause);
  send_for(await(Ask::ison, 0, wish_), command_line("ISON", {wish_}));
}

void State::take_nick() {
  if (find_pending(Ask::nick, wish_) != nullptr) return;
  send_for(await(Ask::nick, 0, wish_), command_line("NICK", {wish_}));
}

// Somebody has left or changed a nick.
void State::nick_is_free(const std::string& nick) {
  const bool is_watching = nick_watch_.due || nick_watch_.is_monitored;
  if (is_watching && same(nick, wish_)) take_nick();
}

}  // namespace irc

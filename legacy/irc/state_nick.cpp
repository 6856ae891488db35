// Which nick we have: what to try when the wished one is taken, and how to get it back when it is free again.
#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr std::size_t classic_nick_length = 9;
constexpr std::size_t usual_nick_length = 30;
// How often the server is asked whether the wished nick is free: after a minute, then ever more rarely.
constexpr auto first_question = std::chrono::minutes(1);
constexpr auto longest_pause = std::chrono::minutes(15);
constexpr std::size_t most_questions = 50;

}  // namespace

bool State::on_nick_refused(const Message& message) {
  if (phase_ != Phase::registering) return false;
  const bool is_invalid = message.command == "432" || message.command == "431";
  try_next_nick(is_invalid);
  return true;
}

void State::try_next_nick(bool is_invalid) {
  const std::vector<std::string>& others = identity_.nicks;
  const bool is_of_others = tried_nicks_ > 0 && tried_nicks_ <= others.size();
  if (is_invalid && !shortened_ && !is_of_others) {
    // Either a character that this server doesn't take, or longer than it takes (ngIRCd: 9).
    shortened_ = true;
    const std::string shorter = make_nick(wish_, classic_nick_length);
    if (!shorter.empty() && shorter != nick_) {
      wish_ = nick_ = shorter;
      return send_now(command_line("NICK", {nick_}));
    }
  }
  const std::size_t turn = tried_nicks_++;
  const std::size_t length = shortened_ ? classic_nick_length : usual_nick_length;
  nick_ = turn < others.size() ? others[turn] : alternative_nick(wish_, turn - others.size(), length);
  if (nick_.empty())
    return stop(legacy::Errc::nick_taken, "no nick left to try: " + wish_ + " and its variants are taken");
  send_now(command_line("NICK", {nick_}));
}

// At the greeting: what we have may be another one than what we want.
void State::watch_for_nick() {
  if (tried_nicks_ == 0 || same(nick_, wish_)) return;
  nick_wish_.asked = 0;
  nick_wish_.due = now_.steady + first_question;
}

void State::stop_watching_nick() {
  const bool was_monitored = std::exchange(nick_wish_.is_monitored, false);
  if (was_monitored && phase_ == Phase::online && !watching_.people.contains(wish_))
    send(command_line("MONITOR", {"-", wish_}));
  nick_wish_.due.reset();
}

// MONITOR tells by itself later on; ISON has to be repeated. The answers go through note_present().
void State::ask_for_nick() {
  nick_wish_.due.reset();
  if (isupport_.has("MONITOR")) {
    nick_wish_.is_monitored = true;
    return send(command_line("MONITOR", {"+", wish_}));
  }
  if (++nick_wish_.asked > most_questions) return stop_watching_nick();
  nick_wish_.due = now_.steady + std::min<std::chrono::minutes>(first_question * nick_wish_.asked, longest_pause);
  send_for(await(Ask::ison, 0, wish_), command_line("ISON", {wish_}));
}

void State::take_nick() {
  if (find_pending(Ask::nick, wish_) != nullptr) return;
  send_for(await(Ask::nick, 0, wish_), command_line("NICK", {wish_}));
}

// Somebody has left or changed a nick.
void State::nick_is_free(const std::string& nick) {
  const bool is_watching = nick_wish_.due || nick_wish_.is_monitored;
  if (is_watching && same(nick, wish_)) take_nick();
}

}  // namespace irc

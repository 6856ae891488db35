#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr std::size_t classic_nick_length = 9;
constexpr std::size_t usual_nick_length = 30;
constexpr auto watch_delay = std::chrono::seconds(2);  // until the server has said what it can

bool contains_ngircd(std::string_view text) {
  return fold(text, CaseMapping::ascii).find("ngircd") != std::string::npos;
}

}  // namespace

void State::opened(const Now& now, const std::string& peer) {
  now_ = now;
  phase_ = Phase::registering;
  opened_at_ = heard_at_ = now.steady;
  pinged_ = introduced_ = passed_ = shortened_ = is_ngircd_ = away_sent_ = is_away_ = false;
  negotiating_ = true;
  tried_nicks_ = 0;
  address_.clear();
  error_text_.clear();
  drop_.reset();
  caps_ = Caps(!identity_.password.empty());
  // Rooms are told apart as on the last connection until the server speaks of it.
  const std::string mapping = isupport_.value("CASEMAPPING");
  isupport_ = Isupport();
  if (!mapping.empty()) isupport_.apply({"CASEMAPPING=" + mapping});
  sasl_.reset();
  wish_ = identity_.nick.empty() ? wish_ : identity_.nick;
  if (wish_.empty()) wish_ = identity_.username;
  nick_ = wish_;
  say_to_user("connected to " + peer + ", registering as " + nick_);
  send_now(Caps::opening());
  if (identity_.password_withheld)
    say_to_user("your password is not sent to this network: it is not set up for that, or has no TLS");
  // With a password NICK waits for the server's list: without a name of its own the account is the nick being tried.
  if (identity_.password.empty()) introduce();
}

bool State::uses_pass() const {
  return pass_asked_ && !identity_.password.empty();
}

// Whether a refusal may be about a PASS that we have not sent. Nobody gets the password in one unasked.
bool State::wants_pass() const {
  return !pass_asked_ && !passed_ && !sasl_ && !identity_.password.empty();
}

// PASS has to come before NICK, so on a new connection.
void State::ask_again_with_pass() {
  pass_asked_ = true;
  drop_ = Drop{legacy::Errc::rejected_login, "the server asks for a password", false, true};
}

// PASS, NICK and USER.
void State::introduce() {
  if (introduced_) return;
  introduced_ = true;
  const std::string& password = identity_.password;
  passed_ = uses_pass();
  if (passed_)
    send_now(text_line("PASS", {}, identity_.account.empty() ? password : identity_.account + ":" + password));
  send_now(command_line("NICK", {nick_}));
  send_now(text_line("USER", {identity_.username, "0", "*"}, identity_.realname.empty() ? wish_ : identity_.realname));
}

bool State::on_cap(const Message& message) {
  for (auto& line : caps_.receive(message)) send_now(std::move(line));
  if (phase_ == Phase::registering && negotiating_ && caps_.is_settled()) negotiate();
  return true;
}

// All requests are answered: log in if we can, else go on.
void State::negotiate() {
  introduce();
  if (sasl_) return;
  const std::string account = identity_.account.empty() ? nick_ : identity_.account;
  auto mechanism = caps_.has("sasl") ? choose_mechanism(caps_.value("sasl"), {account, identity_.password}) : nullptr;
  if (!mechanism) {
    if (caps_.has("sasl")) say_to_user("the server offers no way to log in that wherry knows; going on without");
    return end_negotiation();
  }
  sasl_ = std::make_unique<Sasl>(std::move(mechanism));
  send_now(sasl_->opening());
}

void State::end_negotiation() {
  if (!std::exchange(negotiating_, false)) return;
  send_now("CAP END");
}

bool State::on_authenticate(const Message& message) {
  if (!sasl_ || phase_ != Phase::registering) return true;
  for (auto& line : sasl_->receive(message.param(0))) send_now(std::move(line));
  return true;
}

bool State::on_sasl_success(const Message&) {
  if (phase_ == Phase::registering) end_negotiation();
  return true;
}

bool State::on_sasl_failure(const Message& message) {
  if (phase_ != Phase::registering || !sasl_) return false;
  stop(legacy::Errc::rejected_login, "login refused: " + plain(message.last()));
  return true;
}

bool State::on_sasl_mechanisms(const Message&) {
  return true;  // the failure that follows says enough
}

bool State::on_rejected(const Message& message) {
  if (phase_ != Phase::registering) return false;
  if (drop_ && drop_->again) return true;
  if (wants_pass()) {
    ask_again_with_pass();
    return true;
  }
  stop(legacy::Errc::rejected_login, "password refused: " + plain(message.last()));
  return true;
}

// COMPAT(ngIRCd 26, InspIRCd 3): a PASS that is wrong or missing is answered by an ERROR alone, without 464.
std::optional<Drop> State::refusal(const std::string& text) const {
  const std::string folded = fold(text, CaseMapping::ascii);
  const bool names_password = folded.find("password") != std::string::npos;
  if (!names_password && folded.find("access denied") == std::string::npos) return std::nullopt;
  // InspIRCd says the same when it has no place left; without a password of ours another attempt may go well.
  return Drop{legacy::Errc::rejected_login, "connection refused: " + text, names_password || uses_pass()};
}

bool State::on_banned(const Message& message) {
  stop(legacy::Errc::banned, "banned from this network: " + plain(message.last()));
  return true;
}

void State::stop(legacy::Errc reason, const std::string& text) {
  drop_ = Drop{reason, text, true};
}

// 421 or 451 to CAP: a server without capabilities.
bool State::on_not_registered(const Message& message) {
  const bool about_cap = std::find(message.params.begin(), message.params.end(), "CAP") != message.params.end();
  if (phase_ != Phase::registering || !(about_cap || !introduced_)) return false;
  negotiating_ = false;
  introduce();
  return true;
}

bool State::on_nick_refused(const Message& message) {
  if (phase_ != Phase::registering) return false;
  const bool is_invalid = message.command == "432" || message.command == "431";
  try_next_nick(is_invalid);
  return true;
}

void State::try_next_nick(bool is_invalid) {
  if (is_invalid && !shortened_) {
    // Either a character that this server doesn't take, or longer than it takes (ngIRCd: 9).
    shortened_ = true;
    const std::string shorter = make_nick(wish_, classic_nick_length);
    if (!shorter.empty() && shorter != nick_) {
      wish_ = nick_ = shorter;
      return send_now(command_line("NICK", {nick_}));
    }
  }
  const std::size_t length = shortened_ ? classic_nick_length : usual_nick_length;
  nick_ = alternative_nick(wish_, tried_nicks_++, length);
  if (nick_.empty())
    return stop(legacy::Errc::nick_taken, "no nick left to try: " + wish_ + " and its variants are taken");
  send_now(command_line("NICK", {nick_}));
}

bool State::on_welcome(const Message& message) {
  if (phase_ != Phase::registering) return true;
  // The first parameter is our nick, which the server may have cut.
  if (is_nick(message.param(0))) nick_ = message.param(0);
  phase_ = Phase::online;
  introduced_ = true;
  negotiating_ = false;
  emit(legacy::LinkState{legacy::LinkState::Link::online, legacy::Errc::none, "connected as " + nick_, nick_});
  show_server_message(message);
  for (auto& [key, room] : rooms_) send_join(room.value);
  if (!watching_.people.empty()) watching_.due = now_.steady + watch_delay;
  if (presence_.show == legacy::Show::away) send_away();
  return true;
}

bool State::on_version(const Message& message) {
  for (std::size_t i = 1; i < message.params.size(); ++i) is_ngircd_ = is_ngircd_ || contains_ngircd(message.params[i]);
  show_server_message(message);
  return true;
}

bool State::on_isupport(const Message& message) {
  // Without our nick and "are supported by this server".
  const std::string prefix = isupport_.prefix_letters() + isupport_.prefix_signs();
  isupport_.apply({message.params.begin() + 1, message.params.end() - (message.params.size() > 2 ? 1 : 0)});
  isupport_changed_ = true;
  const CaseMapping mapping = isupport_.mapping();
  auto lost = rooms_.set_mapping(mapping);
  for (auto& room : lost) unite(room.value);
  for (auto& [key, room] : rooms_) unite_people(room.value);
  if (prefix != isupport_.prefix_letters() + isupport_.prefix_signs()) rank_anew();
  watching_.people.set_mapping(mapping);
  profiles_.known.set_mapping(mapping);
  if (profiles_.wanted.empty()) profiles_.wanted.set_mapping(mapping);
  const bool is_late = phase_ == Phase::online && !watching_.people.empty() && !watching_.due;
  if (is_late && isupport_.has("MONITOR")) watching_.due = now_.steady;
  return true;
}

}  // namespace irc

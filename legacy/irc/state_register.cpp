#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"
#include "legacy/irc/sts.hpp"

namespace irc {
namespace {

// By a server while we are in rooms, of how names are compared and what ranks there are: each is work on everybody in
// them.
constexpr std::size_t most_rule_changes = 10;
constexpr auto watch_delay = std::chrono::seconds(2);  // until the server has said what it can

bool contains_ngircd(std::string_view text) {
  return fold(text, CaseMapping::ascii).find("ngircd") != std::string::npos;
}

}  // namespace

void State::opened(const Now& now, const std::string& peer, bool secure) {
  now_ = now;
  secure_ = secure;
  if (secure_) trust();
  phase_ = Phase::registering;
  opened_at_ = heard_at_ = now.steady;
  pinged_ = introduced_ = passed_ = shortened_ = is_ngircd_ = away_sent_ = is_away_ = false;
  negotiating_ = true;
  tried_nicks_ = 0;
  address_.clear();
  error_text_.clear();
  drop_.reset();
  greeting_.begin();
  speech_.hold_doubts(false);
  caps_ = Caps(wants_login());
  // Rooms are told apart as on the last connection until the server speaks of it.
  const std::string mapping = isupport_.value("CASEMAPPING");
  isupport_ = Isupport();
  if (!mapping.empty()) isupport_.apply({"CASEMAPPING=" + mapping});
  tried_mechanisms_.clear();
  mechanisms_.clear();
  failure_expected_ = logged_in_ = asked_nickserv_ = false;
  wish_ = identity_.nick.empty() ? wish_ : identity_.nick;
  if (wish_.empty()) wish_ = identity_.username;
  nick_ = wish_;
  if (identity_.shows_greeting) say_to_user("connected to " + peer + ", registering as " + nick_);
  if (!identity_.webirc.empty()) send_now(identity_.webirc + (secure_ ? " :secure" : ""));
  send_now(Caps::opening());
  if (identity_.password_withheld)
    say_to_user("your password is not sent to this network: it is not set up for that, or has no TLS");
  // Without TLS the list has to be waited for: it may say that TLS is wanted (STS). A login waits for it anyway, and
  // NICK then goes out with AUTHENTICATE.
  if (secure_ && !wants_login()) introduce();
}

// What may not be said without TLS. There is no way back: from here on every connection has it.
void State::trust() {
  if (!identity_.tls_password.empty()) identity_.password = std::exchange(identity_.tls_password, {});
  if (!identity_.tls_pass.empty()) identity_.pass = std::exchange(identity_.tls_pass, {});
  identity_.password_withheld = identity_.password_withheld && identity_.password.empty() && identity_.pass.empty();
}

bool State::uses_pass() const {
  return pass_asked_ && !identity_.password.empty();
}

// Whether a refusal may be about a PASS that we have not sent. Nobody gets the password in one unasked.
bool State::wants_pass() const {
  return !pass_asked_ && !passed_ && tried_mechanisms_.empty() && !identity_.password.empty();
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
  passed_ = uses_pass() || !identity_.pass.empty();
  if (!identity_.pass.empty()) {
    send_now(text_line("PASS", {}, identity_.pass));
  } else if (passed_) {
    send_now(text_line("PASS", {}, identity_.account.empty() ? password : identity_.account + ":" + password));
  }
  send_now(command_line("NICK", {nick_}));
  send_now(text_line("USER", {identity_.username, "0", "*"}, identity_.realname.empty() ? wish_ : identity_.realname));
}

bool State::on_cap(const Message& message) {
  std::vector<std::string> requests = caps_.receive(message);
  const std::string& verb = message.param(1);
  if ((verb == "LS" || verb == "NEW") && caps_.is_listed() && must_use_tls()) return true;
  for (auto& line : requests) send_now(std::move(line));
  if (phase_ == Phase::registering && negotiating_ && caps_.is_listed()) negotiate();
  if (phase_ == Phase::online) log_in_late();
  return true;
}

// STS. True: this connection ends here.
bool State::must_use_tls() {
  const StsOffer offer = StsOffer::parse(caps_.value("sts"));
  if (secure_) {
    if (offer.duration) sts_duration_ = offer.duration;
    return false;
  }
  if (!offer.port) return false;
  drop_ = Drop{legacy::Errc::disconnected, "the server wants TLS", false, true, *offer.port};
  return true;
}

// A login waits for the answers to CAP REQ. Nothing else does: the server takes our lines in order, and what it refuses
// is asked for again, one by one, before it greets us.
void State::negotiate() {
  const bool can_log_in = caps_.offers("sasl") && next_mechanism();
  if (can_log_in && !caps_.is_settled()) return;
  introduce();
  if (sasl_ || (can_log_in && caps_.has("sasl") && start_login())) return;
  if (wants_login() && caps_.offers("sasl"))
    say_to_user("the server offers no way to log in that wherry knows; going on without");
  end_negotiation();
}

void State::end_negotiation() {
  if (!std::exchange(negotiating_, false)) return;
  send_now("CAP END");
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

// COMPAT(ngIRCd 26, InspIRCd 3): a PASS that is wrong or missing, and a ban, may be answered by an ERROR alone.
std::optional<Drop> State::refusal(const std::string& text) const {
  const std::string folded = fold(text, CaseMapping::ascii);
  constexpr std::string_view bans[] = {"k-line", "g-line", "z-line", "d-line", "klined", "glined", "zlined", "banned"};
  const bool is_ban =
      std::any_of(std::begin(bans), std::end(bans), [&](auto word) { return folded.find(word) != folded.npos; });
  if (is_ban) return Drop{legacy::Errc::barred, "banned from this network: " + text, true};
  const bool names_password = folded.find("password") != std::string::npos;
  if (!names_password && folded.find("access denied") == std::string::npos) return std::nullopt;
  // InspIRCd says the same when it has no place left; without a password of ours another attempt may go well.
  return Drop{legacy::Errc::rejected_login, "connection refused: " + text, names_password || passed_ || uses_pass()};
}

bool State::on_banned(const Message& message) {
  stop(legacy::Errc::barred, "banned from this network: " + plain(message.last()));
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

bool State::on_welcome(const Message& message) {
  if (phase_ != Phase::registering) return true;
  // The first parameter is our nick, which the server may have cut.
  if (is_nick(message.param(0))) nick_ = message.param(0);
  phase_ = Phase::online;
  introduced_ = true;
  negotiating_ = false;
  emit(legacy::LinkState{legacy::LinkState::Link::online, legacy::Errc::none,
                         "connected to " + identity_.network + " as " + nick_, nick_});
  show_server_message(message);
  after_welcome();
  watch_for_nick();
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
  const Isupport before = isupport_;
  const std::string prefix = isupport_.prefix_letters() + isupport_.prefix_signs();
  isupport_.apply({message.params.begin() + 1, message.params.end() - (message.params.size() > 2 ? 1 : 0)});
  const bool has_new_ranks = prefix != isupport_.prefix_letters() + isupport_.prefix_signs();
  const bool has_new_rules = has_new_ranks || before.mapping() != isupport_.mapping();
  const auto is_joined = [](const auto& entry) { return entry.second.value.joined; };
  const bool is_work = has_new_rules && std::any_of(rooms_.begin(), rooms_.end(), is_joined);
  if (is_work && ++rule_changes_ > most_rule_changes) {
    isupport_ = before;
    return true;
  }
  isupport_changed_ = true;
  const CaseMapping mapping = isupport_.mapping();
  auto lost = rooms_.set_mapping(mapping);
  for (auto& room : lost) {
    unite(room.value);
    work_.discard(room.value.people);
  }
  for (auto& [key, room] : rooms_) unite_people(room.value);
  if (has_new_ranks) rank_anew();
  watching_.people.set_mapping(mapping);
  profiles_.known.set_mapping(mapping);
  if (profiles_.wanted.empty()) profiles_.wanted.set_mapping(mapping);
  const bool is_late = phase_ == Phase::online && !watching_.people.empty() && !watching_.due;
  if (is_late && isupport_.has("MONITOR")) watching_.due = now_.steady;
  return true;
}

}  // namespace irc

// Who we are to the services: SASL, before and after the greeting, and NickServ where there is no SASL; and the joins
// that wait for it.
#include <algorithm>

#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;

constexpr auto login_time = std::chrono::seconds(10);    // joins wait so long for a login (spec section 1.1)...
constexpr auto question_time = std::chrono::seconds(2);  // ...and so long for NickServ to ask for one
constexpr std::string_view nickserv = "NickServ";

// "PRIVMSG NickServ :IDENTIFY secret", "NS ID me secret", "AUTH me secret": the words that services know.
bool is_login_line(const std::string& line) {
  constexpr std::string_view verbs[] = {"identify", "id", "auth", "login"};
  const auto all = words(fold(line, CaseMapping::ascii));
  return std::any_of(all.begin(), all.end(), [&](std::string_view word) {
    if (word.starts_with(':')) word.remove_prefix(1);
    return std::find(std::begin(verbs), std::end(verbs), word) != std::end(verbs);
  });
}

bool has_login_line(const std::vector<std::string>& lines) {
  return std::any_of(lines.begin(), lines.end(), is_login_line);
}

}  // namespace

Credentials State::credentials() const {
  return {identity_.account.empty() ? wish_ : identity_.account, identity_.password, has_certificate()};
}

std::unique_ptr<SaslMechanism> State::next_mechanism() const {
  return choose_mechanism(mechanisms_.empty() ? caps_.value("sasl") : mechanisms_, credentials(), tried_mechanisms_);
}

// False: there is nothing (more) to try.
bool State::start_login() {
  auto mechanism = next_mechanism();
  if (!mechanism) return false;
  tried_mechanisms_.emplace(mechanism->name());
  sasl_ = std::make_unique<Sasl>(std::move(mechanism));
  send_now(sasl_->opening());
  return true;
}

// The services have come, or come back.
void State::log_in_late() {
  if (!caps_.offers("sasl")) {
    sasl_.reset();
    tried_mechanisms_.clear();
    mechanisms_.clear();
  } else if (caps_.has("sasl") && !logged_in_ && !sasl_ && login_limit_.take(now_.steady)) {
    start_login();
  }
}

bool State::on_authenticate(const Message& message) {
  if (!sasl_) return true;
  for (auto& line : sasl_->receive(message.param(0))) send_now(std::move(line));
  return true;
}

void State::computed(const base::Pbkdf2& work, const Now& now) {
  now_ = now;
  if (!sasl_ || sasl_->work().get() != &work) return;
  for (auto& line : sasl_->computed()) send_now(std::move(line));
}

bool State::on_logged_in(const Message& message) {
  logged_in_ = true;
  show_about_us(message);
  if (joins_due_) join_rooms();
  return true;
}

bool State::on_logged_out(const Message& message) {
  logged_in_ = false;
  show_about_us(message);
  return true;
}

// 903, and 907: we are logged in already.
bool State::on_sasl_success(const Message& message) {
  if (!sasl_) return false;
  const bool is_proven = sasl_->is_complete() || message.command == "907";
  sasl_.reset();
  logged_in_ = is_proven;
  if (is_proven) {
    end_negotiation();
  } else {
    fail_login("the server did not prove that it knows the password");
  }
  return true;
}

bool State::on_sasl_failure(const Message& message) {
  const bool is_old = std::exchange(failure_expected_, false) && !(sasl_ && sasl_->has_begun());
  if (is_old) return true;
  if (!sasl_) return false;
  const bool was_external = sasl_->mechanism() == "EXTERNAL";
  const std::string why = sasl_->failure().empty() ? plain(message.last()) : sasl_->failure();
  sasl_.reset();
  // That the account doesn't know the certificate says nothing about the password.
  if (was_external && start_login()) return true;
  if (was_external) {
    fail_login("the account does not know the fingerprint of your certificate (" + why +
               "); to go in without, forget it or choose to continue without login");
  } else {
    fail_login(why);
  }
  return true;
}

// What the server can do, in answer to something that it can't: the best of that. A 904 may follow or not.
bool State::on_sasl_mechanisms(const Message& message) {
  if (!sasl_ || sasl_->has_begun()) return true;
  mechanisms_ = message.param(1);
  failure_expected_ = true;
  sasl_.reset();
  if (start_login()) return true;
  if (phase_ == Phase::registering) {
    say_to_user("the server offers no way to log in that wherry knows; going on without");
    end_negotiation();
  }
  return true;
}

// Wrong credentials would be wrong again: the user has to do something.
void State::fail_login(const std::string& text) {
  const std::string told = "login refused: " + text;
  if (phase_ != Phase::registering) return say_to_user(told);
  if (!identity_.continue_without_login) return stop(Errc::rejected_login, told);
  say_to_user(told + "; going on without it");
  end_negotiation();
}

void State::after_welcome() {
  for (const std::string& line : identity_.after_connect) say_raw(0, line);
  const bool may_be_asked = !identity_.password.empty() && !passed_ && !logged_in_ && tried_mechanisms_.empty();
  if (has_login_line(identity_.after_connect)) {
    joins_due_ = now_.steady + login_time;
  } else if (may_be_asked) {
    joins_due_ = now_.steady + question_time;
  } else {
    join_rooms();
  }
}

void State::join_rooms() {
  joins_due_.reset();
  for (auto& [key, room] : rooms_)
    if (!room.value.joined) send_join(room.value);
}

// NickServ asks for the password that SASL could not take. The answer goes to a command that only services get: anybody
// could call himself NickServ and ask.
void State::answer_nickserv(const Message& message) {
  if (phase_ != Phase::online || !same(message.source.nick, nickserv) || !is_me(message.param(0))) return;
  const bool is_answered = asked_nickserv_ || logged_in_ || passed_ || has_login_line(identity_.after_connect);
  if (is_answered || !tried_mechanisms_.empty() || !is_middle(identity_.password)) return;
  if (fold(message.last(), CaseMapping::ascii).find("identify") == std::string::npos) return;
  std::vector<std::string> params{"IDENTIFY"};
  const std::string account = credentials().account;
  if (!same(account, nick_)) params.push_back(account);
  params.push_back(identity_.password);
  std::string line = command_line("NICKSERV", params);
  if (line.size() > max_line - 2) return;  // only SASL takes it
  asked_nickserv_ = true;
  send_now(std::move(line));
  if (joins_due_) joins_due_ = now_.steady + login_time;
}

}  // namespace irc

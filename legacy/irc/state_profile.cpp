// What the network knows of a person: WHOIS, asked seldom and remembered for a while (spec section 1.10).
#include <fmt/chrono.h>

#include <algorithm>
#include <charconv>

#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;

constexpr auto whois_pause = std::chrono::seconds(2);
constexpr auto profile_age = std::chrono::minutes(5);
constexpr std::size_t max_waiting = 30;  // questions; some clients ask about everybody in a room
constexpr std::size_t max_profiles = 200;
constexpr std::size_t max_details = 30;

std::optional<long long> number(const std::string& text) {
  long long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = error == std::errc{} && end == text.data() + text.size() && value >= 0 && value < 7'000'000'000;
  return good ? std::optional(value) : std::nullopt;
}

std::string minute(base::WallTime time) {
  return fmt::format("{:%Y-%m-%d %H:%M} UTC", std::chrono::floor<std::chrono::seconds>(time));
}

// 317: seconds of silence, and when they came.
std::vector<std::string> times_of(const Message& message, base::WallTime now) {
  std::vector<std::string> times;
  if (const auto idle = number(message.param(2)))
    times.push_back("Last active: " + minute(now - std::chrono::seconds(*idle)));
  const auto since = message.params.size() > 4 ? number(message.param(3)) : std::nullopt;
  if (since) times.push_back("Connected since: " + minute(base::WallTime{std::chrono::seconds(*since)}));
  return times;
}

// For people; empty: nothing that they don't know already.
std::string detail_of(const Message& message) {
  switch (numeric_code(message.command)) {
    case 301: return "Away: " + message.last();
    case 311: return "Address: " + message.param(2) + "@" + message.param(3);
    case 312: return "Server: " + message.param(2) + (message.params.size() > 3 ? " (" + message.last() + ")" : "");
    case 313: return "IRC operator";
    case 319: return "Channels: " + message.last();
    case 330: return "Account: " + message.param(2);
    case 335: return "Bot";
    case 338: return "Connects from: " + joined_words(message, 2, message.params.size() - 1);
    case 671: return "Secure connection";
    default: return {};
  }
}

}  // namespace

void State::ask_profile(legacy::Ref ref, const std::string& nick) {
  const Profile* const known = profiles_.known.find(nick);
  if (known != nullptr && now_.steady < known->until) {
    legacy::Answer answer = known->answer;
    answer.ref = ref;
    emit(std::move(answer));
    return outcome(ref, Errc::none);
  }
  if (profiles_.waiting >= max_waiting) return outcome(ref, Errc::not_found, "too many profiles are asked for at once");
  ++profiles_.waiting;
  if (Whois* const asked = profiles_.wanted.find(nick)) return asked->refs.push_back(ref);
  profiles_.wanted.insert(nick).refs.push_back(ref);
  profiles_.queue.push_back(nick);
  if (now_.steady >= profiles_.next) send_whois();
}

void State::send_whois() {
  if (profiles_.queue.empty() || phase_ != Phase::online) return;
  const std::string nick = profiles_.queue.front();
  profiles_.queue.pop_front();
  profiles_.next = now_.steady + whois_pause;
  profiles_.missing.clear();
  send_for(await(Ask::whois, 0, nick), command_line("WHOIS", {nick}));
}

void State::finish_whois(const std::string& nick, legacy::Errc error, const std::string& text) {
  const Whois* const found = profiles_.wanted.find(nick);
  if (found == nullptr) return;
  Whois done = *found;
  profiles_.wanted.erase(nick);
  profiles_.waiting -= std::min(profiles_.waiting, done.refs.size());
  if (error == Errc::not_found) profiles_.missing = nick;
  if (error == Errc::none && done.answer.nick.empty()) error = Errc::not_found;
  if (error == Errc::none) {
    if (profiles_.known.size() >= max_profiles) profiles_.known.clear();
    profiles_.known.insert(nick) = {done.answer, now_.steady + profile_age};
  }
  for (const legacy::Ref ref : done.refs) {
    done.answer.ref = ref;
    if (error == Errc::none) emit(legacy::Answer(done.answer));
    outcome(ref, error, text);
  }
}

// Those whose WHOIS was never sent; the connection is gone.
void State::fail_profiles(legacy::Errc error, const std::string& text) {
  while (!profiles_.queue.empty()) {
    const std::string nick = profiles_.queue.front();
    profiles_.queue.pop_front();
    finish_whois(nick, error, text);
  }
  profiles_ = Profiles{};
}

void State::forget_profile(const std::string& nick) {
  if (!profiles_.known.empty()) profiles_.known.erase(nick);
}

// 311 to 319, 330, 335, 338, 671, 318.
bool State::on_whois(const Message& message) {
  const std::string& nick = message.param(1);
  const bool is_end = message.command == "318";
  Pending* const pending = find_asked(Ask::whois, nick, message);
  if (pending == nullptr) {
    const std::string label = label_of(message);
    if (label.starts_with(typed_label)) return false;
    return !label.empty() || (is_end && same(std::exchange(profiles_.missing, {}), nick));
  }
  if (pending->is_typed) {
    show_server_message(message);
    if (is_end) settle(*pending, Errc::none);
    return true;
  }
  if (is_end) {
    settle(*pending, Errc::none);
    return true;
  }
  Whois* const whois = profiles_.wanted.find(pending->target);
  if (whois == nullptr) return true;
  legacy::Answer& answer = whois->answer;
  if (message.command == "311") {
    answer.nick = strip_controls(nick);
    answer.realname = plain(message.last());
  }
  std::vector<std::string> more{detail_of(message)};
  if (message.command == "317") more = times_of(message, now_.wall);
  for (const auto& detail : more)
    if (!detail.empty() && answer.details.size() < max_details) answer.details.push_back(plain(detail));
  return true;
}

}  // namespace irc

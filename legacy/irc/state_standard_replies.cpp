// FAIL, WARN and NOTE (IRCv3 standard-replies): "FAIL command code context... :words".
#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;

constexpr std::pair<std::string_view, Errc> codes[] = {
    {"ACCOUNT_REQUIRED", Errc::needs_registration},
    {"CHANNEL_RENAMED", Errc::moved},
    {"INVALID_TARGET", Errc::not_found},
    {"INVALID_UTF8", Errc::bad_request},
    {"KEY_NO_PERMISSION", Errc::no_privilege},
    {"LIMIT_REACHED", Errc::busy},
    {"NEED_REGISTRATION", Errc::needs_registration},
    {"NICKNAME_RESERVED", Errc::nick_taken},
    {"RATE_LIMITED", Errc::too_fast},
};

Errc meaning_of(std::string_view code) {
  const auto row =
      std::find_if(std::begin(codes), std::end(codes), [&](const auto& each) { return each.first == code; });
  if (row != std::end(codes)) return row->second;
  if (code.ends_with("_FORBIDDEN")) return Errc::no_privilege;
  if (code.ends_with("_WINDOW_EXPIRED")) return Errc::not_allowed;
  return Errc::unacceptable;
}

}  // namespace

bool State::on_fail(const Message& message) {
  const Errc error = meaning_of(message.param(1));
  if (phase_ == Phase::registering && refuse_registration(message)) return true;
  // As a numeric that names its command, which has a nick before it.
  Message numeric = message;
  numeric.params.insert(numeric.params.begin(), nick_);
  Pending* pending = match({0, error, any_ask, Names::command}, numeric);
  if (pending == nullptr) pending = match_named(numeric);
  if (pending == nullptr) {
    show_server_message(message);
    return true;
  }
  Room* const room = error == Errc::moved ? rooms_.find(pending->target) : nullptr;
  if (room != nullptr && is_channel_name(message.param(3))) room->moved_to = message.param(3);
  const bool is_told = pending->ref != 0 || pending->ask == Ask::join;
  settle(*pending, error, plain(message.last()));
  if (!is_told) show_server_message(message);
  return true;
}

// COMPAT(Ergo): what others say by numerics.
bool State::refuse_registration(const Message& message) {
  const std::string text = plain(message.last());
  const bool wants_account = message.param(1) == "ACCOUNT_REQUIRED";
  const bool is_nick = message.param(0) == "NICK";
  const bool is_taken = meaning_of(message.param(1)) == Errc::nick_taken;
  if (wants_account) stop(Errc::needs_registration, text);
  if (is_nick) try_next_nick(is_taken ? NickChoice::Refusal::taken : NickChoice::Refusal::impossible, text);
  return wants_account || is_nick;
}

// For the user to know, no answer to anything; so are 717 and 718, about those who want to talk (caller id).
bool State::on_remark(const Message& message) {
  std::string text = message.last();
  if (message.is_numeric()) text = joined_words(message, 1);
  say_to_user(plain(text), legacy::Flavor::notice);
  return true;
}

}  // namespace irc

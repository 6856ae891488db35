// Asking people's clients by CTCP (spec section 1.10).
#include <algorithm>

#include "legacy/irc/clock_text.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;
using Kind = legacy::Query::Kind;

constexpr std::size_t max_ctcp = 20;  // questions without an answer; clients ask about everybody in a room

std::string_view ctcp_of(Kind kind) {
  switch (kind) {
    case Kind::version: return "VERSION";
    case Kind::time: return "TIME";
    default: return "PING";
  }
}

// False: what was answered makes no sense.
bool read_answer(const Ctcp& ctcp, legacy::Answer& answer) {
  if (ctcp.command == "VERSION") answer.text = plain(ctcp.text);
  if (ctcp.command != "TIME") return true;
  const auto time = parse_clock(plain(ctcp.text));
  if (!time) return false;
  answer.when = time->when;
  answer.offset = time->offset;
  return true;
}

}  // namespace

void State::handle(legacy::Ref ref, const legacy::Query& request) {
  const std::string& nick = request.person.id;
  if (phase_ != Phase::online) return outcome(ref, Errc::disconnected, "not connected to " + identity_.network);
  const bool is_person = request.person.kind == legacy::ChatKind::person &&
                         is_nick(nick, isupport_.channel_types(), isupport_.prefix_signs()) && is_middle(nick);
  if (!is_person) return outcome(ref, Errc::bad_address, "not a nick: " + strip_controls(nick));
  if (request.kind == Kind::profile) return ask_profile(ref, nick);
  if (is_me(nick)) return answer_for_us(ref, request.kind);
  const auto open =
      std::count_if(pending_.begin(), pending_.end(), [](const Pending& each) { return each.ask == Ask::ctcp; });
  if (static_cast<std::size_t>(open) >= max_ctcp) return outcome(ref, Errc::busy, "too many questions at once");
  const std::string_view command = ctcp_of(request.kind);
  Pending& pending = await(Ask::ctcp, ref, nick, std::string(command));
  const std::string token = request.kind == Kind::ping ? std::to_string(pending.serial) : std::string{};
  send_for(pending, text_line("PRIVMSG", {nick}, format_ctcp(command, token)));
}

// Nobody needs to be asked who we are.
void State::answer_for_us(legacy::Ref ref, legacy::Query::Kind kind) {
  legacy::Answer answer;
  answer.ref = ref;
  const auto ours = ctcp_answer({std::string(ctcp_of(kind)), {}}, now_.wall);
  if (ours) read_answer(*ours, answer);
  if (kind == Kind::version) answer.text = "wherry", answer.version = WHERRY_VERSION;
  emit(std::move(answer));
  outcome(ref, Errc::none);
}

// One that nobody waits for is dropped.
void State::on_ctcp_answer(const std::string& nick, const Ctcp& ctcp) {
  Pending* const pending = find_pending(Ask::ctcp, nick, ctcp.command);
  if (pending == nullptr || ctcp.command.empty()) return;
  legacy::Answer answer;
  answer.ref = pending->ref;
  if (!read_answer(ctcp, answer)) return settle(*pending, Errc::unsupported, "the answer can't be read");
  emit(std::move(answer));
  settle(*pending, Errc::none);
}

}  // namespace irc

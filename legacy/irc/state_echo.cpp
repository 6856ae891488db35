// What the server shows us of our own texts (IRCv3 echo-message).
#include <algorithm>

#include "legacy/irc/codes.hpp"
#include "legacy/irc/likeness.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr auto late_echo = std::chrono::seconds(5);  // behind the echo of what was said later

constexpr std::size_t most_alike = 3;  // that may be taken for a text in another form

// What people see of a text, without what makes an action of it.
struct Shown {
  explicit Shown(const std::string& raw) {
    const auto ctcp = parse_ctcp(raw);
    is_action = ctcp && ctcp->command == "ACTION";
    text = read_codes(is_action ? ctcp->text : raw).text;
  }
  bool is_action = false;
  std::string text;
};

// Servers deal with lines in order: what was said before this and to the same has probably been dropped.
void doubt_before(PendingList& pending, const Pending& echoed, CaseMapping mapping, Time deadline) {
  for (Pending& each : pending) {
    if (each.serial >= echoed.serial) return;
    const bool is_earlier =
        each.ask == Ask::text && each.confirm == Confirm::echo && same(each.target, echoed.target, mapping);
    if (is_earlier) pending.limit(each, std::min(each.deadline.value_or(Time::max()), deadline));
  }
}

}  // namespace

// The text that this is the echo of: by label; else the first that says the same, or, as servers may change texts, one
// of the first that is like it. Null: it was said from elsewhere.
Pending* State::find_echoed(const Message& message) {
  if (const std::string label = label_of(message); !label.empty()) return find_label(label);
  const Shown seen(message.param(1));
  std::vector<Pending*> open;
  for (Pending& each : pending_) {
    const bool is_open = each.ask == Ask::text && (each.confirm == Confirm::echo || each.heard.is_begun) &&
                         same(each.target, message.param(0)) && each.is_notice == (message.command == "NOTICE");
    if (!is_open) continue;
    const Shown said(each.said);
    if (said.is_action != seen.is_action) continue;
    if (is_same_text(said.text, seen.text)) return &each;
    if (open.size() < most_alike) open.push_back(&each);
  }
  const auto alike = std::find_if(open.begin(), open.end(),
                                  [&](const Pending* each) { return is_alike(Shown(each->said).text, seen.text); });
  return alike == open.end() ? nullptr : *alike;
}

bool State::on_echo(const Message& message, legacy::Received received) {
  learn_address(message.source);
  const std::string target(isupport_.without_status(message.param(0)));
  Pending* const pending = find_echoed(message);
  if (pending != nullptr && pending->ask == Ask::text) {
    doubt_before(pending_, *pending, isupport_.mapping(), now_.steady + late_echo);
    speech_.note_shown(pending->line, Shown(pending->said).text, received);
    if (Room* const room = rooms_.find(target)) is_repeated(*room, received.id);
    // COMPAT(ZNC, soju): the echo is the bouncer's, and the server may refuse the text yet.
    if (caps_.is_bouncers() && pending->confirm == Confirm::echo) pending->confirm = Confirm::written;
    settle(*pending, legacy::Errc::none);
    return true;
  }
  received.own = true;
  if (isupport_.is_channel(target)) {
    deliver(message, std::move(received));
  } else if (is_me(target)) {
    received.own = false;  // to ourselves: this is the copy that arrives
    deliver(message, std::move(received));
  } else if (is_person(target)) {
    received.chat = {legacy::ChatKind::person, target};
    emit(std::move(received));
  }
  return true;
}

}  // namespace irc

// WHO: what no capability tells of those who are in a room already (away state, account, address), and where there is
// no away-notify, who of them has come and gone since (spec sections 1.2 and 1.9).
#include <algorithm>

#include "legacy/irc/state.hpp"

namespace irc {

// One line of the answer.
struct State::Sighting {
  std::string nick;
  std::string address;
  std::string flags;  // "H" here, "G" gone, "*" operator, the letter of 005 BOT
  std::optional<std::string> account;
};

namespace {

constexpr auto first_pause = std::chrono::seconds(3);  // whoever only looks in costs nothing
constexpr auto poll_pause = std::chrono::minutes(5);
constexpr std::size_t most_people = 100;

constexpr std::string_view whox_fields = "%tcuhnfar,";

}  // namespace

void State::plan_who(Room& room) {
  room.who_due = now_.steady + first_pause;
  who_due_ = who_due_ ? std::min(*who_due_, *room.who_due) : *room.who_due;
}

// The room whose turn has come; one at a time, and its end asks for the next.
void State::ask_who() {
  who_due_.reset();
  if (phase_ != Phase::online) return;
  const auto is_ours = [](const Pending& each) { return each.ask == Ask::who && !each.is_typed; };
  if (std::any_of(pending_.begin(), pending_.end(), is_ours)) return;
  for (auto& [key, entry] : rooms_) {
    Room& room = entry.value;
    if (!room.who_due) continue;
    if (now_.steady < *room.who_due) {
      who_due_ = who_due_ ? std::min(*who_due_, *room.who_due) : *room.who_due;
      continue;
    }
    room.who_due.reset();
    if (!room.announced) continue;
    if (!caps_.has("away-notify")) {
      room.who_due = now_.steady + poll_pause;
      who_due_ = who_due_ ? std::min(*who_due_, *room.who_due) : *room.who_due;
    }
    if (room.people.size() < 2 || room.people.size() > most_people) continue;
    Pending& pending = await(Ask::who, 0, room.name);
    pending.subject = std::to_string(pending.serial % 1000);
    const std::string fields = std::string(whox_fields) + pending.subject;
    return send_for(
        pending, isupport_.has("WHOX") ? command_line("WHO", {room.name, fields}) : command_line("WHO", {room.name}));
  }
}

void State::see(Room& room, const Sighting& seen) {
  if (room.people.find(seen.nick) == nullptr) return;
  const std::string& bot = isupport_.value("BOT");
  change_everywhere(seen.nick, [&](Person& person) {
    const bool is_away = seen.flags.starts_with('G');
    if (!is_away) person.status.clear();
    person.show = is_away ? legacy::Show::away : legacy::Show::available;
    person.address = seen.address;
    if (seen.account) person.account = *seen.account;
    person.is_operator = seen.flags.find('*') != std::string::npos;
    person.is_bot = bot.size() == 1 && seen.flags.find(bot) != std::string::npos;
  });
}

// 352: channel user host server nick flags :hops realname
bool State::on_who(const Message& message) {
  const Pending* const pending = find_asked(Ask::who, {}, message);
  if (pending == nullptr || pending->is_typed || !same(pending->target, message.param(1))) return false;
  Room* const room = rooms_.find(pending->target);
  const Sighting seen{message.param(5), message.param(2) + "@" + message.param(3), message.param(6), {}};
  if (room != nullptr) see(*room, seen);
  return true;
}

// 354 in the order of the fields that we ask for: token channel user host nick flags account :realname
bool State::on_whox(const Message& message) {
  const Pending* const pending = find_asked(Ask::who, {}, message);
  if (pending == nullptr || pending->is_typed || pending->subject != message.param(1)) return false;
  Room* const room = rooms_.find(pending->target);
  const std::string account = message.param(7) == "0" ? std::string{} : message.param(7);
  const Sighting seen{message.param(5), message.param(3) + "@" + message.param(4), message.param(6), account};
  if (room != nullptr) see(*room, seen);
  return true;
}

bool State::on_end_of_who(const Message& message) {
  Pending* const pending = find_asked(Ask::who, {}, message);
  if (pending == nullptr) return false;
  const bool is_ours = !pending->is_typed;
  if (is_ours && !same(pending->target, message.param(1))) return false;
  if (!is_ours) show_server_message(message);
  settle(*pending, legacy::Errc::none);
  return true;
}

}  // namespace irc

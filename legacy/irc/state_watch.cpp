// People whose presence the user wants to see: MONITOR where the server has it, else ISON now and then (spec section
// 1.9, IRCv3 monitor and extended-monitor).
#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;
using legacy::Show;

constexpr std::size_t max_watched = 5000;
constexpr std::size_t longest_list = 400;  // bytes of nicks in one line; 450 with its command

std::vector<std::string> split_list(const std::string& text) {
  std::string spaced = text;
  std::replace(spaced.begin(), spaced.end(), ',', ' ');
  return words(spaced);
}

// "TARGMAX=WHOIS:1,MONITOR:20": how many nicks one MONITOR line takes.
std::size_t most_targets(const Isupport& isupport) {
  for (const std::string& entry : split_list(isupport.value("TARGMAX"))) {
    if (!entry.starts_with("MONITOR:")) continue;
    const auto count = std::strtoul(entry.c_str() + 8, nullptr, 10);
    if (count > 0) return count;
  }
  return 1000;
}

std::vector<std::string> lists_of(const std::vector<std::string>& nicks, char separator, std::size_t most) {
  std::vector<std::string> lists;
  std::size_t count = 0;
  for (const std::string& nick : nicks) {
    const bool fits = count > 0 && count < most && lists.back().size() + 1 + nick.size() <= longest_list;
    if (!fits) lists.emplace_back();
    count = fits ? count + 1 : 1;
    if (fits) lists.back() += separator;
    lists.back() += nick;
  }
  return lists;
}

}  // namespace

void State::handle(legacy::Ref ref, const legacy::Watch& request) {
  const std::string& nick = request.person.id;
  const bool is_person = request.person.kind == legacy::ChatKind::person && is_nick(nick) && is_middle(nick);
  if (!is_person) return outcome(ref, Errc::bad_address, "not a nick: " + strip_controls(nick));
  auto& people = watching_.people;
  if (!request.on) {
    const Watched* const watched = people.find(nick);
    if (watched != nullptr && watched->is_monitored) send_idle(command_line("MONITOR", {"-", watched->nick}));
    people.erase(nick);
    return outcome(ref, Errc::none);
  }
  if (people.size() >= max_watched && !people.contains(nick)) return outcome(ref, Errc::busy, "too many contacts");
  Watched& watched = people.insert(nick);
  if (watched.nick.empty()) watched.nick = nick;
  outcome(ref, Errc::none);
  if (phase_ == Phase::online && !watching_.due) follow();
}

// Those who are not followed yet: by the server's list as far as it goes.
void State::follow() {
  watching_.due.reset();
  const bool has_list = isupport_.has("MONITOR") && !watching_.is_full;
  const std::size_t limit = has_list ? isupport_.number("MONITOR", max_watched) : 0;
  auto used = static_cast<std::size_t>(std::count_if(watching_.people.begin(), watching_.people.end(),
                                                     [](auto& entry) { return entry.second.value.is_monitored; }));
  std::vector<std::string> fresh;
  for (auto& [key, entry] : watching_.people) {
    Watched& watched = entry.value;
    if (watched.is_monitored || used >= limit) continue;
    watched.is_monitored = true;
    ++used;
    fresh.push_back(watched.nick);
  }
  for (const std::string& list : lists_of(fresh, ',', most_targets(isupport_)))
    send_idle(command_line("MONITOR", {"+", list}));
  if (used < watching_.people.size()) poll(true);
}

// ISON for those whom the server does not follow.
void State::poll(bool only_new) {
  if (!only_new || !watching_.poll_due) watching_.poll_due = now_.steady + identity_.poll;
  const auto is_ours = [](const Pending& each) { return each.ask == Ask::ison && !each.is_typed; };
  if (!only_new && std::any_of(pending_.begin(), pending_.end(), is_ours)) return;  // a slow server
  std::vector<std::string> nicks;
  std::size_t unfollowed = 0;
  for (auto& [key, entry] : watching_.people) {
    Watched& watched = entry.value;
    if (watched.is_monitored) continue;
    ++unfollowed;
    if (only_new && watched.is_asked) continue;
    watched.is_asked = true;
    nicks.push_back(watched.nick);
  }
  if (unfollowed == 0) watching_.poll_due.reset();
  for (const std::string& list : lists_of(nicks, ' ', max_watched)) send_for(await(Ask::ison, 0, list), "ISON " + list);
}

// The connection is gone; on the next one all are followed again.
void State::stop_watching() {
  watching_.due.reset();
  watching_.poll_due.reset();
  watching_.is_full = false;
  for (auto& [key, entry] : watching_.people) {
    entry.value.is_monitored = entry.value.is_asked = false;
    entry.value.show = Show::unavailable;
  }
}

// Somebody was seen, or is known to be gone.
void State::note_present(const std::string& nick, bool is_there) {
  if (!is_there) nick_is_free(nick);
  if (watching_.people.empty()) return;
  const Watched* const watched = watching_.people.find(nick);
  if (watched == nullptr || (watched->show != Show::unavailable) == is_there) return;
  if (!is_there) return tell_show(watched->nick, Show::unavailable, {});
  for (const auto& [key, room] : rooms_) {
    const Person* const person = room.value.people.find(nick);
    if (person != nullptr && person->show == Show::away) return tell_show(watched->nick, Show::away, person->status);
  }
  tell_show(watched->nick, Show::available, {});
}

void State::tell_show(const std::string& nick, legacy::Show show, const std::string& status) {
  Watched* const watched = watching_.people.find(nick);
  if (watched != nullptr) watched->show = show;
  emit(legacy::PeerShow{{legacy::ChatKind::person, nick}, show, status, watched != nullptr});
}

// 730 and 731: "nick!user@host,nick2". Shown when the user follows somebody by a raw line.
bool State::on_monitor(const Message& message) {
  bool is_ours = false;
  for (const std::string& entry : split_list(message.last())) {
    const std::string nick = Source::parse(entry).nick;
    is_ours = is_ours || watching_.people.contains(nick) || (nick_wish_.is_monitored && same(nick, wish_));
    note_present(nick, message.command == "730");
  }
  return is_ours;
}

// 734: limit, nicks. Those that it names did not get onto the list.
bool State::on_monitor_full(const Message& message) {
  bool is_ours = false;
  for (const std::string& nick : split_list(message.param(2))) {
    Watched* const watched = watching_.people.find(nick);
    if (watched == nullptr) continue;
    is_ours = true;
    watched->is_monitored = watched->is_asked = false;
  }
  if (!is_ours) return false;
  watching_.is_full = true;
  poll(true);
  return true;
}

bool State::on_ison(const Message& message) {
  Pending* const pending = find_asked(Ask::ison, {}, message);
  if (pending == nullptr) return false;
  const bool is_typed = pending->is_typed;
  const std::string asked = pending->target;
  if (is_typed) show_server_message(message);
  settle(*pending, Errc::none);
  if (is_typed) return true;
  CaseMap<bool> there(isupport_.mapping());
  for (const std::string& nick : words(message.last())) there.insert(nick, true);
  for (const std::string& nick : words(asked)) note_present(nick, there.contains(nick));
  return true;
}

}  // namespace irc

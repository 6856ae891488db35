#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr std::size_t max_people = 50000;  // in one room; bounded memory
constexpr std::size_t max_all_people = 100000;
constexpr std::size_t max_rooms = 500;
constexpr auto playback_time = std::chrono::seconds(2);  // how long a join waits for what the server plays back
constexpr auto recount_pause = std::chrono::seconds(1);
constexpr auto sync_time = std::chrono::seconds(60);  // after which NAMES may be asked for once more

std::optional<base::WallTime> unix_time(const std::string& text) {
  constexpr long long last = 7'258'118'400;  // the year 2200: nanoseconds since 1970 end in 2262
  char* end = nullptr;
  const long long seconds = std::strtoll(text.c_str(), &end, 10);
  if (end == text.c_str() || *end != '\0' || seconds <= 0 || seconds > last) return std::nullopt;
  return base::WallTime{std::chrono::seconds(seconds)};
}

}  // namespace

void State::send_join(Room& room) {
  Pending* pending = find_pending(Ask::join, room.name);
  if (pending == nullptr) pending = &await(Ask::join, 0, room.name);
  pending->deadline.reset();  // counts again from when the line has left
  std::vector<std::string> params{room.name};
  if (!room.key.empty()) params.push_back(room.key);
  send_for(*pending, command_line("JOIN", std::move(params)));
}

bool State::on_join(const Message& message) {
  if (is_me(message.source.nick)) return on_own_join(message);
  Room* const room = rooms_.find(message.param(0));
  if (room == nullptr || !room->joined || !is_nick(message.source.nick)) return true;
  const bool is_new = !room->people.contains(message.source.nick);
  if (is_new && !may_seat_in(*room)) return true;
  const std::string spelling = room->people.spelling(message.source.nick);
  Person& person = room->people.insert(spelling) = {};
  person.nick = spelling;
  person.address = message.source.address();
  person.account = message.params.size() > 2 ? message.param(1) : message.tag("account");
  if (person.account == "*") person.account.clear();
  if (room->listed_again) room->listed_again->insert(fold(spelling, isupport_.mapping()));
  tell(*room, person);
  note_present(message.source.nick, true);
  return true;
}

// All are counted only when those who were added since the last count may be too many, and then not for each who is
// turned away.
bool State::may_seat_in(const Room& room) {
  if (room.people.size() >= max_people) return false;
  if (most_people_ >= max_all_people && now_.steady >= recount_) {
    most_people_ = people();
    recount_ = now_.steady + recount_pause;
  }
  if (most_people_ >= max_all_people) return false;
  ++most_people_;
  return true;
}

std::size_t State::people() const {
  std::size_t count = 0;
  for (const auto& [key, room] : rooms_) count += room.value.people.size();
  return count;
}

bool State::on_own_join(const Message& message) {
  if (phase_ != Phase::online) return true;  // nobody is in a room before 001 has said who they are
  learn_address(message.source);
  greeting_.end();
  const std::string& name = message.param(0);
  Room* room = rooms_.find(name);
  if (room == nullptr) {
    if (!isupport_.is_channel(name) || !is_channel_name(name) || rooms_.size() >= max_rooms) return true;
    if (is_leaving(name)) return true;  // left before the join was done
    // We were put there: the user gets an invitation, and the state is kept until they accept it.
    room = &rooms_.insert(name);
    room->name = name;
    emit(legacy::Invited{room_chat(name), message.source.nick, "the network has put you into this channel"});
  }
  if (room->joined) return true;  // said twice: nothing new, and no second list of members will come
  room->people = CaseMap<Person>(isupport_.mapping());
  room->joined = true;
  room->listed = room->announced = false;
  room->traits = {};
  room->subject = {};
  Person& me = room->people.insert(nick_);
  me.nick = nick_;
  me.address = address_;
  me.is_operator = is_operator_;
  if (is_away_) me.show = legacy::Show::away;
  if (is_away_) me.status = away_text_;
  room->modes_asked = true;
  send(command_line("MODE", {room->name}));
  return true;
}

// What a list says is so, whether it was asked for or not: at its end, whom it did not name is gone.
bool State::on_names(const Message& message) {
  Room* const room = rooms_.find(message.param(2));
  if (room == nullptr && is_leaving(message.param(2))) return true;
  if (room == nullptr || !room->joined) return false;
  if (room->announced && !room->listed_again) room->listed_again.emplace();
  std::string_view rest = message.last();
  while (!rest.empty()) {
    const auto end = std::min(rest.find(' '), rest.size());
    list_person(*room, rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return !room->announced || is_syncing(*room);
}

void State::list_person(Room& room, std::string_view entry) {
  // A server may show ranks that its PREFIX does not name; no nick begins so.
  constexpr std::string_view signs = "~&@%+!*$";
  std::string letters;
  for (; !entry.empty(); entry.remove_prefix(1)) {
    const auto letter = isupport_.letter_of(entry.front());
    if (letter) letters += *letter;
    if (!letter && signs.find(entry.front()) == signs.npos) break;
  }
  const Source source = Source::parse(entry);
  if (!is_nick(source.nick)) return;
  const Person* const known = room.people.find(source.nick);
  if (known == nullptr && !may_seat_in(room)) return;
  Person& person = room.people.insert(source.nick);
  letters = sort_letters(isupport_, letters);
  const bool changed = known == nullptr || person.letters != letters;
  if (known == nullptr) person.nick = source.nick;
  person.letters = std::move(letters);
  if (!source.host.empty()) person.address = source.address();
  if (room.listed_again) room.listed_again->insert(fold(source.nick, isupport_.mapping()));
  if (changed) tell(room, person);
}

bool State::on_end_of_names(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr && is_leaving(message.param(1))) return true;
  if (room == nullptr || !room->joined) return false;
  if (room->announced) {
    const bool was_syncing = is_syncing(*room);
    end_list(*room);
    return was_syncing;
  }
  room->listed = true;
  announce_when_due(*room);
  return true;
}

// What the server plays back comes behind the list of members and before the answer to our MODE: it belongs before the
// subject (XEP-0045 section 7.2.1).
void State::announce_when_due(Room& room) {
  const bool is_wanted = room.asked || !room.waiting.empty();
  if (!is_wanted || !room.listed || room.announced) return;
  if (!room.modes_asked || !caps_.has("batch")) return announce(room);
  if (Pending* const pending = find_pending(Ask::join, room.name))
    return pending_.limit(*pending, now_.steady + playback_time);
  announce(room);
}

void State::end_list(Room& room) {
  room.syncing_until = {};
  const auto named = std::exchange(room.listed_again, std::nullopt);
  if (!named) return;
  const std::string me = fold(nick_, isupport_.mapping());
  auto gone = room.people.take_if([&](const std::string& key) { return !named->contains(key) && key != me; });
  if (!room.announced) return;
  for (Person& person : gone)
    emit(legacy::OccupantLeft{room_chat(room.name), std::move(person.nick), legacy::Exit::left, {}, {}});
}

void State::resync(Room& room) {
  if (is_syncing(room)) return;
  room.syncing_until = now_.steady + sync_time;
  send(command_line("NAMES", {room.name}));
}

// The whole room at once, what was held back, then the Outcomes of those who wait for it.
void State::announce(Room& room) {
  if (!room.announced) plan_who(room);
  room.announced = room.asked = room.listed = true;
  legacy::Joined joined;
  joined.room = room_chat(room.name);
  joined.nick = nick_;
  joined.members.reserve(room.people.size());
  for (const auto& [key, entry] : room.people) joined.members.push_back(member(room, entry.value));
  joined.subject = room.subject;
  joined.traits = room.traits;
  std::vector<legacy::Event> live;
  std::vector<Said> arrived;
  for (auto& event : std::exchange(room.early, {})) {
    auto* const received = std::get_if<legacy::Received>(&event);
    if (received != nullptr) is_repeated(room, received->id);
    if (received != nullptr && speech_.is_in_doubt(room.name, *received, isupport_.mapping(), arrived)) continue;
    if (received != nullptr && received->when) {
      joined.history.push_back(std::move(*received));
    } else {
      live.push_back(std::move(event));
    }
  }
  emit(std::move(joined));
  for (auto& event : live) emit(std::move(event));
  for (Said& said : arrived) speech_.finish(std::move(said));
  if (Pending* const pending = find_pending(Ask::join, room.name)) return settle(*pending, legacy::Errc::none);
  finish_join(room, legacy::Errc::none, {});
}

void State::finish_join(Room& room, legacy::Errc error, const std::string& text) {
  const auto waiting = std::exchange(room.waiting, {});
  for (const legacy::Ref ref : waiting) emit(legacy::Outcome{ref, error, text, room.moved_to});
  if (error == legacy::Errc::none) return;
  // A lost connection is no reason to give up a room that we were in.
  if (room.asked && phase_ != Phase::online) return;
  const std::string name = room.name;
  if (room.joined) return;
  if (room.asked) emit(legacy::Left{room_chat(name), legacy::Left::Why::forced, text, {}, error, room.moved_to});
  rooms_.erase(name);
}

// By the network's rules this is the same room as one that is known already: who waits for it waits for that one.
void State::unite(Room& lost) {
  Room* const room = rooms_.find(lost.name);
  if (room == nullptr) return;
  const legacy::Errc error = lost.announced ? legacy::Errc::none : legacy::Errc::moved;
  if (lost.asked || lost.announced)
    emit(legacy::Left{
        room_chat(lost.name), legacy::Left::Why::forced, "it is " + room->name + " now", {}, error, room->name});
  room->asked = room->asked || lost.asked;
  room->waiting.insert(room->waiting.end(), lost.waiting.begin(), lost.waiting.end());
  bool first = true;
  pending_.remove_if([&](const Pending& each) {
    if (each.ask != Ask::join || !same(each.target, room->name)) return false;
    return !std::exchange(first, false);
  });
  if (room->listed && !lost.waiting.empty()) announce(*room);
}

void State::forget(const std::string& name) {
  give_up_join(name);
  rooms_.erase(name);
}

void State::give_up_join(std::string name) {
  constexpr auto text = "left before the join was done";
  if (Pending* const pending = find_pending(Ask::join, name)) settle(*pending, legacy::Errc::not_in_room, text);
  Room* const room = rooms_.find(name);
  if (room == nullptr) return;
  for (const legacy::Ref ref : std::exchange(room->waiting, {})) outcome(ref, legacy::Errc::not_in_room, text);
}

void State::announce_left(Room& room, legacy::Left left) {
  left.room = room_chat(room.name);
  if (room.announced || room.asked) emit(std::move(left));
  const std::string name = room.name;
  forget(name);
}

void State::remove_person(Room& room, const std::string& nick, legacy::OccupantLeft left) {
  std::optional<Person> person = room.people.take(nick);
  if (!person || !room.announced) return;
  left.room = room_chat(room.name);
  left.nick = std::move(person->nick);
  emit(std::move(left));
}

bool State::on_part(const Message& message) {
  Room* const room = rooms_.find(message.param(0));
  const std::string& nick = message.source.nick;
  Pending* const pending = is_me(nick) ? find_pending(Ask::part, message.param(0)) : nullptr;
  if (room == nullptr || !room->joined) {
    if (pending != nullptr) settle(*pending, legacy::Errc::none);
    return true;
  }
  const std::string reason = plain(message.param(1));
  if (!is_me(nick)) {
    remove_person(*room, nick, {{}, {}, legacy::Exit::left, reason, {}});
    return true;
  }
  const auto why = pending != nullptr ? legacy::Left::Why::asked : legacy::Left::Why::forced;
  announce_left(*room, {{}, why, reason, {}});
  if (pending != nullptr) settle(*pending, legacy::Errc::none);
  return true;
}

bool State::on_kick(const Message& message) {
  Room* const room = rooms_.find(message.param(0));
  if (room == nullptr || !room->joined) return true;
  const std::string nick = message.param(1);
  const std::string actor = message.source.nick;
  const std::string reason = plain(message.param(2));
  const bool is_ban =
      !actor.empty() && same(actor, room->banned_by) && now_.steady - room->banned_at < std::chrono::seconds(10);
  const std::string name = room->name;
  if (is_me(nick)) {
    const auto why = is_ban ? legacy::Left::Why::banned : legacy::Left::Why::kicked;
    announce_left(*room, {{}, why, reason, actor});
    return true;
  }
  remove_person(*room, nick, {{}, {}, is_ban ? legacy::Exit::banned : legacy::Exit::kicked, reason, actor});
  if (is_me(actor)) {
    if (Pending* const pending = find_pending(Ask::kick, name, nick)) settle(*pending, legacy::Errc::none);
    see_change(name, {'K', 'K', nick});
  }
  return true;
}

bool State::on_topic(const Message& message) {
  Room* const room = rooms_.find(message.param(0));
  if (room == nullptr || !room->joined) return true;
  room->subject = {plain(message.param(1)), message.source.nick, std::nullopt};
  if (room->announced) emit(legacy::Subject{room_chat(room->name), room->subject});
  if (!is_me(message.source.nick)) return true;
  if (Pending* const pending = find_pending(Ask::topic, room->name)) settle(*pending, legacy::Errc::none);
  return true;
}

bool State::on_topic_is(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr && is_leaving(message.param(1))) return true;
  if (room == nullptr || !room->joined) return false;
  const std::string text = plain(message.param(2));
  const bool is_news = room->announced && text != room->subject.text;
  if (is_news) room->subject = {};
  room->subject.text = text;
  if (is_news) emit(legacy::Subject{room_chat(room->name), room->subject});
  return !room->announced;
}

bool State::on_topic_who(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr && is_leaving(message.param(1))) return true;
  if (room == nullptr || !room->joined || room->announced) return false;
  room->subject.nick = Source::parse(message.param(2)).nick;
  room->subject.when = unix_time(message.param(3));
  return true;
}

bool State::on_no_topic(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr) return is_leaving(message.param(1));
  const bool is_news = room->announced && !room->subject.text.empty();
  if (room->joined) room->subject = {};
  if (is_news) emit(legacy::Subject{room_chat(room->name), room->subject});
  return !room->announced;
}

bool State::on_invite(const Message& message) {
  if (!is_me(message.param(0)) || !isupport_.is_channel(message.param(1))) return true;
  if (is_channel_name(message.param(1)))
    emit(legacy::Invited{room_chat(rooms_.spelling(message.param(1))), message.source.nick, {}});
  return true;
}

// 470: the JOIN of the other room follows by itself. What is left to do is that of any other refusal.
bool State::on_moved(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  const bool is_move =
      room != nullptr && !room->joined && isupport_.is_channel(message.param(2)) && is_channel_name(message.param(2));
  if (is_move) room->moved_to = message.param(2);
  return false;
}

bool State::on_inviting(const Message& message) {
  // Some servers swap the two.
  const bool swapped = isupport_.is_channel(message.param(1));
  Pending* const pending = find_pending(Ask::invite, message.param(swapped ? 1 : 2), message.param(swapped ? 2 : 1));
  if (pending == nullptr) return false;
  settle(*pending, legacy::Errc::none);
  return true;
}

}  // namespace irc

#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Affiliation;
using legacy::Errc;
using legacy::Role;

constexpr std::size_t large_room = 1000;
constexpr auto ranks_pause = std::chrono::minutes(1);

// Changes in IRC's words: "+mb-k *!*@host key".
class ModeWords {
 public:
  void add(const Want& change) {
    if (change.sign != sign_) letters_ += sign_ = change.sign;
    letters_ += change.letter;
    if (!change.parameter.empty()) parameters_ += " " + change.parameter;
  }
  std::string text() const { return strip_controls(letters_ + parameters_); }

 private:
  char sign_ = '\0';
  std::string letters_, parameters_;
};

}  // namespace

// One Occupant per person whose standing changed, and the rest of the line once in the network's words.
bool State::on_mode(const Message& message) {
  Room* const room = rooms_.find(message.param(0));
  if (room == nullptr) {
    if (is_me(message.param(0))) show_about_us(message);
    return true;
  }
  const std::string actor = message.source.nick;
  std::vector<std::string> changed;
  std::vector<Want> seen;
  ModeWords rest;
  std::size_t next = 2;
  char sign = '+';
  bool is_setup = false;
  legacy::Traits traits = room->traits;
  for (const char letter : message.param(1)) {
    if (letter == '+' || letter == '-') {
      sign = letter;
      continue;
    }
    const bool has_parameter = isupport_.takes_parameter(letter, sign == '+') && next < message.params.size();
    const std::string parameter = has_parameter ? message.params[next++] : std::string{};
    seen.push_back({sign, letter, parameter});
    is_setup = change_traits(*room, traits, seen.back()) || is_setup;
    if (letter == 'b' && sign == '+') {
      room->banned_by = actor;
      room->banned_at = now_.steady;
    }
    const bool is_rank = isupport_.is_prefix_letter(letter);
    if (!is_rank) rest.add(seen.back());
    Person* const person = is_rank ? room->people.find(parameter) : nullptr;
    if (person == nullptr) continue;
    std::erase(person->letters, letter);
    if (sign == '+') person->letters += letter;
    person->letters = sort_letters(isupport_, person->letters);
    if (std::find(changed.begin(), changed.end(), person->nick) == changed.end()) changed.push_back(person->nick);
    if (sign == '-' && may_hide_rank(letter, person->letters)) resync(*room);
  }
  for (const auto& nick : changed) tell(*room, *room->people.find(nick), actor);
  set_traits(*room, traits);
  const std::string what = rest.text();
  if (room->announced && !what.empty()) emit(legacy::RoomChanged{room_chat(room->name), what, actor, is_setup});
  if (!is_me(actor)) return true;
  const std::string name = room->name;
  for (const auto& want : seen) see_change(name, want);
  return true;
}

// Without multi-prefix only the highest rank is known: what may be below it has to be asked for.
bool State::may_hide_rank(char lost, std::string_view left) const {
  if (caps_.has("multi-prefix")) return false;
  const std::string& order = isupport_.prefix_letters();
  const auto next = left.empty() ? order.size() : order.find(left.front());
  return order.find(lost) + 1 < next;
}

// Everybody's rank is another, or theirs who have no letters. One line of the server's would be tens of thousands of
// events in a large room: there it is told once a minute at most.
void State::tell_ranks(Room& room, bool of_all) {
  if (room.people.size() > large_room) {
    room.ranks_due = std::max(now_.steady, room.ranks_told + ranks_pause);
    ranks_due_ = std::min(ranks_due_.value_or(*room.ranks_due), *room.ranks_due);
    return;
  }
  work_.visit(room, [this, of_all](const Room& room, const Person& person) {
    if (of_all || person.letters.empty()) tell(room, person);
    return true;
  });
}

void State::tell_late_ranks() {
  ranks_due_.reset();
  const auto tell_one = [this](const Room& room, const Person& person) {
    tell(room, person);
    return true;
  };
  for (auto& [key, entry] : rooms_) {
    Room& room = entry.value;
    if (!room.ranks_due) continue;
    if (now_.steady < *room.ranks_due) {
      ranks_due_ = std::min(ranks_due_.value_or(*room.ranks_due), *room.ranks_due);
      continue;
    }
    room.ranks_due.reset();
    room.ranks_told = now_.steady;
    work_.visit(room, tell_one);
  }
}

// PREFIX has changed.
void State::rank_anew() {
  const auto sort = [this](const Room&, Person& person) {
    person.letters = sort_letters(isupport_, person.letters);
    return true;
  };
  const auto tell_all = [this](Room& room) {
    tell_ranks(room, true);
    resync(room);
  };
  for (auto& [key, room] : rooms_) work_.visit(room.value, sort, tell_all);
}

// 324, the answer to the MODE that we send after a join. Asked for by the user, it is shown as well.
bool State::on_mode_is(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr) return is_leaving(message.param(1));
  legacy::Traits traits;
  std::size_t next = 3;
  for (const char letter : message.param(2)) {
    const bool has_parameter = isupport_.takes_parameter(letter, true) && next < message.params.size();
    change_traits(*room, traits, {'+', letter, has_parameter ? message.params[next++] : std::string{}});
  }
  set_traits(*room, traits);
  const bool is_ours = std::exchange(room->modes_asked, false);
  announce_when_due(*room);
  return is_ours;
}

// Moderation turns those without a standing into visitors, and its end turns them back.
void State::set_traits(Room& room, legacy::Traits traits) {
  const legacy::Traits before = std::exchange(room.traits, traits);
  if (room.announced && before != traits) emit(legacy::RoomTraits{room_chat(room.name), traits});
  if (before.moderated == traits.moderated) return;
  tell_ranks(room, false);
}

void State::set_standing(legacy::Ref ref, const legacy::SetStanding& request) {
  Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (request.affiliation.has_value() == request.role.has_value())
    return outcome(ref, Errc::bad_request, "either an affiliation or a role");
  if (!is_middle(request.nick) || request.nick.size() > max_name)
    return outcome(ref, Errc::bad_request, "not a nick: " + strip_controls(request.nick));
  if (request.role == Role::none) return handle(ref, legacy::Kick{request.room, request.nick, request.reason});
  if (request.affiliation == Affiliation::outcast) return set_ban(ref, request, *room);
  const Person* const person = room->people.find(request.nick);
  if (person == nullptr && request.affiliation == Affiliation::none) return remove_ban(ref, request, *room);
  if (person == nullptr) return outcome(ref, Errc::not_found, request.nick + " is not in " + room->name);
  const auto changes = request.affiliation
                           ? changes_for(isupport_, person->letters, *request.affiliation)
                           : changes_for(isupport_, person->letters, *request.role, room->traits.moderated);
  if (changes.empty()) {
    const bool impossible = request.role == Role::visitor && !room->traits.moderated;
    return outcome(ref, impossible ? Errc::not_allowed : Errc::none,
                   impossible ? "there are visitors only in a moderated channel (+m)" : "");
  }
  Pending& pending = await(Ask::mode, ref, room->name, person->nick);
  for (const auto& change : changes) pending.wants.push_back({change.sign, change.letter, person->nick});
  auto lines = mode_lines(isupport_, room->name, changes, person->nick);
  for (std::size_t i = 0; i + 1 < lines.size(); ++i) send(std::move(lines[i]));
  send_for(pending, std::move(lines.back()));
}

std::string State::ban_mask(const Room& room, const std::string& nick) const {
  if (nick.find_first_of("!@*?:$") != std::string::npos) return nick;
  const Person* const person = room.people.find(nick);
  if (person == nullptr) return nick + "!*@*";
  const std::string& account_ban = isupport_.value("ACCOUNTEXTBAN");
  const std::string& extban = isupport_.value("EXTBAN");
  if (!account_ban.empty() && !person->account.empty() && !extban.empty()) {
    const std::string name = account_ban.substr(0, account_ban.find(','));
    return extban.substr(0, extban.find(',')) + name + ":" + person->account;
  }
  const auto at = person->address.find('@');
  if (at == std::string::npos) return person->nick + "!*@*";
  // On our own host are all users of this gateway; there the name before it tells them apart.
  const std::string host = person->address.substr(at);
  const Person* const me = room.people.find(nick_);
  return me != nullptr && me->address.ends_with(host) ? "*!" + person->address : "*!*" + host;
}

// A ban, and for somebody who is there a kick.
void State::set_ban(legacy::Ref ref, const legacy::SetStanding& request, const Room& room) {
  const std::string mask = ban_mask(room, request.nick);
  const Person* const person = room.people.find(request.nick);
  Pending& pending = await(Ask::mode, ref, room.name, person != nullptr ? person->nick : mask);
  pending.wants.push_back({'+', 'b', mask});
  std::string ban = command_line("MODE", {room.name, "+b", mask});
  if (person == nullptr) return send_for(pending, std::move(ban));
  pending.wants.push_back({'K', 'K', person->nick});
  send(std::move(ban));
  send_for(pending, text_line("KICK", {room.name, person->nick}, reason_text(request.reason)));
}

void State::remove_ban(legacy::Ref ref, const legacy::SetStanding& request, const Room& room) {
  std::string mask = ban_mask(room, request.nick);
  // An address says it in small letters; the server may not.
  for (const legacy::Bans::Ban& ban : room.bans)
    if (same(ban.mask, mask)) mask = ban.mask;
  Pending& pending = await(Ask::mode, ref, room.name, mask);
  pending.wants.push_back({'-', 'b', mask});
  send_for(pending, command_line("MODE", {room.name, "-b", mask}));
}

// Something we may have asked for has happened.
void State::see_change(const std::string& channel, const Want& seen) {
  for (auto& pending : pending_) {
    if (pending.ask != Ask::mode || !same(pending.target, channel)) continue;
    const auto erased = std::erase_if(pending.wants, [&](const Want& want) {
      const bool is_same = want.parameter.empty() || same(want.parameter, seen.parameter);
      return want.sign == seen.sign && want.letter == seen.letter && is_same;
    });
    if (erased == 0) continue;
    if (pending.wants.empty()) settle(pending, Errc::none);
    return;
  }
}

}  // namespace irc

#include <algorithm>
#include <set>

#include "legacy/irc/names.hpp"
#include "legacy/irc/split.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

// "*.net *.split" or two host names: the words of a server that lost another one.
bool is_netsplit(std::string_view reason) {
  const auto space = reason.find(' ');
  if (space == reason.npos || reason.find(' ', space + 1) != reason.npos) return false;
  const auto is_host = [](std::string_view word) {
    const auto dot = word.find('.');
    return dot != word.npos && dot > 0 && dot + 1 < word.size() &&
           word.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-*") == word.npos;
  };
  return is_host(reason.substr(0, space)) && is_host(reason.substr(space + 1));
}

}  // namespace

legacy::Member State::member(const Room& room, const Person& person) const {
  const Standing rank = standing(isupport_, person.letters, room.traits.moderated);
  return {person.nick, rank.affiliation, rank.role,     person.address,    person.account,
          person.show, person.status,    person.is_bot, person.is_operator};
}

void State::tell(const Room& room, const Person& person, const std::string& actor) {
  if (room.announced) emit(legacy::Occupant{room_chat(room.name), member(room, person), actor});
}

// Applies `change` to the person in every room and tells where it made a difference.
void State::change_everywhere(const std::string& nick, const std::function<void(Person&)>& change) {
  for (auto& [key, room] : rooms_) {
    Person* const person = room.value.people.find(nick);
    if (person == nullptr) continue;
    const Person before = *person;
    change(*person);
    if (*person != before) tell(room.value, *person);
  }
}

void State::learn_address(const Source& source) {
  if (!source.address().empty()) address_ = source.address();
}

bool State::on_quit(const Message& message) {
  if (is_me(message.source.nick)) return true;
  const std::string reason = plain(message.param(0));
  const bool split = is_in_batch(message, "netsplit") || is_netsplit(reason);
  for (auto& [key, room] : rooms_)
    remove_person(room.value, message.source.nick,
                  {{}, {}, split ? legacy::Exit::netsplit : legacy::Exit::quit, reason, {}});
  note_present(message.source.nick, false);
  forget_profile(message.source.nick);
  return true;
}

// Whoever has that nick already, in the eyes of this room, is not there any more.
void State::make_room_for(const std::string& nick, const std::string& from) {
  if (same(nick, from)) return;
  for (auto& [key, room] : rooms_) {
    if (room.value.people.contains(from)) remove_person(room.value, nick, {{}, {}, legacy::Exit::quit, {}, {}});
  }
}

bool State::on_nick(const Message& message) {
  const std::string& to = message.param(0);
  if (!is_nick(to)) return true;
  const Pending* const labelled = find_label(label_of(message));
  // COMPAT(InspIRCd 3): the labelled echo of our own NICK comes from the new nick already.
  const bool own = is_me(message.source.nick) || (labelled != nullptr && labelled->ask == Ask::nick);
  const std::string from = own ? nick_ : message.source.nick;
  if (!own && is_me(to)) {
    // Nobody else can be us.
    for (auto& [key, room] : rooms_) remove_person(room.value, from, {{}, {}, legacy::Exit::quit, {}, {}});
    return true;
  }
  make_room_for(to, from);
  std::set<std::string> spellings;
  if (own) spellings.insert(nick_);
  for (auto& [key, room] : rooms_) {
    const Person* const person = room.value.people.find(from);
    if (person == nullptr) continue;
    spellings.insert(person->nick);
    room.value.people.rename(from, to);
    Person& renamed = *room.value.people.find(to);
    renamed.nick = to;
    renamed.list = room.value.list;
  }
  Pending* pending = own ? find_pending(Ask::nick, to) : nullptr;
  if (own && pending == nullptr) {
    // Some servers cut what is too long for them and say nothing.
    const auto cut = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) {
      return each.ask == Ask::nick && same(std::string_view(each.target).substr(0, to.size()), to);
    });
    if (cut != pending_.end()) pending = &*cut;
  }
  if (own) nick_ = to;
  if (own && pending != nullptr) identity_.nick = wish_ = to;  // also after the next reconnect
  for (const auto& spelling : spellings) emit(legacy::Renamed{spelling, to, own, pending != nullptr});
  forget_profile(from);
  if (!own && !same(from, to)) {
    note_present(from, false);
    note_present(to, true);
  }
  if (pending != nullptr) settle(*pending, legacy::Errc::none);
  if (own && same(nick_, wish_)) stop_watching_nick();
  return true;
}

// The network's rules have changed: of two whose names are one now, one is left.
void State::unite_people(Room& room) {
  work_.refold(room, isupport_.mapping(), [this](const Room& room, auto& kept, auto& lost) {
    if (lost.value.nick == nick_) std::swap(kept, lost);
    if (room.announced) emit(legacy::OccupantLeft{room_chat(room.name), lost.value.nick, legacy::Exit::quit, {}, {}});
  });
}

bool State::on_away(const Message& message) {
  const std::string& nick = message.source.nick;
  std::string status = plain(message.param(0));
  const auto show = status.empty() ? legacy::Show::available : legacy::Show::away;
  if (status == "*") status.clear();  // away without a word (IRCv3 pre-away)
  change_everywhere(nick, [&](Person& person) {
    person.show = show;
    person.status = status;
  });
  if (!is_me(nick) && is_nick(nick)) tell_show(nick, show, status);
  return true;
}

// 301: the answer to a message to somebody who is away, or a part of WHOIS.
bool State::on_peer_away(const Message& message) {
  if (!is_nick(message.param(1))) return false;
  if (!is_me(message.param(1))) tell_show(message.param(1), legacy::Show::away, plain(message.last()));
  return find_asked(Ask::whois, message.param(1), message) == nullptr || on_whois(message);
}

// 305 and 306: what became of our AWAY.
bool State::on_own_away(const Message& message) {
  const bool ours = away_asked_ > 0;
  if (ours) --away_asked_;
  is_away_ = message.command == "306";
  change_everywhere(nick_, [&](Person& person) {
    person.show = is_away_ ? legacy::Show::away : legacy::Show::available;
    if (ours || !is_away_) person.status = is_away_ ? away_text_ : std::string{};
  });
  return ours;  // to what the user typed it is shown
}

bool State::on_account(const Message& message) {
  const std::string account = message.param(0) == "*" ? std::string{} : message.param(0);
  change_everywhere(message.source.nick, [&](Person& person) { person.account = account; });
  return true;
}

bool State::on_chghost(const Message& message) {
  const std::string address = message.param(0) + "@" + message.param(1);
  if (is_me(message.source.nick)) address_ = address;
  change_everywhere(message.source.nick, [&](Person& person) { person.address = address; });
  return true;
}

// 396: our visible host, on some servers with the user name before it.
bool State::on_host_hidden(const Message& message) {
  const std::string& host = message.param(1);
  if (host.find('@') != std::string::npos) {
    address_ = host;
  } else if (const auto at = address_.find('@'); at != std::string::npos) {
    address_ = address_.substr(0, at + 1) + host;
  }
  show_about_us(message);
  return true;
}

// 381
bool State::on_operator(const Message&) {
  is_operator_ = true;
  change_everywhere(nick_, [](Person& person) { person.is_operator = true; });
  return false;
}

void State::send_away() {
  away_due_.reset();
  if (phase_ != Phase::online) return;
  if (presence_.show == legacy::Show::available) {
    if (!std::exchange(away_sent_, false)) return;
    ++away_asked_;
    return send("AWAY");
  }
  const std::string status = presence_.status.empty() ? "away" : presence_.status;
  const auto lines = split_lines(status);
  std::string text = cut_text(strip_controls(lines.empty() ? "away" : lines.front()), isupport_.number("AWAYLEN", 200));
  if (away_sent_ && text == away_text_) return;
  away_sent_ = true;
  ++away_asked_;
  away_text_ = std::move(text);
  if (is_detached_ && caps_.has("draft/pre-away")) return send("AWAY *");
  send(text_line("AWAY", {}, away_text_));
}

}  // namespace irc

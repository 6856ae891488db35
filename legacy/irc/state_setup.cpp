// How a channel is set up: its modes but for people's, and the list of bans.
#include <algorithm>
#include <charconv>
#include <cstdlib>

#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::Errc;

constexpr std::size_t max_bans = 2000;
constexpr std::size_t max_changes = 50;

// Which trait a channel mode stands for (the letters are RFC 2811's).
bool* flag_of(legacy::Traits& traits, char letter) {
  switch (letter) {
    case 'm': return &traits.moderated;
    case 'i': return &traits.members_only;
    case 'k': return &traits.password;
    case 't': return &traits.topic_locked;
    default: return nullptr;
  }
}

bool is_letter(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z');
}

bool is_hiding(char letter) {
  return letter == 's' || letter == 'p';
}

std::optional<base::WallTime> set_at(const std::string& text) {
  constexpr long long last = 7'258'118'400;  // the year 2200
  long long seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc{} || end != text.data() + text.size() || seconds <= 0 || seconds > last) return std::nullopt;
  return base::WallTime{std::chrono::seconds(seconds)};
}

}  // namespace

// Neither a list nor a rank, and without a parameter.
bool State::is_plain_mode(char letter) const {
  return is_letter(letter) && !isupport_.is_prefix_letter(letter) && !isupport_.takes_parameter(letter, true);
}

bool State::change_traits(Room& room, legacy::Traits& traits, const Want& change) const {
  const bool on = change.sign == '+';
  if (is_plain_mode(change.letter)) {
    std::erase(traits.modes, change.letter);
    if (on) traits.modes += change.letter;
    std::erase(traits.modes, '+');
    std::sort(traits.modes.begin(), traits.modes.end());
    if (!traits.modes.empty()) traits.modes = '+' + traits.modes;
  }
  if (change.letter == 'k') room.key = on && change.parameter != "*" ? change.parameter : on ? room.key : std::string{};
  if (is_hiding(change.letter)) {
    traits.hidden = traits.modes.find_first_of("sp") != traits.modes.npos;
    return true;
  }
  if (change.letter == 'l') {
    const unsigned long limit = on ? std::strtoul(change.parameter.c_str(), nullptr, 10) : 0;
    traits.limit = static_cast<std::uint32_t>(std::min<unsigned long>(limit, 10'000'000));
    return true;
  }
  bool* const flag = flag_of(traits, change.letter);
  if (flag != nullptr) *flag = on;
  return flag != nullptr;
}

std::string State::check_setup(const legacy::SetUp& request) const {
  const std::string& key = request.password.value_or("");
  const bool key_ok = key.empty() || (is_middle(key) && key.size() <= max_name && key.find(',') == key.npos);
  if (!key_ok) return "the room's password can't be sent over IRC: no spaces, no commas";
  const std::string& modes = request.modes.value_or("");
  if (modes.size() > 300 || strip_controls(modes) != modes) return "the modes are one line of at most 300 bytes";
  const bool has_sign = modes.starts_with('+') || modes.starts_with('-');
  if (!modes.empty() && (!has_sign || modes.find(" :") != modes.npos))
    return "the modes begin with + or -, and no parameter with a colon";
  return {};
}

// "+nt": the whole set. With a minus or a parameter: changes as they are typed after MODE.
std::vector<Want> State::raw_changes(const legacy::Traits& traits, const std::string& text) const {
  std::vector<std::string> words;
  for (std::size_t start = 0; start < text.size();) {
    const auto end = std::min(text.find(' ', start), text.size());
    if (end > start) words.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  const std::string letters = words.empty() ? std::string{} : words.front();
  const bool is_whole = words.size() <= 1 && letters.find('-') == letters.npos;
  std::vector<Want> changes;
  std::size_t next = 1;
  char sign = '+';
  for (const char letter : letters) {
    if (letter == '+' || letter == '-') sign = letter;
    if (!is_letter(letter)) continue;
    if (is_whole && traits.modes.find(letter) != traits.modes.npos) continue;
    const bool has_parameter = isupport_.takes_parameter(letter, sign == '+') && next < words.size();
    changes.push_back({sign, letter, has_parameter ? words[next++] : std::string{}});
  }
  if (!is_whole) return changes;
  for (const char letter : traits.modes)
    if (letter != '+' && letters.find(letter) == letters.npos) changes.push_back({'-', letter, {}});
  return changes;
}

std::vector<Want> State::setup_changes(const Room& room, const legacy::SetUp& request) const {
  std::vector<Want> changes = request.modes ? raw_changes(room.traits, *request.modes) : std::vector<Want>{};
  const auto put = [&](char sign, char letter, const std::string& parameter = {}) {
    std::erase_if(changes, [&](const Want& other) { return other.letter == letter; });
    changes.push_back({sign, letter, parameter});
  };
  const auto flag = [&](const std::optional<bool>& wanted, bool now, char letter) {
    if (wanted && *wanted != now) put(*wanted ? '+' : '-', letter);
  };
  flag(request.moderated, room.traits.moderated, 'm');
  flag(request.members_only, room.traits.members_only, 'i');
  flag(request.topic_locked, room.traits.topic_locked, 't');
  if (request.hidden && *request.hidden && !room.traits.hidden) put('+', 's');
  for (const char letter : room.traits.modes)
    if (request.hidden && !*request.hidden && is_hiding(letter)) put('-', letter);
  if (request.limit && *request.limit != room.traits.limit) {
    *request.limit == 0 ? put('-', 'l') : put('+', 'l', std::to_string(*request.limit));
  }
  if (request.password && !request.password->empty()) {
    // Many servers change no key that is set.
    if (!room.key.empty() && room.traits.password) put('-', 'k', room.key);
    changes.push_back({'+', 'k', *request.password});
  }
  if (request.password && request.password->empty() && room.traits.password)
    put('-', 'k', room.key.empty() ? "*" : room.key);
  return changes;
}

void State::send_changes(legacy::Ref ref, const Room& room, const std::vector<Want>& changes) {
  Pending& pending = await(Ask::mode, ref, room.name);
  pending.wants = changes;
  // The server says the key and the mask in its own way.
  for (Want& want : pending.wants) want.parameter.clear();
  const std::size_t limit = std::max<std::size_t>(std::min(isupport_.modes(), max_changes), 1);
  for (std::size_t at = 0; at < changes.size(); at += limit) {
    const std::size_t end = std::min(at + limit, changes.size());
    std::string letters;
    std::vector<std::string> params{room.name, {}};
    char sign = 0;
    for (std::size_t i = at; i < end; ++i) {
      if (changes[i].sign != sign) letters += sign = changes[i].sign;
      letters += changes[i].letter;
      if (!changes[i].parameter.empty()) params.push_back(changes[i].parameter);
    }
    params[1] = std::move(letters);
    std::string line = command_line("MODE", std::move(params));
    end == changes.size() ? send_for(pending, std::move(line)) : send(std::move(line));
  }
}

void State::handle(legacy::Ref ref, const legacy::SetUp& request) {
  const Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (const std::string problem = check_setup(request); !problem.empty())
    return outcome(ref, Errc::bad_request, problem);
  const std::vector<Want> changes = setup_changes(*room, request);
  if (changes.size() > max_changes) return outcome(ref, Errc::bad_request, "too many changes at once");
  if (changes.empty()) return outcome(ref, Errc::none);
  send_changes(ref, *room, changes);
}

void State::handle(legacy::Ref ref, const legacy::ListBans& request) {
  Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (find_pending(Ask::mode, room->name, bans_subject) != nullptr)
    return outcome(ref, Errc::busy, "the list is being asked for already");
  room->bans.clear();
  send_for(await(Ask::mode, ref, room->name, std::string(bans_subject)), command_line("MODE", {room->name, "b"}));
}

bool State::on_ban_entry(const Message& message) {
  Room* const room = rooms_.find(message.param(1));
  if (room == nullptr || find_pending(Ask::mode, room->name, bans_subject) == nullptr) return false;
  if (room->bans.size() >= max_bans) return true;
  const std::string by = message.params.size() > 3 ? Source::parse(message.param(3)).nick : std::string{};
  room->bans.push_back({plain(message.param(2)), plain(by), set_at(message.param(4))});
  return true;
}

bool State::on_ban_end(const Message& message) {
  Pending* const pending = find_pending(Ask::mode, message.param(1), bans_subject);
  if (pending != nullptr) end_ban_list(*pending);
  return pending != nullptr;
}

void State::end_ban_list(Pending& pending) {
  if (const Room* const room = rooms_.find(pending.target)) emit(legacy::Bans{pending.ref, room->bans});
  settle(pending, Errc::none);
}

// 697: a list has that entry already; 698: it has no such entry. So is what was wanted.
bool State::on_list_as_wished(const Message& message) {
  if (message.param(3).empty()) return false;
  const char sign = message.command == "697" ? '+' : '-';
  return see_change(message.param(1), {sign, message.param(3).front(), message.param(2)});
}

// What only those hear who have @ (STATUSMSG).
void State::handle(legacy::Ref ref, const legacy::RequestVoice& request) {
  const Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (isupport_.value("STATUSMSG").find('@') == std::string::npos)
    return outcome(ref, Errc::unsupported, "this network can't tell only those who lead a channel");
  send(text_line("PRIVMSG", {"@" + room->name}, "\001ACTION asks for voice\001"));
  outcome(ref, Errc::none);
}

}  // namespace irc

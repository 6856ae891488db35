#include <algorithm>
#include <ctime>

#include "legacy/irc/codes.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr auto old_age = std::chrono::seconds(30);  // what is older than this carries its time
constexpr std::size_t max_early = 100;
constexpr std::size_t max_ids = 200;  // per room; more than servers repeat

// "2026-04-27T10:11:12.345Z"; a leap second becomes the one before it.
std::optional<base::WallTime> parse_time(const std::string& text) {
  std::tm parts{};
  int milliseconds = 0;
  const int found = std::sscanf(text.c_str(), "%4d-%2d-%2dT%2d:%2d:%2d.%3d", &parts.tm_year, &parts.tm_mon,
                                &parts.tm_mday, &parts.tm_hour, &parts.tm_min, &parts.tm_sec, &milliseconds);
  if (found < 6 || text.back() != 'Z') return std::nullopt;
  using namespace std::chrono;
  const year_month_day day{year{parts.tm_year}, month{static_cast<unsigned>(parts.tm_mon)},
                           std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
  const bool countable = parts.tm_year >= 1970 && parts.tm_year <= 2200;  // in nanoseconds
  const bool sane = countable && day.ok() && parts.tm_hour >= 0 && parts.tm_hour < 24 && parts.tm_min >= 0 &&
                    parts.tm_min < 60 && parts.tm_sec >= 0 && parts.tm_sec <= 60 && milliseconds >= 0;
  if (!sane) return std::nullopt;
  return sys_days{day} + hours{parts.tm_hour} + minutes{parts.tm_min} + seconds{std::min(parts.tm_sec, 59)} +
         std::chrono::milliseconds{milliseconds};
}

void make_action(legacy::Received& received) {
  constexpr std::string_view start = "/me ";
  received.text.insert(0, start);
  for (legacy::Span& span : received.spans) span.start += start.size(), span.end += start.size();
}

bool is_played_back(const legacy::Event& event) {
  const auto* const received = std::get_if<legacy::Received>(&event);
  return received != nullptr && received->when;
}

// What is played back goes before what is said now.
void drop_earliest(std::vector<legacy::Event>& early) {
  const auto old = std::find_if(early.begin(), early.end(), is_played_back);
  early.erase(old == early.end() ? early.begin() : old);
}

}  // namespace

bool State::on_privmsg(const Message& message) {
  return on_text(message, legacy::Flavor::normal);
}
bool State::on_notice(const Message& message) {
  answer_nickserv(message);
  return on_text(message, legacy::Flavor::notice);
}

bool State::on_text(const Message& message, legacy::Flavor flavor) {
  const Source& source = message.source;
  const bool from_server = source.nick.empty() || source.is_server() || phase_ != Phase::online;
  const std::string& raw = message.param(1);
  const auto ctcp = parse_ctcp(raw);
  const bool is_action = ctcp && ctcp->command == "ACTION";
  legacy::Received received;
  Styled said = read_codes(is_action ? ctcp->text : raw);
  received.text = std::move(said.text);
  received.spans = std::move(said.spans);
  if (is_action) make_action(received);
  received.flavor = flavor;
  received.id = message.tag("msgid").size() <= 256 ? strip_controls(message.tag("msgid")) : std::string{};
  received.when = said_at(message);
  received.address = source.address();
  if (is_me(source.nick) && !from_server) {
    if (ctcp && !is_action) return true;
    return on_echo(message, std::move(received));
  }
  if (ctcp && !is_action) {
    if (from_server) return true;
    if (flavor == legacy::Flavor::normal) return on_ctcp(message, *ctcp);
    on_ctcp_answer(source.nick, *ctcp);
    return true;
  }
  if (received.text.empty()) return true;
  if (from_server && !isupport_.is_channel(isupport_.without_status(message.param(0)))) {
    const legacy::Ref asked = asker(message);
    if (asked != 0 || !greeting_.hides_asides(now_.steady)) say_to_user(received.text, flavor, asked);
    return true;
  }
  deliver(message, std::move(received));
  return true;
}

// To a room that we are in, or from a person to us.
void State::deliver(const Message& message, legacy::Received&& received) {
  const std::string target(isupport_.without_status(message.param(0)));
  const std::string& nick = message.source.nick;
  if (!isupport_.is_channel(target)) {
    if (!is_nick(nick)) return say_to_user(received.text, received.flavor);
    received.chat = {legacy::ChatKind::person, nick};
    return emit(std::move(received));
  }
  Room* const room = rooms_.find(target);
  if (room == nullptr || !room->joined) return;
  received.chat = room_chat(room->name);
  received.nick = nick;
  if (!room->announced) return hold(*room, std::move(received));
  if (is_repeated(*room, received.id)) return;
  if (!received.own) return emit(std::move(received));
  std::vector<Said> arrived;
  if (!speech_.is_in_doubt(room->name, received, isupport_.mapping(), arrived)) return emit(std::move(received));
  for (Said& said : arrived) speech_.finish(std::move(said));
}

// Until the room is announced. Of what is played back everything up to the last known text is known, however much of
// that we remember.
void State::hold(Room& room, legacy::Received&& received) {
  plays_back_ = plays_back_ || received.when;
  std::vector<legacy::Event>& early = room.early;
  const std::string& id = received.id;
  const auto is_same = [&id](const legacy::Event& event) {
    const auto* const other = std::get_if<legacy::Received>(&event);
    return other != nullptr && other->id == id;
  };
  if (!id.empty() && std::find(room.ids.begin(), room.ids.end(), id) != room.ids.end()) {
    std::erase_if(early, is_played_back);
    return;
  }
  if (!id.empty() && std::any_of(early.begin(), early.end(), is_same)) return;
  if (early.size() >= max_early) drop_earliest(early);
  early.emplace_back(std::move(received));
}

// Whether a message with this id was delivered already; notes the id.
bool State::is_repeated(Room& room, const std::string& id) const {
  if (id.empty()) return false;
  if (std::find(room.ids.begin(), room.ids.end(), id) != room.ids.end()) return true;
  if (room.ids.size() >= max_ids) room.ids.pop_front();
  room.ids.push_back(id);
  return false;
}

// Our own words from the server: the confirmation of a piece, or said by another session of ours.
bool State::on_echo(const Message& message, legacy::Received received) {
  learn_address(message.source);
  const std::string target(isupport_.without_status(message.param(0)));
  Pending* pending = find_label(label_of(message));
  if (pending == nullptr && label_of(message).empty()) {
    const auto found = std::find_if(pending_.begin(), pending_.end(), [&](const Pending& each) {
      return each.confirm == Confirm::echo && each.ask == Ask::text && same(each.target, message.param(0));
    });
    pending = found == pending_.end() ? nullptr : &*found;
  }
  if (pending != nullptr && pending->ask == Ask::text) {
    speech_.note_id(pending->line, received.id);
    if (Room* const room = rooms_.find(target)) is_repeated(*room, received.id);
    settle(*pending, legacy::Errc::none);
    return true;
  }
  received.own = true;
  if (isupport_.is_channel(target)) {
    deliver(message, std::move(received));
  } else if (is_me(target)) {
    received.own = false;  // to ourselves: this is the copy that arrives
    deliver(message, std::move(received));
  } else if (is_nick(target)) {
    received.chat = {legacy::ChatKind::person, target};
    emit(std::move(received));
  }
  return true;
}

// A request by CTCP. Only to us, never to a channel, and never more often than the limit allows.
bool State::on_ctcp(const Message& message, const Ctcp& ctcp) {
  const std::string& nick = message.source.nick;
  if (!is_me(message.param(0)) || !is_nick(nick)) return true;
  if (ctcp.command == "DCC")
    say_to_user(nick + " offers you " + plain(describe_dcc(ctcp.text)) +
                " over a direct connection (DCC), which wherry does not do. Please ask for another way.");
  const auto answer = ctcp_answer(ctcp, now_.wall);
  if (answer && ctcp_limit_.take(now_.steady))
    send(text_line("NOTICE", {nick}, format_ctcp(answer->command, answer->text)));
  return true;
}

std::optional<base::WallTime> State::said_at(const Message& message) const {
  const std::string text = message.tag("time");
  const auto time = text.empty() ? std::nullopt : parse_time(text);
  const bool is_old = time && now_.wall - *time > old_age;
  return is_old || is_in_batch(message, "chathistory") ? time : std::nullopt;
}

void State::say_to_user(const std::string& text, legacy::Flavor flavor, legacy::Ref asked) {
  legacy::Received received;
  received.chat = {legacy::ChatKind::network, identity_.network};
  received.text = text;
  received.flavor = flavor;
  received.ref = asked;
  emit(std::move(received));
}

}  // namespace irc

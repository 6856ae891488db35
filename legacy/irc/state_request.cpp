#include <algorithm>

#include "legacy/irc/names.hpp"
#include "legacy/irc/split.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

using legacy::ChatKind;
using legacy::Errc;

constexpr auto away_delay = std::chrono::seconds(2);  // presence flaps when clients come and go
constexpr auto held_time = std::chrono::seconds(60);  // how long a join waits for a connection
constexpr std::size_t max_rooms = 500;
constexpr std::size_t max_listing = 20000;

// InspIRCd puts the modes before the topic: "[+nt] topic".
std::string listed_topic(const std::string& topic) {
  const auto end = topic.starts_with("[+") ? topic.find(']') : topic.npos;
  if (end == topic.npos) return topic;
  return topic.substr(std::min(topic.find_first_not_of(' ', end + 1), topic.size()));
}

std::string one_line(std::string_view text) {
  std::string out;
  for (const auto& line : split_lines(text)) out += (out.empty() ? "" : " ") + line;
  return out;
}

// What differs in more than the case of ASCII letters is two rooms for everybody but the network.
bool is_same_address(std::string_view a, std::string_view b) {
  return same(a, b, CaseMapping::ascii);
}

}  // namespace

std::string State::reason_text(std::string_view reason) const {
  return cut_text(one_line(reason), std::min<std::size_t>(isupport_.number("KICKLEN", 200), 300));
}

void State::submit(legacy::Ref ref, const legacy::Request& request, const Now& now) {
  now_ = now;
  std::visit([&](const auto& each) { handle(ref, each); }, request);
}

// The room when we are in it; else the failure is told.
Room* State::joined_room(legacy::Ref ref, const legacy::Chat& chat) {
  if (phase_ != Phase::online) {
    outcome(ref, Errc::disconnected, "not connected to " + identity_.network);
    return nullptr;
  }
  Room* const room = chat.kind == ChatKind::room ? rooms_.find(chat.id) : nullptr;
  if (room != nullptr && room->joined) return room;
  outcome(ref, Errc::not_in_room, "not in " + strip_controls(chat.id));
  return nullptr;
}

void State::handle(legacy::Ref ref, const legacy::SendText& request) {
  if (phase_ != Phase::online) return outcome(ref, Errc::disconnected, "not connected to " + identity_.network);
  if (request.to.kind == ChatKind::network) return say_raw(ref, request.text);
  if (request.to.kind == ChatKind::person) {
    if (!is_nick(request.to.id, isupport_.channel_types(), isupport_.prefix_signs()))
      return outcome(ref, Errc::bad_address, "not a nick: " + strip_controls(request.to.id));
    return say(ref, request.to, request);
  }
  const Room* const room = joined_room(ref, request.to);
  if (room == nullptr) return;
  if (request.text.starts_with("/mode ")) {
    const auto lines = split_lines(request.text);
    if (lines.size() > 1) return outcome(ref, Errc::bad_request, "only one /mode in one message, and nothing else");
    return set_modes_by_hand(ref, *room, lines.front());
  }
  say(ref, room_chat(room->name), request);
}

void State::handle(legacy::Ref ref, const legacy::Join& request) {
  const std::string& name = request.room.id;
  const bool is_channel = phase_ == Phase::online
                              ? isupport_.is_channel(name)
                              : std::string_view("#&+!").find(name.substr(0, 1)) != std::string_view::npos;
  if (!is_channel || !is_channel_name(name))
    return outcome(ref, Errc::bad_address, "not a channel: " + strip_controls(name));
  const bool key_ok = request.key.empty() || (is_middle(request.key) && request.key.size() <= max_name &&
                                              request.key.find(',') == std::string::npos);
  if (!key_ok) return outcome(ref, Errc::bad_request, "the room's password can't be sent over IRC");
  if (wish_.empty()) wish_ = make_nick(request.nick, 30);
  Room* room = rooms_.find(name);
  if (room == nullptr && rooms_.size() >= max_rooms) return outcome(ref, Errc::too_many_rooms, "too many rooms");
  if (room == nullptr) {
    room = &rooms_.insert(name);
    room->name = name;
  }
  // Open already under another spelling: it stays as it is.
  if (room->announced && !is_same_address(room->name, name)) return outcome(ref, Errc::none);
  if (!request.key.empty()) room->key = request.key;
  room->waiting.push_back(ref);
  if (room->listed) return announce(*room);  // there already, or put there by force
  if (find_pending(Ask::join, room->name) != nullptr) return;
  pending_.limit(await(Ask::join, 0, room->name), now_.steady + held_time);
  if (may_join() && !room->joined) send_join(*room);
}

void State::handle(legacy::Ref ref, const legacy::Leave& request) {
  Room* const room = request.room.kind == ChatKind::room ? rooms_.find(request.room.id) : nullptr;
  // Of another spelling, nobody has been in; who is in the room stays.
  if (room == nullptr || !is_same_address(room->name, request.room.id)) return outcome(ref, Errc::none);
  if (phase_ != Phase::online || !room->joined) {
    const std::string name = room->name;
    const bool asked = phase_ == Phase::online;
    forget(name);
    if (!asked) return outcome(ref, Errc::none);
    // A JOIN may be under way; the server is told to forget it too.
    return send_for(await(Ask::part, ref, name), text_line("PART", {name}, reason_text(request.reason)));
  }
  room->asked = false;
  if (!room->announced) give_up_join(room->name);
  send_for(await(Ask::part, ref, room->name), text_line("PART", {room->name}, reason_text(request.reason)));
}

void State::handle(legacy::Ref ref, const legacy::SetPresence& request) {
  presence_ = request;
  is_detached_ = presence_.show == legacy::Show::unavailable;
  if (presence_.show == legacy::Show::unavailable) {
    presence_.show = legacy::Show::away;
    if (presence_.status.empty()) presence_.status = "detached";
  }
  if (phase_ == Phase::online && !away_due_) away_due_ = now_.steady + away_delay;
  outcome(ref, Errc::none);
}

void State::handle(legacy::Ref ref, const legacy::SetSubject& request) {
  const Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  const std::size_t length = std::min(isupport_.number("TOPICLEN", 300), payload("TOPIC", room->name));
  const std::string topic = cut_text(strip_controls(one_line(request.text)), length);
  if (topic == room->subject.text) return outcome(ref, Errc::none);  // servers say nothing when nothing changes
  send_for(await(Ask::topic, ref, room->name), text_line("TOPIC", {room->name}, topic));
}

void State::handle(legacy::Ref ref, const legacy::ChangeNick& request) {
  if (!is_nick(request.nick, isupport_.channel_types(), isupport_.prefix_signs()))
    return outcome(ref, Errc::nick_invalid, "not a nick on IRC: " + strip_controls(request.nick));
  if (phase_ != Phase::online) return outcome(ref, Errc::disconnected, "not connected to " + identity_.network);
  if (request.nick == nick_) return outcome(ref, Errc::none);
  send_for(await(Ask::nick, ref, request.nick), command_line("NICK", {request.nick}));
}

void State::handle(legacy::Ref ref, const legacy::Kick& request) {
  const Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (!is_middle(request.nick)) return outcome(ref, Errc::bad_request, "not a nick: " + strip_controls(request.nick));
  const Person* const person = room->people.find(request.nick);
  if (person == nullptr) return outcome(ref, Errc::not_found, request.nick + " is not in " + room->name);
  send_for(await(Ask::kick, ref, room->name, person->nick),
           text_line("KICK", {room->name, person->nick}, reason_text(request.reason)));
}

void State::handle(legacy::Ref ref, const legacy::SetStanding& request) {
  set_standing(ref, request);
}

void State::handle(legacy::Ref ref, const legacy::Invite& request) {
  const Room* const room = joined_room(ref, request.room);
  if (room == nullptr) return;
  if (!is_nick(request.nick)) return outcome(ref, Errc::bad_request, "not a nick: " + strip_controls(request.nick));
  send_for(await(Ask::invite, ref, room->name, request.nick), command_line("INVITE", {request.nick, room->name}));
}

void State::handle(legacy::Ref ref, const legacy::ListRooms&) {
  if (phase_ != Phase::online) return outcome(ref, Errc::disconnected, "not connected to " + identity_.network);
  const bool is_asked =
      std::any_of(pending_.begin(), pending_.end(), [](const auto& each) { return each.ask == Ask::list; });
  Pending& pending = await(Ask::list, ref, {});
  if (is_asked) return;  // the list under way serves this one too
  listing_.clear();
  send_for(pending, "LIST");
}

bool State::on_list_entry(const Message& message) {
  if (listing_.size() >= max_listing || !isupport_.is_channel(message.param(1))) return true;
  const auto users = std::strtoul(message.param(2).c_str(), nullptr, 10);
  const std::string topic = message.params.size() > 3 ? plain(listed_topic(message.param(3))) : std::string{};
  listing_.push_back({message.param(1), static_cast<std::uint32_t>(std::min<unsigned long>(users, 10'000'000)), topic});
  return true;
}

bool State::on_list_end(const Message&) {
  const auto rooms = std::exchange(listing_, {});
  for (auto next = pending_.begin(); next != pending_.end();) {
    Pending& pending = *next++;
    if (pending.ask != Ask::list) continue;
    if (pending.ref != 0) emit(legacy::Rooms{pending.ref, rooms});
    settle(pending, Errc::none);
  }
  return true;
}

// Durable events are for networks that keep messages; IRC has none.
void State::handle(legacy::Ref ref, const legacy::SendCode&) {
  outcome(ref, Errc::unsupported);
}

void State::handle(legacy::Ref ref, const legacy::Taken&) {
  outcome(ref, Errc::none);
}

void State::handle(legacy::Ref ref, const legacy::Close& request) {
  farewell_ = reason_text(request.reason);
  outcome(ref, Errc::none);
}

std::string State::farewell_text() const {
  const std::string said = farewell_.value_or("");
  return said.empty() ? reason_text(identity_.quit_message) : said;
}

}  // namespace irc

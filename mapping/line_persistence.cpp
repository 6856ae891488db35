// Rooms that stay joined with nobody in them: kept until the user takes the mark back, or the network puts us out.
#include <algorithm>
#include <array>

#include "mapping/errors.hpp"
#include "mapping/hope.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Jid;

namespace {

constexpr auto pause = std::chrono::minutes(5);  // between attempts
// For clients, which look after a room every quarter of an hour.
constexpr auto time_to_return = std::chrono::minutes(30);

// The connection is at fault and not the room, or it will be tried again before anybody misses it.
bool is_quiet(legacy::Errc error) {
  using legacy::Errc;
  constexpr std::array quiet{Errc::disconnected, Errc::unreachable_host, Errc::rejected_login, Errc::barred};
  return hope_after(error) == Hope::soon || std::find(quiet.begin(), quiet.end(), error) != quiet.end();
}

std::string removal_text(const std::string& room, const legacy::Left& event) {
  std::string text = "You were removed from " + room;
  if (event.why == legacy::Left::Why::kicked) text = "You were kicked from " + room;
  if (event.why == legacy::Left::Why::banned) text = "You were banned from " + room;
  if (!event.actor.empty()) text += " by " + event.actor;
  if (!event.reason.empty()) text += " (" + event.reason + ")";
  return text + ". It is not joined again by itself; join it when you want it back.";
}

}  // namespace

void Line::stay_in(const Jid& jid, const Address& to, const std::string& nick, const std::string& key) {
  if (find(jid)) return;
  Room& room = room_for(jid, to.chat);
  room.set_key(key);
  if (wanted_nick_.empty()) wanted_nick_ = nick;
  recall(room);
  submit_join(room, nick, key);
}

void Line::vacate(Room& room, std::string reason) {
  if (!owner_.settings_of(*this, room.jid()).is_persistent) request_leave(room, std::move(reason));
}

void Line::await_clients() {
  claims_.expires_after(time_to_return);
  claims_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (!cancelled && alive.lock()) leave_unclaimed();
  });
}

void Line::leave_unclaimed() {
  std::vector<Room*> unclaimed;
  for (auto& [key, room] : rooms_) {
    if (!room.is_joined() || !room.has_lost()) continue;
    room.forget_lost();
    if (room.is_empty() && !owner_.settings_of(*this, room.jid()).is_persistent) unclaimed.push_back(&room);
  }
  std::string names;
  for (Room* const room : unclaimed) {
    names += (names.empty() ? "" : ", ") + room->chat().id;
    request_leave(*room, {});
  }
  if (!names.empty()) announcer_.news("Left " + names + ": no client has come back since the connection was lost.");
}

void Line::note_joined(const Room& room) {
  if (!room.is_joined()) return;
  announcer_.settled(room.chat().id);
  if (owner_.settings_of(*this, room.jid()).is_persistent) owner_.keep_room(*this, room);
}

void Line::want_nick(std::string_view nick) {
  wanted_nick_ = nick;
  for (const auto& [key, room] : rooms_) note_joined(room);
}

void Line::note_removed(const Room& room, const legacy::Left& event, bool is_seen) {
  expect_return(room, event.error);
  if (is_seen || event.why == legacy::Left::Why::asked) return;
  if (event.error == legacy::Errc::none) {
    announcer_.must_know(room.chat().id, removal_text(room.chat().id, event));
  } else if (room.waiting().empty()) {  // who waits for it gets the error
    tell_failed(room, event.error, event.reason);
  }
}

void Line::expect_return(const Room& room, legacy::Errc error) {
  const Hope hope = hope_after(error);
  if (hope == Hope::none) owner_.forget_room(*this, room.jid());
  if (hope != Hope::soon || return_ || !owner_.keeps_rooms(*this)) return;
  return_ = std::make_unique<base::Timer>(services_.executor, pause);
  return_->async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& failed) {
    if (failed || !alive.lock()) return;
    return_.reset();
    if (is_online()) owner_.go_back(*this);
  });
}

// True: it was joined for nobody, and has to be forgotten for now.
bool Line::note_failed(const Room& room, const legacy::Outcome& outcome) {
  if (room.is_joined() || !room.is_empty()) return false;
  expect_return(room, outcome.error);
  tell_failed(room, outcome.error, outcome.text);
  return true;
}

void Line::tell_failed(const Room& room, legacy::Errc error, const std::string& why) {
  if (is_quiet(error)) return;
  std::string text = "Could not go back to " + room.chat().id + ": " + to_stanza_error(error, why).text;
  const bool is_kept = owner_.settings_of(*this, room.jid()).is_persistent;
  if (is_kept && hope_after(error) == Hope::next_connection) text += " (it is tried again with the next connection)";
  announcer_.must_know(room.chat().id, text);
}

void Line::review_rooms() {
  std::vector<Room*> unwanted;
  for (auto& [key, room] : rooms_) {
    const RoomSettings settings = owner_.settings_of(*this, room.jid());
    room.set_recorded(settings.record_history);
    if (!settings.is_persistent) owner_.forget_room(*this, room.jid());
    if (settings.is_persistent && room.is_joined()) owner_.keep_room(*this, room);
    if (!settings.is_persistent && room.is_empty()) unwanted.push_back(&room);
  }
  for (Room* const room : unwanted) request_leave(*room, {});
  close_when_unused();
}

}  // namespace mapping

// Rooms that stay joined with nobody in them: kept until the user takes the mark back, or the network puts us out.
#include <algorithm>
#include <array>

#include "mapping/errors.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Jid;

namespace {

// Another time may go better.
bool may_pass(legacy::Errc error) {
  using legacy::Errc;
  constexpr std::array passing{Errc::timeout,        Errc::unreachable_host, Errc::disconnected, Errc::busy,
                               Errc::too_fast,       Errc::queue_full,       Errc::service_down, Errc::room_full,
                               Errc::too_many_rooms, Errc::rejected_login};
  return std::find(passing.begin(), passing.end(), error) != passing.end();
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
  recall(room);
  Pending pending;
  pending.kind = Pending::Kind::join;
  pending.room = jid.local();
  submit(legacy::Join{room.chat(), nick, key}, std::move(pending));
}

void Line::vacate(Room& room, std::string reason) {
  if (!owner_.settings_of(*this, room.jid()).is_persistent) return request_leave(room, std::move(reason));
  room.set_vacated(std::chrono::system_clock::now());
}

void Line::note_joined(const Room& room) {
  if (room.is_joined() && owner_.settings_of(*this, room.jid()).is_persistent) owner_.keep_room(*this, room);
}

void Line::note_removed(const Room& room, const legacy::Left& event, bool is_unseen) {
  owner_.forget_room(*this, room.jid());
  if (is_unseen) server_text(removal_text(room.chat().id, event));
}

// True: it was joined for nobody, and has to be forgotten for now.
bool Line::note_failed(const Room& room, const legacy::Outcome& outcome) {
  if (room.is_joined() || !room.is_empty()) return false;
  if (may_pass(outcome.error)) return true;
  owner_.forget_room(*this, room.jid());
  const std::string why = to_stanza_error(outcome.error, outcome.text).text;
  server_text("Could not go back to " + room.chat().id + ": " + why);
  return true;
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

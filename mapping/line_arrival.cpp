// Rooms that we come into, and resources that come into rooms: a large room takes more than one turn of the loop, and
// what the network says meanwhile waits for it, so that nothing changes places.
#include "mapping/line.hpp"

namespace mapping {

void Line::enter(Room& room, const std::string& full_jid, Room::Wish wish) {
  room.enter(services_.out, full_jid, std::move(wish));
  if (!room.is_busy()) return;
  arriving_.try_emplace(std::string(room.jid().local()), Arriving{false, true, {}});
  go_on_arriving();
}

// In this turn as far as a slice lasts.
void Line::go_on_arriving() {
  if (arriving_posted_) return;
  while (!arriving_.empty()) {
    const auto first = arriving_.begin();
    Room& room = rooms_.find(first->first)->second;
    if (!go_on(room, first->second)) break;
    auto arrived = arriving_.extract(first);
    settle(room, std::move(arrived.mapped()));
  }
  if (arriving_.empty()) return;
  arriving_posted_ = true;
  later([this] {
    arriving_posted_ = false;
    go_on_arriving();
    if (arriving_.empty()) take_events();
  });
}

// False: there is more to do.
bool Line::go_on(Room& room, Arriving& arriving) {
  if (!arriving.is_admitted) {
    if (!room.seat_members(services_.out)) return false;
    admit(room, arriving);
  }
  return room.show_to_newcomers(services_.out);
}

// Who comes in gets what was played back as history; who is in, because the network says once more what there is, is
// told of it.
void Line::admit(Room& room, Arriving& arriving) {
  arriving.is_admitted = true;
  std::vector<legacy::Received> history;
  if (room.resources().empty()) history = std::exchange(arriving.texts, {});
  for (legacy::Received& each : history)
    if (auto said = prepare(room, each)) room.remember(std::move(*said));
  room.admit(services_.out);
}

void Line::settle(Room& room, Arriving arriving) {
  if (!arriving.is_joined) return;
  for (legacy::Received& each : arriving.texts) room_text(room, each);
  say_held(room.jid().bare_str());
  end_outage();
  owner_.seats_changed(*this, room);
  note_joined(room);
  if (room.is_empty()) vacate(room, {});
  if (room.has_lost()) await_clients();
}

}  // namespace mapping

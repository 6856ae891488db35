// While the network is away: users stay in their rooms for as long as the operator allows, and what they say meanwhile
// is refused with the reason or, if they have chosen so, waits for a minute.
#include <algorithm>

#include "mapping/errors.hpp"
#include "mapping/hope.hpp"
#include "mapping/line.hpp"

namespace mapping {

using component::Stanza;

namespace {

// The network may let us in by itself, a little later.
bool may_pass(legacy::Errc error) {
  return hope_after(error) != Hope::none && error != legacy::Errc::needs_password;
}

bool is_for_room(const Stanza& message, const Address& to) {
  return to.kind == Address::Kind::room && message.type() != "chat";
}

}  // namespace

bool Line::stays_in(Room& room, const legacy::Left& event) {
  using Why = legacy::Left::Why;
  const bool is_kept = services_.outage_limit.count() > 0 && room.is_joined() && !room.is_leaving();
  if (is_kept && event.why == Why::connection_lost && !room.is_suspended()) {
    room.suspend(services_.out, away_text(), owner_.settings_of(*this, room.jid()).holds_texts);
    begin_outage();
    return true;
  }
  const bool is_asked_again = is_kept && room.is_suspended() && outage_.is_on() && !room.resources().empty() &&
                              event.why == Why::forced && may_pass(event.error);
  if (is_asked_again) outage_.ask_again([this] { ask_for_rooms(); });
  return is_asked_again;
}

void Line::resume(const component::Jid& jid, const Address& to, Returning clients) {
  if (find(jid)) return;
  Room& room = room_for(jid, to.chat);
  room.set_key(clients.key);
  wanted_nick_ = clients.wish;
  const Room::Wish wish{clients.wish, {}, clients.key, {}, true, {}};
  for (const std::string& full_jid : clients.waiting) room.wait(full_jid, wish);
  if (!clients.sitting.empty()) {
    room.resume(std::move(clients.sitting), std::move(clients.nick), std::move(clients.sketch));
    begin_outage();
  }
  recall(room);
  Pending pending;
  pending.kind = Pending::Kind::join;
  pending.room = jid.local();
  submit(legacy::Join{room.chat(), wanted_nick_, room.key()}, std::move(pending));
}

void Line::resync(const std::string& full_jid) const {
  for (const auto& [key, room] : rooms_)
    if (room.has(full_jid)) room.resync(services_.out, full_jid);
}

void Line::begin_outage() {
  outage_.begin(services_.outage_limit, [this] {
    give_up_rooms({{}, legacy::Left::Why::connection_lost, link_.text, {}});
  });
}

void Line::ask_for_rooms() {
  if (!is_online()) return;  // asked again when it is
  bool is_waiting = false;
  for (auto& [key, room] : rooms_) {
    if (!room.is_suspended() || room.is_leaving()) continue;
    is_waiting = true;
    if (is_joining(room)) continue;
    Pending pending;
    pending.kind = Pending::Kind::join;
    pending.room = key;
    submit(legacy::Join{room.chat(), room.nick(), room.key()}, std::move(pending));
  }
  if (is_waiting) outage_.ask_again([this] { ask_for_rooms(); });
}

void Line::give_up_rooms(const legacy::Left& why) {
  outage_.end();
  std::vector<legacy::Chat> away;
  for (const auto& [key, room] : rooms_)
    if (room.is_suspended()) away.push_back(room.chat());
  for (legacy::Chat& chat : away) {
    legacy::Left left = why;
    left.room = std::move(chat);
    handle(left);
  }
}

void Line::end_outage() {
  const bool is_over =
      std::none_of(rooms_.begin(), rooms_.end(), [](const auto& entry) { return entry.second.is_suspended(); });
  if (is_over) outage_.end();
}

std::string Line::away_text() const {
  return network_.name() + " is away and is being connected again.";
}

legacy::Outcome Line::away(legacy::Ref ref) const {
  return {ref, legacy::Errc::disconnected, away_text() + " This was not done; try it again then."};
}

bool Line::hold_back(Stanza& message, const Address& to, std::string& body) {
  const bool is_raw = to.kind == Address::Kind::network;
  if (is_raw || network_.features().always_on) return false;
  const bool in_room = is_for_room(message, to);
  const Room* const room = in_room ? find(message.to()) : nullptr;
  const bool is_away = in_room ? room && room->is_suspended() : !is_online() && outage_.is_on();
  if (!is_away && !held_.is_holding(in_room ? message.to().bare_str() : std::string{})) return false;
  HeldTexts::Text text{std::move(message), to, std::move(body)};
  const bool is_held = owner_.settings_of(*this, text.message.to()).holds_texts && held_.hold(text);
  if (!is_held) refuse_held(text);
  return true;
}

void Line::say_held(const std::string& room) {
  for (HeldTexts::Text& text : held_.take(room)) submit_text(std::move(text.message), text.to, std::move(text.body));
}

void Line::refuse_held(const HeldTexts::Text& text) {
  refuse(text.message, away(0), is_for_room(text.message, text.to));
}

void Line::submit_text(Stanza&& message, const Address& to, std::string&& body) {
  legacy::SendText request = request_of(message, to, std::move(body));
  if (to.kind == Address::Kind::occupant) request.to = {legacy::ChatKind::person, to.nick};
  Pending pending;
  pending.kind = Pending::Kind::message;
  if (is_for_room(message, to)) {
    pending.room = message.to().local();
  } else {
    note_dialogue(services_.identity.of(network_, request.to));
  }
  const std::string asker = to.kind == Address::Kind::network ? message.from().str() : std::string{};
  pending.stanza = std::move(message);
  const legacy::Ref ref = submit(std::move(request), std::move(pending));
  if (to.kind == Address::Kind::network) announcer_.asked(ref, asker);  // the Outcome comes before the answers do
}

}  // namespace mapping

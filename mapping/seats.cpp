#include "mapping/seats.hpp"

#include <algorithm>
#include <map>

namespace mapping {

using component::Jid;

namespace {

constexpr std::size_t most_sketched = 5000;  // people; of a larger room nobody is missed

// No part of an address and no nick holds a line break.
std::string joined(std::string_view first, std::string_view second, std::string_view third) {
  return std::string(first).append(1, '\n').append(second).append(1, '\n').append(third);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (true) {
    const auto end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == text.npos) return lines;
    text.remove_prefix(end + 1);
  }
}

std::string place_of(const Jid& user, const Jid& room) {
  return std::string(user.bare_view()).append(1, '\n').append(room.local());
}

// Empty: a client without one, as a bot or another component may be.
std::string_view resource_of(std::string_view full_jid) {
  const auto slash = full_jid.find('/');
  return slash == full_jid.npos ? std::string_view{} : full_jid.substr(slash + 1);
}

}  // namespace

void Seats::set(const Jid& user, const Room& room, const std::string& wish) {
  const std::string place = place_of(user, room.jid()) + '\n';
  std::map<std::string, std::string> now;
  for (const auto& [full_jid, asked] : room.waiting())
    now[place + std::string(resource_of(full_jid))] =
        joined(asked.nick, {}, asked.key.empty() ? room.key() : asked.key);
  for (const std::string& full_jid : room.resources())
    now[place + std::string(resource_of(full_jid))] = joined(wish, room.nick(), room.key());
  for (const auto& [key, value] : records_->list(place)) {
    const auto wanted = now.find(key);
    if (wanted == now.end()) {
      records_->erase(key);
    } else if (wanted->second == value) {
      now.erase(wanted);
    }
  }
  for (const auto& [key, value] : now) records_->save(key, value);
}

void Seats::remove(const Seat& seat) {
  records_->erase(place_of(seat.client, seat.room) + '\n' + std::string(seat.client.resource()));
}

std::vector<Seats::Seat> Seats::all(const std::string& domain) const {
  std::vector<Seat> seats;
  for (const auto& [key, value] : records_->list({})) {
    const auto where = lines_of(key);
    const auto what = lines_of(value);
    if (where.size() != 3 || what.size() != 3) continue;
    const auto client = Jid::parse(where[2].empty() ? where[0] : where[0] + '/' + where[2]);
    const auto room = Jid::make(where[1], domain);
    if (client && room) seats.push_back({*client, *room, what[0], what[1], what[2]});
  }
  return seats;
}

void Seats::keep_sketch(const Jid& user, const Room& room) {
  if (room.resources().empty() || room.occupants().size() > most_sketched) return;
  std::string text = room.subject().text;
  for (const auto& [nick, occupant] : room.occupants()) text += '\n' + occupant.id + ' ' + nick;
  records_->save(place_of(user, room.jid()), text);
}

Room::Sketch Seats::take_sketch(const Jid& user, const Jid& room) {
  const std::string place = place_of(user, room);
  const auto text = records_->load(place);
  if (!text) return {};
  records_->erase(place);
  Room::Sketch sketch;
  const auto lines = lines_of(*text);
  sketch.subject = lines.front();
  for (auto line = std::next(lines.begin()); line != lines.end(); ++line) {
    const auto space = std::min(line->find(' '), line->size() - 1);
    sketch.people.push_back({line->substr(space + 1), line->substr(0, space)});
  }
  return sketch;
}

}  // namespace mapping

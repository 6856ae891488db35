// Clients that sit in rooms: back in them after a restart, and out of them when they have gone without a word.
#include <algorithm>

#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

// For clients that connect anew after a restart of their server, as most do within a minute.
constexpr auto time_to_connect = std::chrono::minutes(2);
constexpr auto check_pause = std::chrono::milliseconds(20);  // 50 clients a second

// Of two seats, whether they are in the same room of the same user.
bool is_same_place(const Seats::Seat& a, const Seats::Seat& b) {
  return a.room == b.room && a.client.bare_view() == b.client.bare_view();
}

}  // namespace

void Gateway::seats_changed(const Line& line, const Room& room) {
  seats_.set(line.user(), room, line.wanted_nick());
}

// What the clients see at the moment: they are not told that we stop, because they needn't notice.
void Gateway::keep_seats() {
  for (const auto& [bare, user] : users_) {
    for (const auto& [name, line] : user.lines) {
      for (const auto& [local, room] : line->rooms()) seats_.keep_sketch(user.jid, room);
    }
  }
}

// They come sorted by user and room.
void Gateway::restore_seats() {
  const std::vector<Seats::Seat> all = seats_.all(domain());
  for (auto from = all.begin(); from != all.end();) {
    const auto to = std::find_if_not(from, all.end(), [&](const auto& each) { return is_same_place(*from, each); });
    resume(from->room, {from, to});
    from = to;
  }
}

void Gateway::resume(const Jid& room, const std::vector<Seats::Seat>& seats) {
  const Seats::Seat& first = seats.front();
  Line::Returning clients{{}, {}, first.wish, {}, first.key, seats_.take_sketch(first.client.bare(), room)};
  const auto to = identity_.resolve(room);
  const bool is_room = to && to->kind == Address::Kind::room;
  const auto opened = is_room ? open_line(first.client, *to->network, first.wish)
                              : base::Result<Line*, component::StanzaError>(to_stanza_error(legacy::Errc::not_found));
  if (!opened) return refuse_seats(seats);
  for (const Seats::Seat& seat : seats) {
    user_of(seat.client).resources.try_emplace(seat.client.str());
    if (clients.key.empty()) clients.key = seat.key;
    if (seat.nick.empty()) {
      clients.waiting.emplace(seat.client.str(), seat.key);
    } else {
      clients.sitting.insert(seat.client.str());
      clients.nick = seat.nick;
    }
  }
  (*opened)->resume(room, *to, std::move(clients));
}

// The room is not to be had any more, by the configuration or the user's registration.
void Gateway::refuse_seats(const std::vector<Seats::Seat>& seats) {
  for (const Seats::Seat& seat : seats) {
    const std::string& nick = seat.nick.empty() ? seat.wish : seat.nick;
    Element gone = component::make_presence(seat.room.with_resource(nick), seat.client, "unavailable");
    out_.send(gone.add(muc::user({}, {muc::status_self, muc::status_kicked, muc::status_connection_lost})));
    seats_.remove(seat);
  }
}

std::vector<Jid> Gateway::clients() const {
  std::vector<Jid> all;
  for (const auto& [bare, user] : users_) {
    for (const auto& [full_jid, resource] : user.resources)
      if (const auto client = Jid::parse(full_jid)) all.push_back(*client);
  }
  return all;
}

// The stream was down, or we were. Who has logged in before us was told that there are no such rooms, and some clients
// believe it for good: they get them as they are (after a start, with what resume() shows them). Who has gone, nobody
// has told us: they are asked, once those who come back have had the time for it.
void Gateway::expect_clients() {
  up_since_ = base::Clock::now();
  if (was_down_) to_resync_ = clients();
  resync_next();
  check_timer_.expires_after(time_to_connect);
  check_timer_.async_wait([this](const base::error_code& cancelled) {
    if (cancelled || stopping_) return;
    to_check_ = clients();
    check_next();
  });
}

void Gateway::resync_next() {
  if (to_resync_.empty() || stopping_ || !out_.is_up()) return;
  const Jid client = std::move(to_resync_.back());
  to_resync_.pop_back();
  if (const User* const user = find_user(client)) {
    for (const auto& [name, line] : user->lines) line->resync(client.str());
  }
  resync_timer_.expires_after(check_pause);
  resync_timer_.async_wait([this](const base::error_code& cancelled) {
    if (!cancelled) resync_next();
  });
}

void Gateway::check_next() {
  if (to_check_.empty() || stopping_ || !out_.is_up()) return;
  const Jid client = std::move(to_check_.back());
  to_check_.pop_back();
  attendance_.ask(identity_.gateway(), client, [this, client](bool is_gone) {
    if (is_gone) resource_gone(client);
  });
  check_timer_.expires_after(check_pause);
  check_timer_.async_wait([this](const base::error_code& cancelled) {
    if (!cancelled) check_next();
  });
}

// What a room sent to a client has come back. A private message may do so for reasons of its own.
void Gateway::bounced(const Stanza& error) {
  const Jid client = error.from();
  const auto give_up = [this, client] {
    User* const user = find_user(client);
    if (!user) return;
    for (auto& [name, line] : user->lines) line->put_out(client.str());
    resource_gone(client, base::Clock::now() < up_since_ + time_to_connect);
  };
  const bool is_private = error.kind() == component::StanzaKind::message && Line::is_private_id(error.id());
  if (!is_private) return give_up();
  attendance_.ask(error.to().bare(), client, [give_up](bool is_gone) {
    if (is_gone) give_up();
  });
}

}  // namespace mapping

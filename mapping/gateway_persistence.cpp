// Persistent rooms (decision D12): which ones to go back to after a restart, and what a change of settings does to
// those that are open.
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Jid;

namespace {

constexpr std::size_t fewest_absences = 3;
constexpr auto longest_absence = std::chrono::hours(3 * 24);

}  // namespace

RoomSettings Gateway::settings_of(const Line& line, const Jid& room) const {
  return settings_.of_room(line.user(), line.network(), room);
}

void Gateway::keep_room(const Line& line, const Room& room) {
  SavedRoom saved{line.user().bare_str(), domain(),   std::string(room.jid().local()),
                  line.wanted_nick(),     room.key(), true};
  if (store_.find_room(domain(), saved.user, saved.local) != saved) store_.set_room(std::move(saved));
}

void Gateway::forget_room(const Line& line, const Jid& room) {
  store_.remove_room(domain(), line.user().bare_view(), room.local());
}

bool Gateway::keeps_rooms(const Line& line) const {
  return !rooms_to_keep(line.user(), line.network()).empty();
}

std::vector<SavedRoom> Gateway::rooms_to_keep(const Jid& user, const legacy::Network& network) const {
  std::vector<SavedRoom> rooms = store_.saved_rooms(domain(), user.bare_view());
  std::erase_if(rooms,
                [&](const SavedRoom& room) { return !room.persistent || !identity_.is_on(network, room.local); });
  return rooms;
}

void Gateway::forget_rooms(const Jid& user, const legacy::Network& network) {
  for (const SavedRoom& room : rooms_to_keep(user, network)) store_.remove_room(domain(), user.bare_view(), room.local);
}

void Gateway::restore_rooms() {
  for (const SavedRoom& room : store_.saved_rooms(domain())) {
    const auto user = Jid::parse(room.user);
    const auto jid = Jid::make(room.local, domain());
    const auto to = jid ? identity_.resolve(*jid) : base::Result<Address, legacy::Errc>(legacy::Errc::bad_address);
    if (!room.persistent || !user || !to || to->kind != Address::Kind::room) continue;
    if (find_line(*user, *to->network)) continue;
    const auto opened = open_line(*user, *to->network, room.nick);
    if (opened) {
      detach(user_of(*user));
    } else {
      log_.warning("{}: a user's persistent rooms stay closed: {}", domain(), opened.error().text);
    }
  }
}

// The connection is there: to the rooms that we are to be in.
void Gateway::go_back(Line& line) {
  for (const SavedRoom& room : rooms_to_keep(line.user(), line.network())) {
    const auto jid = Jid::make(room.local, domain());
    const auto to = jid ? identity_.resolve(*jid) : base::Result<Address, legacy::Errc>(legacy::Errc::bad_address);
    if (to && to->kind == Address::Kind::room) line.stay_in(*jid, *to, room.nick, room.key);
  }
}

// Nobody of that user is there any more.
void Gateway::detach(User& user) {
  user.shared.reset();
  for (auto& [name, line] : user.lines) {
    if (!line->is_closing()) line->set_presence(legacy::Show::unavailable, {});
  }
}

// Nobody will read what is kept for a user who never comes: once his server has sent everything back for days, he
// counts as gone.
void Gateway::note_absence(const Jid& jid) {
  User* const user = find_user(jid);
  if (!user || !user->resources.empty()) return;
  const auto now = base::Clock::now();
  if (user->absences++ == 0) user->absent_since = now;
  if (user->absences >= fewest_absences && now - user->absent_since >= longest_absence) account_gone(jid);
}

// His rooms are left, and not gone back to. His registration is his, should it have been a mistake.
void Gateway::account_gone(const Jid& jid) {
  User* const user = find_user(jid);
  if (!user || !user->resources.empty()) return;
  std::vector<std::string> networks;
  for (const auto& [name, line] : user->lines)
    if (!line->network().features().always_on) networks.push_back(name);
  if (networks.empty()) return;
  log_.info("{}: a user's account is gone; {} connection(s) are closed", domain(), networks.size());
  for (const std::string& name : networks) close_line(jid.bare(), name, "This account is gone");
}

void Gateway::settings_changed(const Jid& jid) {
  for (const SavedRoom& room : store_.saved_rooms(domain(), jid.bare_view())) {
    const auto where = Jid::make(room.local, domain());
    const auto to = where ? identity_.resolve(*where) : base::Result<Address, legacy::Errc>(legacy::Errc::bad_address);
    if (to && to->network && settings_.of_room(jid, *to->network, *where).is_persistent) continue;
    store_.remove_room(domain(), jid.bare_view(), room.local);
  }
  User* const user = find_user(jid);
  if (!user) return;
  std::vector<Line*> lines;
  for (auto& [name, line] : user->lines) {
    if (!line->is_closing()) lines.push_back(line.get());
  }
  for (Line* const line : lines) line->review_rooms();
}

}  // namespace mapping

// Rooms and the archive: what is said goes there, and what was said before a restart comes from there.
#include "component/xeps/delay.hpp"
#include "mapping/archive.hpp"
#include "mapping/line.hpp"

namespace mapping {

namespace {

constexpr auto longest_recall = std::chrono::seconds(2);  // then the room is shown without its history

}  // namespace

void Line::record(const Room& room, const Room::Said& said, const std::string& nick) {
  if (!room.book() || !room.is_recorded() || said.message.text().size() > Room::longest_kept) return;
  services_.archive->add(room.book(), said.stanza_id, said.when, nick, said.message.text());
}

void Line::open_book(Room& room) {
  room.set_book(services_.archive->book(services_.identity.domain(), user_.str(), std::string(room.jid().local())));
  room.set_recorded(owner_.settings_of(*this, room.jid()).record_history);
}

void Line::recall(Room& room) {
  Archive* const archive = services_.archive;
  if (!archive || room.book()) return;
  const std::string key(room.jid().local());
  const std::uint64_t ticket = ++last_recall_;
  room.await_recall(ticket);
  open_book(room);
  const auto limit = std::make_shared<base::Timer>(services_.executor, longest_recall);
  limit->async_wait([this, key, ticket, limit, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (!cancelled && alive.lock()) recalled(key, ticket, {});
  });
  ArchiveQuery latest;
  latest.before.emplace();
  latest.max = Room::history_limit;
  archive->find(room.book(), std::move(latest), [this, key, ticket, limit, alive = std::weak_ptr(alive_)](auto page) {
    limit->cancel();
    if (alive.lock()) recalled(key, ticket, page ? std::move(page->messages) : std::vector<Archived>{});
  });
}

// What comes after it waits, too, so that nothing changes places.
bool Line::is_held(const legacy::Event& event) {
  if (!arriving_.empty()) return true;
  const auto* const joined = std::get_if<legacy::Joined>(&event);
  if (!joined || closing_) return false;
  const Room* const room = room_of(joined->room);
  return room && room->book() && !room->is_recalled();
}

// The ticket tells the room from one of that name which is gone.
void Line::recalled(const std::string& key, std::uint64_t ticket, std::vector<Archived> said) {
  const auto found = rooms_.find(key);
  if (found == rooms_.end() || found->second.is_recalled() || found->second.recall() != ticket) return;
  Room& room = found->second;
  room.set_recalled();
  for (Archived& each : said) {
    const bool is_delayed = each.message.child("delay", component::ns_delay) != nullptr;
    room.remember({each.when, std::move(each.id), component::WrittenStanza(each.message), is_delayed});
  }
  take_events_later();
}

}  // namespace mapping

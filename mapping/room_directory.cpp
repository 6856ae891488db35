#include "mapping/room_directory.hpp"

#include <algorithm>

#include "base/slice.hpp"

namespace mapping {

namespace {

constexpr auto time_held = std::chrono::minutes(5);
constexpr auto time_own_held = std::chrono::minutes(1);
constexpr std::size_t most_open = 50;   // requests of one user
constexpr std::size_t entry_size = 96;  // of two strings in two lists, with what an allocator needs for them

}  // namespace

void RoomList::add(std::string key, std::string name) {
  bytes += entry_size + key.size() + name.size();
  keys.push_back(std::move(key));
  names.push_back(std::move(name));
}

struct RoomDirectory::Draft {
  std::string network;
  legacy::Rooms rooms;
  std::set<std::string> secrets;
  bool is_secret = false;
  std::size_t done = 0;
  RoomList all;
  RoomList shared = {};  // without the secrets, if there are any
  bool has_secrets() const noexcept { return is_secret || !secrets.empty(); }
};

RoomDirectory::RoomDirectory(asio::any_io_executor executor, const Identity& identity, std::size_t bytes)
    : executor_(executor), identity_(identity), bytes_(bytes), timer_(std::move(executor)) {}

void RoomDirectory::find(const std::string& network, const std::string& user, Ask ask_network, Found found) {
  Request request{network, user, std::move(ask_network), std::move(found)};
  std::size_t& open = open_[user];
  ++open;
  if (open > most_open)
    return answer(std::move(request), nullptr, {0, legacy::Errc::queue_full, "too many lists at once"});
  Shelf& shelf = shelves_[network];
  const auto now = base::Clock::now();
  const auto own = shelf.own.find(user);
  if (own != shelf.own.end() && own->second.until > now) return answer(std::move(request), own->second.list, {});
  if (shelf.shared.until > now) return answer(std::move(request), shelf.shared.list, {});
  shelf.waiting.push_back(std::move(request));
  if (shelf.waiting.size() == 1) ask(shelf);
}

void RoomDirectory::ask(Shelf& shelf) {
  const Ask as_user = shelf.waiting.front().ask;
  const std::string network = shelf.waiting.front().network;
  as_user([this, network, alive = std::weak_ptr(alive_)](Answer answer) {
    if (alive.lock()) told(network, std::move(answer));
  });
}

void RoomDirectory::told(const std::string& network, Answer told) {
  Shelf& shelf = shelves_[network];
  if (shelf.waiting.empty()) return;
  if (told.rooms != nullptr) {
    const auto draft = std::make_shared<Draft>();
    draft->network = network;
    draft->rooms = std::move(*told.rooms);
    draft->secrets = std::move(told.secrets);
    draft->is_secret = told.is_secret;
    return build(draft);
  }
  // It was refused to one user; others ask for themselves.
  const std::string asker = shelf.waiting.front().user;
  const auto others = std::stable_partition(shelf.waiting.begin(), shelf.waiting.end(),
                                            [&](const Request& each) { return each.user != asker; });
  std::vector<Request> refused(std::make_move_iterator(others), std::make_move_iterator(shelf.waiting.end()));
  shelf.waiting.erase(others, shelf.waiting.end());
  for (Request& each : refused) answer(std::move(each), nullptr, told.reason);
  if (!shelf.waiting.empty()) ask(shelf);
}

// Tens of thousands of addresses take more than one turn, and so does letting go of what they were made of.
void RoomDirectory::build(const std::shared_ptr<Draft>& draft) {
  base::Slice slice;
  auto& rooms = draft->rooms.rooms;
  draft->all.keys.reserve(rooms.size());
  draft->all.names.reserve(rooms.size());
  for (; draft->done < rooms.size() && !slice.is_over(); ++draft->done) {
    const legacy::RoomInfo room = std::move(rooms[draft->done]);
    std::string name = room.id + " (" + std::to_string(room.occupants) + ")";
    if (!room.topic.empty()) name += ' ' + room.topic;
    draft->all.add(identity_.of(draft->network, {legacy::ChatKind::room, room.id}).str(), std::move(name));
  }
  if (draft->done < rooms.size()) return go_on(draft, &RoomDirectory::build);
  draft->done = 0;
  share(draft);
}

void RoomDirectory::share(const std::shared_ptr<Draft>& draft) {
  base::Slice slice;
  const RoomList& all = draft->all;
  const std::size_t end = draft->has_secrets() && !draft->is_secret ? all.keys.size() : 0;
  for (; draft->done < end && !slice.is_over(); ++draft->done) {
    const std::string& key = all.keys[draft->done];
    if (!draft->secrets.contains(key)) draft->shared.add(key, all.names[draft->done]);
  }
  if (draft->done < end) return go_on(draft, &RoomDirectory::share);
  finish(*draft);
}

void RoomDirectory::go_on(const std::shared_ptr<Draft>& draft,
                          void (RoomDirectory::*step)(const std::shared_ptr<Draft>&)) {
  asio::post(executor_, [this, draft, step, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) (this->*step)(draft);
  });
}

void RoomDirectory::finish(Draft& draft) {
  Shelf& shelf = shelves_[draft.network];
  if (shelf.waiting.empty()) return;
  const std::string asker = shelf.waiting.front().user;
  const auto now = base::Clock::now();
  const bool has_secrets = draft.is_secret || (draft.has_secrets() && draft.shared.keys.size() < draft.all.keys.size());
  const auto own = std::make_shared<const RoomList>(std::move(draft.all));
  const auto shared = has_secrets ? std::make_shared<const RoomList>(std::move(draft.shared)) : own;
  const bool is_for_all = !shared->keys.empty();
  if (is_for_all) shelf.shared = {shared, now + time_held};
  if (has_secrets || !is_for_all) shelf.own[asker] = {own, now + time_own_held};
  make_room();
  forget_later();
  std::vector<Request> others;
  for (Request& each : std::exchange(shelf.waiting, {})) {
    if (each.user == asker) {
      answer(std::move(each), own, {});
    } else if (is_for_all) {
      answer(std::move(each), shared, {});
    } else {
      others.push_back(std::move(each));
    }
  }
  shelf.waiting = std::move(others);
  if (!shelf.waiting.empty()) ask(shelf);
}

// The largest goes, be it the new one: it has been given to those who wait, and is asked for again by who comes later.
void RoomDirectory::make_room() {
  while (true) {
    std::size_t bytes = 0;
    Held* largest = nullptr;
    const auto count = [&](Held& held) {
      if (!held.list) return;
      bytes += held.list->bytes;
      if (!largest || held.list->bytes > largest->list->bytes) largest = &held;
    };
    for (auto& [network, shelf] : shelves_) {
      count(shelf.shared);
      for (auto& [user, own] : shelf.own) count(own);
    }
    if (bytes <= bytes_ || !largest) return;
    *largest = {};
  }
}

void RoomDirectory::answer(Request request, ListPtr list, legacy::Outcome outcome) {
  const bool is_first = answers_.empty();
  answers_.push_back([this, request = std::move(request), list = std::move(list), outcome = std::move(outcome)] {
    const auto open = open_.find(request.user);
    if (open != open_.end() && --open->second == 0) open_.erase(open);
    request.found(list.get(), outcome);
  });
  if (is_first) answer_next();
}

void RoomDirectory::answer_next() {
  asio::post(executor_, [this, alive = std::weak_ptr(alive_)] {
    if (!alive.lock()) return;
    const auto next = std::move(answers_.front());
    answers_.pop_front();
    if (!answers_.empty()) answer_next();
    next();
  });
}

void RoomDirectory::forget_later() {
  if (std::exchange(is_timed_, true)) return;
  timer_.expires_after(time_own_held);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (cancelled || !alive.lock()) return;
    is_timed_ = false;
    forget_old();
  });
}

void RoomDirectory::forget_old() {
  const auto now = base::Clock::now();
  for (auto at = shelves_.begin(); at != shelves_.end();) {
    const auto here = at++;
    Shelf& shelf = here->second;
    std::erase_if(shelf.own, [&](const auto& own) { return own.second.until <= now; });
    if (shelf.shared.until <= now) shelf.shared = {};
    const bool is_empty = shelf.waiting.empty() && shelf.own.empty() && !shelf.shared.list;
    if (is_empty) shelves_.erase(here);
  }
  if (!shelves_.empty()) forget_later();
}

}  // namespace mapping

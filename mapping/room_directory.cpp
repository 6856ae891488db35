#include "mapping/room_directory.hpp"

#include <algorithm>

#include "base/slice.hpp"

namespace mapping {

namespace {

constexpr auto time_held = std::chrono::minutes(5);
constexpr auto time_own_held = std::chrono::minutes(1);
constexpr std::size_t most_open = 50;  // requests of one user

}  // namespace

struct RoomDirectory::Draft {
  std::string network;
  legacy::Rooms rooms;
  std::set<std::string> secrets;
  bool is_secret = false;
  std::size_t done = 0;
  RoomList all, shared;
};

RoomDirectory::RoomDirectory(asio::any_io_executor executor, const Identity& identity)
    : executor_(executor), identity_(identity), timer_(std::move(executor)) {}

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
    draft->rooms = *told.rooms;
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

// Tens of thousands of addresses take more than one turn.
void RoomDirectory::build(const std::shared_ptr<Draft>& draft) {
  base::Slice slice;
  const auto add = [](RoomList& list, const std::string& key, const std::string& name) {
    list.keys.push_back(key);
    list.names.push_back(name);
  };
  for (; draft->done < draft->rooms.rooms.size() && !slice.is_over(); ++draft->done) {
    const legacy::RoomInfo& room = draft->rooms.rooms[draft->done];
    const std::string key = identity_.of(draft->network, {legacy::ChatKind::room, room.id}).str();
    std::string name = room.id + " (" + std::to_string(room.occupants) + ")";
    if (!room.topic.empty()) name += ' ' + room.topic;
    add(draft->all, key, name);
    if (!draft->is_secret && !draft->secrets.contains(key)) add(draft->shared, key, name);
  }
  if (draft->done == draft->rooms.rooms.size()) return finish(*draft);
  asio::post(executor_, [this, draft, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) build(draft);
  });
}

void RoomDirectory::finish(const Draft& draft) {
  Shelf& shelf = shelves_[draft.network];
  if (shelf.waiting.empty()) return;
  const std::string asker = shelf.waiting.front().user;
  const auto now = base::Clock::now();
  const auto own = std::make_shared<const RoomList>(draft.all);
  const bool has_secrets = draft.shared.keys.size() < draft.all.keys.size();
  const auto shared = has_secrets ? std::make_shared<const RoomList>(draft.shared) : own;
  const bool is_for_all = !shared->keys.empty();
  if (is_for_all) shelf.shared = {shared, now + time_held};
  if (has_secrets || !is_for_all) shelf.own[asker] = {own, now + time_own_held};
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

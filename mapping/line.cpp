#include "mapping/line.hpp"

#include <algorithm>

#include "component/error.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {
constexpr std::size_t events_per_turn = 256;
}  // namespace

struct Line::Batch {
  explicit Batch(component::Responder r) : responder(std::move(r)) {}
  component::Responder responder;
  std::size_t left = 0;
  bool failed = false;
};

Line::Line(const Services& services, LineOwner& owner, Jid user, legacy::Network& network, legacy::Account account,
           std::unique_ptr<legacy::State> state)
    : services_(services),
      owner_(owner),
      user_(std::move(user)),
      network_(network),
      state_(std::move(state)),
      announcer_(services.out, services.identity.of(network), user_, [this] { return audience(); }),
      shows_xhtml_(account.field("xhtml") == "true"),
      converts_styling_(account.field("convert_styling") == "true"),
      outage_(services.executor),
      held_(services.executor, [this](HeldTexts::Text text) { refuse_held(text); }),
      retry_(services.executor),
      claims_(services.executor),
      unused_(services.executor) {
  session_ = network_.open(std::move(account), legacy::Context{services_.executor, *this, *state_});
}

// A session tells what becomes of its open requests when it ends, and on_event() needs the members declared after it.
Line::~Line() {
  session_.reset();
}

void Line::start() {
  asio::co_spawn(services_.executor, session_->run(), [this](std::exception_ptr failure) {
    closing_ = true;
    wind_up(failure != nullptr);
  });
}

// What the session said last may be much.
void Line::wind_up(bool is_broken) {
  if (!drain() || !arriving_.empty()) return later([this, is_broken] { wind_up(is_broken); });
  if (is_broken) {
    break_down();
    return wind_up(false);
  }
  fail_pending();
  owner_.line_ended(*this);
}

void Line::later(std::function<void()> work) {
  asio::post(services_.executor, [work = std::move(work), alive = std::weak_ptr(alive_)] {
    if (alive.lock()) work();
  });
}

void Line::close(std::string reason, int status) {
  if (closing_) return;
  closing_ = true;
  say_goodbye({0, legacy::Errc::disconnected, reason}, status);
  submit(legacy::Close{std::move(reason)});
}

void Line::close_for_restart(std::string reason) {
  if (closing_) return;
  closing_ = true;
  constexpr auto words = "The gateway is being restarted.";
  for (auto& [key, room] : rooms_)
    if (!room.is_suspended()) room.suspend(services_.out, words, false);
  rooms_.clear();
  by_chat_.clear();
  arriving_.clear();
  for (const HeldTexts::Text& text : held_.take_all()) refuse_held(text);
  submit(legacy::Close{std::move(reason)});
}

void Line::say_goodbye(const legacy::Outcome& why, int status) {
  for (auto& [key, room] : rooms_) {
    refuse(room, room.take_waiting(), why);
    const std::set<std::string> clients = room.resources();
    for (const std::string& full_jid : clients) {
      room.send_goodbye(services_.out, full_jid, status, why.text);
      room.forget(full_jid);
    }
    owner_.seats_changed(*this, room);
  }
  rooms_.clear();
  by_chat_.clear();
  for (const HeldTexts::Text& text : held_.take_all()) refuse_held(text);
  arriving_.clear();
}

// The session ended by an exception: nobody but us can tell the user now.
void Line::break_down() {
  log_.error("{} on {}: the session ended by an exception", user_.str(), network_.name());
  legacy::LinkState broken{legacy::LinkState::Link::stopped, legacy::Errc::internal, "the gateway failed here", {}};
  say_goodbye({0, broken.reason, broken.text}, muc::status_connection_lost);
  handle(broken);
}

// After a session that ended by an exception, or while somebody was coming in; else nothing is open.
void Line::fail_pending() {
  auto open = std::exchange(pending_, {});
  joining_.clear();
  for (auto& [ref, pending] : open) {
    const bool is_text = pending.kind == Pending::Kind::message;
    finish(pending, {ref, is_text ? legacy::Errc::uncertain : legacy::Errc::internal, {}});
  }
  for (auto& [key, room] : rooms_) refuse(room, room.take_waiting(), {0, legacy::Errc::disconnected, {}});
}

legacy::Ref Line::submit(const legacy::Request& request, Pending&& pending) {
  const legacy::Ref ref = ++last_ref_;
  if (pending.kind == Pending::Kind::join) joining_.insert(pending.room);
  pending_.emplace(ref, std::move(pending));
  session_->submit(ref, request);
  return ref;
}

bool Line::has_resource(const std::string& full_jid) const {
  return std::any_of(rooms_.begin(), rooms_.end(), [&](const auto& entry) { return entry.second.knows(full_jid); });
}

const Room* Line::find(const Jid& room) const {
  const auto found = rooms_.find(room.local());
  return found == rooms_.end() ? nullptr : &found->second;
}

Room& Line::room_for(const Jid& jid, const legacy::Chat& chat) {
  const auto [at, fresh] =
      rooms_.try_emplace(std::string(jid.local()), jid.bare(), chat, network_.name(), services_.occupant_ids);
  if (fresh) note_spelling(chat.id, at->second);
  return at->second;
}

Room* Line::room_of(const legacy::Chat& chat) {
  if (const auto known = by_chat_.find(chat.id); known != by_chat_.end()) return known->second;
  const auto found = rooms_.find(services_.identity.of(network_, chat).local());
  if (found == rooms_.end()) return nullptr;
  note_spelling(chat.id, found->second);
  return &found->second;
}

void Line::note_spelling(const std::string& name, Room& room) {
  by_chat_[name] = &room;
  room.add_spelling(name);
}

void Line::erase_room(const std::string& key) {
  const auto found = rooms_.find(key);
  if (found == rooms_.end()) return;
  for (const std::string& name : found->second.spellings()) {
    const auto known = by_chat_.find(name);
    if (known != by_chat_.end() && known->second == &found->second) by_chat_.erase(known);
  }
  arriving_.erase(key);
  rooms_.erase(found);
}

void Line::close_when_unused() {
  const bool opened_for_rooms = network_.features().rooms && !network_.features().always_on;
  if (opened_for_rooms && rooms_.empty() && !owner_.keeps_rooms(*this)) close({}, muc::status_connection_lost);
}

std::set<std::string> Line::audience() const {
  std::set<std::string> all = owner_.viewers_of(*this);
  for (const auto& [key, room] : rooms_) all.merge(room.everybody());
  return all;
}

void Line::set_presence(legacy::Show show, std::string status) {
  if (network_.features().presence) submit(legacy::SetPresence{show, std::move(status)});
}

void Line::administer(const component::Responder& responder, std::vector<legacy::Request> requests) {
  const auto batch = std::make_shared<Batch>(responder);
  batch->left = requests.size();
  for (legacy::Request& request : requests) {
    Pending pending;
    pending.kind = Pending::Kind::batch;
    pending.room = responder.request().to().local();
    pending.batch = batch;
    submit(std::move(request), std::move(pending));
  }
}

void Line::list_rooms(std::function<void(const legacy::Rooms*, const legacy::Outcome&)> done) {
  Pending pending;
  pending.kind = Pending::Kind::list;
  pending.list_done = std::move(done);
  submit(legacy::ListRooms{}, std::move(pending));
}

void Line::on_event(legacy::Event&& event) noexcept {
  events_.push_back(std::move(event));
  take_events_later();
}

void Line::take_events_later() {
  if (std::exchange(drain_posted_, true)) return;
  asio::post(services_.executor, [this, alive = std::weak_ptr(alive_)] {
    if (alive.lock()) take_events();
  });
}

void Line::take_events() {
  drain_posted_ = false;
  if (!services_.out.has_room(user_.str())) return await_room();
  if (!drain()) take_events_later();
  if (resume_ && !is_full()) std::exchange(resume_, {})();
}

void Line::await_room() {
  drain_posted_ = true;
  services_.out.when_room(user_.str(), [this, alive = std::weak_ptr(alive_)] {
    if (!alive.lock()) return;
    drain_posted_ = false;
    take_events_later();
  });
}

// False: that is enough for one turn of the loop, and there are more.
bool Line::drain() {
  base::Slice slice;
  for (std::size_t taken = 0; !events_.empty() && !is_held(events_.front()); ++taken) {
    if (taken == events_per_turn || slice.is_over()) return false;
    std::list<legacy::Event> next;
    next.splice(next.begin(), events_, events_.begin());
    std::visit([this](auto& alternative) { handle(alternative); }, next.front());
  }
  return true;
}

void Line::handle(legacy::Outcome& event) {
  auto pending = pending_.extract(event.ref);
  if (!pending) return;
  const auto room = rooms_.find(pending.mapped().room);
  // The network knows nothing of it yet: the user is in the room all the same.
  const bool is_away = event.error == legacy::Errc::not_in_room && room != rooms_.end() && room->second.is_suspended();
  if (is_away && pending.mapped().kind != Pending::Kind::join) event = away(event.ref);
  if (pending.mapped().kind == Pending::Kind::join) joining_.erase(joining_.find(pending.mapped().room));
  finish(pending.mapped(), event);
}

void Line::finish(Pending& pending, const legacy::Outcome& outcome) {
  const bool failed = outcome.error != legacy::Errc::none;
  switch (pending.kind) {
    case Pending::Kind::silent: return;
    case Pending::Kind::join: return failed ? join_failed(pending, outcome) : join_done(pending);
    case Pending::Kind::leave: return room_left(pending.room);
    case Pending::Kind::list: return pending.list_done(nullptr, outcome);
    case Pending::Kind::query: return pending.answered(nullptr, outcome);
    case Pending::Kind::call: return pending.done(outcome);
    case Pending::Kind::bans: return pending.bans_done(nullptr, outcome);
    case Pending::Kind::batch: return count_down(*pending.batch, outcome);
    case Pending::Kind::nick:
      if (!failed) return want_nick(pending.stanza->to().resource());
      [[fallthrough]];
    case Pending::Kind::message:
    case Pending::Kind::subject:
      if (failed && pending.stanza) refuse(*pending.stanza, outcome, !pending.room.empty());
      if (outcome.error == legacy::Errc::uncertain && pending.stanza) note_doubtful(outcome.ref, pending);
  }
}

void Line::count_down(Batch& batch, const legacy::Outcome& outcome) {
  const bool failed = outcome.error != legacy::Errc::none;
  if (failed && !std::exchange(batch.failed, true)) batch.responder.error(to_stanza_error(outcome.error, outcome.text));
  if (--batch.left == 0 && !batch.failed) batch.responder.result();
}

void Line::refuse(const Stanza& stanza, const legacy::Outcome& outcome, bool in_room) {
  if (outcome.error == legacy::Errc::not_found) contact_missing(stanza.to());
  component::StanzaError error = to_stanza_error(outcome.error, outcome.text);
  if (in_room) error.by = stanza.to().bare_str();
  if (!outcome.moved_to.empty()) {
    error.uri = component::to_uri(services_.identity.of(network_, {legacy::ChatKind::room, outcome.moved_to}));
  }
  services_.out.send(component::make_error(stanza, error));
}

void Line::handle(legacy::Rooms& event) {
  const auto found = pending_.find(event.ref);
  if (found == pending_.end() || found->second.kind != Pending::Kind::list) return;
  const auto done = std::move(found->second.list_done);
  pending_.erase(found);
  done(&event, {});
}

void Line::handle(legacy::LinkState& event) {
  const bool was_online = is_online();
  link_ = event;
  // A session that is always on speaks up only when it has stopped working.
  const bool matters = !network_.features().always_on || event.link == legacy::LinkState::Link::stopped;
  if (matters) announcer_.link(event);
  if (event.link == legacy::LinkState::Link::connecting) return;
  if (event.link == legacy::LinkState::Link::stopped) {
    const legacy::Outcome why{0, event.reason == legacy::Errc::none ? legacy::Errc::disconnected : event.reason,
                              event.text};
    for (auto& [key, room] : rooms_) refuse(room, room.take_waiting(), why);
    give_up_rooms({{}, legacy::Left::Why::forced, event.text, {}, why.error});
  }
  if (!is_online()) hide_contacts(true);
  if (is_online()) has_failed_ = false;
  if (is_online() && !was_online) online_since_ = std::chrono::system_clock::now();
  if (is_online() && !was_online) say_held({});
  if (is_online() && outage_.is_on()) outage_.ask_again([this] { ask_for_rooms(); });
  if (is_online() != was_online) return owner_.line_changed(*this, is_online() ? LinkChange::up : LinkChange::lost);
  const bool is_news = event.reason != legacy::Errc::none && !std::exchange(has_failed_, true);
  if (is_news) owner_.line_changed(*this, LinkChange::failed);
}

}  // namespace mapping

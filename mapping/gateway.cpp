#include "mapping/gateway.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::StanzaError;

namespace {

constexpr std::size_t minutes_at_once = 3;  // of joins: a client has its rooms of yesterday
constexpr std::size_t invitations_at_once = 20;
constexpr std::size_t invitations_per_minute = 6;
constexpr std::size_t lists_at_once = 200;  // a room of 50,000 by pages
constexpr std::size_t lists_per_minute = 600;

}  // namespace

Gateway::Gateway(asio::any_io_executor executor, component::Outlet& out, Store& store, Identity identity,
                 Options options)
    : executor_(executor),
      out_(out),
      store_(store),
      identity_(std::move(identity)),
      options_(std::move(options)),
      occupant_ids_(options_.occupant_secret),
      book_(store, identity_.domain()),
      services_{executor,
                out,
                identity_,
                occupant_ids_,
                options_.archive,
                is_sms() ? &book_ : nullptr,
                options_.outage_limit,
                options_.population},
      numbers_(store, identity_.domain(), options_.numbers),
      claims_(store.state_for({}, identity_.domain(), "/claims")),
      registrar_(store, identity_, numbers_, {options_.type, options_.providers}),
      settings_(store, identity_, options_.defaults),
      uploads_(executor, out, identity_.gateway()),
      joins_(minutes_at_once * options_.joins_per_minute, options_.joins_per_minute),
      invitations_(invitations_at_once, invitations_per_minute),
      lists_(lists_at_once, lists_per_minute),
      certificates_(executor),
      directory_(executor, identity_),
      network_log_(executor, identity_.domain()),
      seats_(store.state_for({}, identity_.domain(), "/seats")),
      attendance_(executor, out),
      resync_timer_(executor),
      check_timer_(executor),
      greet_timer_(executor) {
  identity_.set_in_use([this] { return networks_in_use(); });
  for (const auto& [name, network] : identity_.networks()) {
    network->set_alarm([this](const std::string& text) { tell_admins(text); });
    network->set_slots([this](const legacy::FileInfo& file, std::function<void(legacy::SlotAnswer)> done) {
      uploads_.ask(file, std::move(done));
    });
  }
  add_routes();
  add_muc_routes();
  add_people_routes();
  add_archive_routes();
  add_commands();
}

Gateway::~Gateway() = default;

void Gateway::on_stanza(Stanza stanza) {
  const bool is_answer = stanza.kind() == component::StanzaKind::iq && !stanza.is_request();
  if (is_answer && (uploads_.on_answer(stanza) || attendance_.on_answer(stanza))) return;
  if (stanza.from().domain() == domain()) return;  // a talk with ourselves would have no end
  if (stanza.type() == "error") return handle_error(stanza);
  switch (stanza.kind()) {
    case component::StanzaKind::message: return handle_message(std::move(stanza));
    case component::StanzaKind::presence: return handle_presence(std::move(stanza));
    case component::StanzaKind::iq:
      if (stanza.is_request()) handle_iq(std::move(stanza));
      return;
  }
}

void Gateway::start() {
  for (const Registration& registration : store_.registrations(domain())) {
    const auto user = Jid::parse(registration.user);
    if (!user) continue;
    for (const auto& [name, network] : identity_.networks()) {
      if (!network->features().always_on) continue;
      const auto opened = open_line(*user, *network, {});
      if (opened) continue;
      log_.warning("{}: a registered user has no session: {}", domain(), opened.error().text);
      log_.debug("{}: it is {}", domain(), base::quoted(registration.user));
    }
  }
  restore_seats();
  restore_rooms();
}

void Gateway::stop(std::function<void()> done) {
  stopping_ = true;
  stopped_ = std::move(done);
  greet_timer_.cancel();
  resync_timer_.cancel();
  check_timer_.cancel();
  keep_seats();
  uploads_.stop();
  directory_.stop();
  std::vector<Jid> users;
  for (const auto& [bare, user] : users_) users.push_back(user.jid);
  for (const Jid& user : users) close_lines(user, "The gateway is shutting down");
  if (courier_) {
    courier_->close("The gateway is shutting down", component::muc::status_shutdown);
    close_later(std::move(courier_));
  }
  for (const RosterItem& item : store_.roster(domain())) {
    const auto user = Jid::parse(item.user);
    const auto whose = Jid::make(item.local, domain());
    if (item.to && user && whose) send_presence(*whose, *user, false);
  }
  if (closing_.empty()) asio::post(executor_, std::exchange(stopped_, {}));
}

Gateway::User& Gateway::user_of(const Jid& jid) {
  const auto [at, fresh] = users_.try_emplace(jid.bare_str(), User{jid.bare(), {}, {}, 0, {}, 0, {}});
  return at->second;
}

Gateway::User* Gateway::find_user(const Jid& jid) {
  const auto found = users_.find(jid.bare_view());
  return found == users_.end() ? nullptr : &found->second;
}

Line* Gateway::find_line(const Jid& user, const legacy::Network& network) {
  const User* const known = find_user(user);
  if (!known) return nullptr;
  const auto found = known->lines.find(network.name());
  if (found == known->lines.end() || found->second->is_closing()) return nullptr;
  return found->second.get();
}

std::set<const legacy::Network*> Gateway::networks_in_use() const {
  std::set<const legacy::Network*> used;
  for (const auto& [held, line] : closing_) used.insert(&line->network());
  for (const auto& [bare, user] : users_) {
    for (const auto& [name, line] : user.lines) used.insert(&line->network());
  }
  return used;
}

bool Gateway::is_registered(const Jid& user) const {
  return store_.find_registration(identity_.domain(), user.bare_str()).has_value();
}

bool Gateway::may_use(const Jid& user) const {
  if (options_.access == Options::Access::open) return true;
  if (options_.access == Options::Access::registered) return is_registered(user);
  return options_.allow.contains(user.bare_str()) || options_.allow.contains(std::string(user.domain()));
}

base::Result<Line*, StanzaError> Gateway::open_line(const Jid& user, legacy::Network& network,
                                                    const std::string& nick) {
  if (Line* const line = find_line(user, network)) return line;
  if (stopping_) return StanzaError{ErrorType::wait, Condition::service_unavailable, "The gateway is stopping.", {}};
  if (!may_use(user)) {
    const bool by_list = options_.access == Options::Access::allowlist;
    if (by_list) return StanzaError{ErrorType::auth, Condition::forbidden, "This gateway is not open to you.", {}};
    return StanzaError{ErrorType::auth, Condition::registration_required, "Register with this gateway first.", {}};
  }
  legacy::Account account = settings_.account(user, network);
  if (!nick.empty()) account.fields.try_emplace("nick", nick);
  if (const std::string problem = network.check(account); !problem.empty()) {
    return StanzaError{ErrorType::auth, Condition::registration_required, problem, {}};
  }
  if (removing_.contains(account.user) || when_closed_.contains(account.user)) {
    return StanzaError{ErrorType::wait, Condition::resource_constraint, "Your registration is being changed.", {}};
  }
  auto seat = seat_for(user, network);
  if (!seat) return seat.error();
  User& owner = user_of(user);
  // One that is closing still runs; line_ended() deletes it.
  if (const auto old = owner.lines.find(network.name()); old != owner.lines.end()) {
    close_later(std::move(old->second));
    owner.lines.erase(old);
  }
  auto state = store_.state_for(account.user, domain(), network.name());
  auto line = std::make_unique<Line>(services_, *this, user.bare(), network, std::move(account), std::move(state));
  Line* const opened = line.get();
  opened->hold(std::move(*seat));
  owner.lines.insert_or_assign(network.name(), std::move(line));
  opened->start();
  watch_contacts(*opened);
  const legacy::SetPresence presence = presence_of(owner);
  opened->set_presence(presence.show, presence.status);
  return opened;
}

base::Result<Census::Seat, StanzaError> Gateway::seat_for(const Jid& user, const legacy::Network& network) const {
  if (options_.census == nullptr || network.features().always_on) return Census::Seat{};
  const bool is_local = domain().ends_with("." + std::string(user.domain()));
  return options_.census->admit(user, is_local);
}

void Gateway::close_later(std::unique_ptr<Line> line) {
  const Line* const key = line.get();
  closing_.emplace(key, std::move(line));
}

void Gateway::close_lines(const Jid& user, const std::string& reason) {
  User* const known = find_user(user);
  if (!known) return;
  std::vector<Line*> lines;
  for (const auto& [name, line] : known->lines) lines.push_back(line.get());
  for (Line* const line : lines) {
    stopping_ ? line->close_for_restart(reason) : line->close(reason, component::muc::status_connection_lost);
  }
  for (auto& [name, line] : known->lines) close_later(std::move(line));
  known->lines.clear();
}

bool Gateway::has_closing(const Jid& user) const {
  return std::any_of(closing_.begin(), closing_.end(), [&](const auto& entry) { return entry.second->user() == user; });
}

bool Gateway::is_changing(const Jid& user) const {
  return saving_.contains(user.str()) || removing_.contains(user.str()) || when_closed_.contains(user.str());
}

void Gateway::when_closed(const Jid& user, std::function<void()> then) {
  if (!has_closing(user)) return then();
  when_closed_.insert_or_assign(user.str(), std::move(then));
}

void Gateway::line_changed(Line& line, LinkChange change) {
  note_in_log(line, change);
  if (change == LinkChange::up) go_back(line);
  const Jid whose = identity_.of(line.network());
  if (identity_.is_single() || !is_subscribed(line.user(), whose)) return;
  if (change == LinkChange::up) return send_presence(whose, line.user(), true);
  const legacy::LinkState& link = line.link();
  if (change == LinkChange::failed) {
    const StanzaError why = to_stanza_error(link.reason, link.text);
    out_.send(component::make_presence(whose, line.user(), "error").add(component::to_xml(why)));
  }
  component::xml::Element gone = component::make_presence(whose, line.user(), "unavailable");
  if (!link.text.empty()) gone.add(component::xml::Element("status").text(link.text));
  out_.send(gone);
}

void Gateway::note_in_log(const Line& line, LinkChange change) {
  // Others have the names that users have given them.
  const std::string& name = line.network().name();
  if (!identity_.networks().contains(name)) return;
  switch (change) {
    case LinkChange::up: return network_log_.up(name);
    case LinkChange::lost: return network_log_.lost(name, line.link());
    case LinkChange::failed: return network_log_.failed(name, line.link());
  }
}

bool Gateway::is_subscribed(const Jid& user, const Jid& whose) const {
  const auto item = store_.find_roster(domain(), user.bare_str(), std::string(whose.local()));
  return item && item->to;
}

void Gateway::line_ended(Line& line) {
  const Jid user = line.user();
  // The line is still on the stack.
  asio::post(executor_, [this, ended = &line, user, network = line.network().name()] {
    closing_.erase(ended);
    if (courier_.get() == ended) courier_.reset();
    if (User* const known = find_user(user)) {
      const auto found = known->lines.find(network);
      if (found != known->lines.end() && found->second.get() == ended) known->lines.erase(found);
    }
    forget_if_idle(user);
    if (when_closed_.contains(user.str()) && !has_closing(user)) {
      const auto waiting = when_closed_.extract(user.str());
      waiting.mapped()();
    }
    if (stopping_ && closing_.empty() && stopped_) std::exchange(stopped_, {})();
  });
}

void Gateway::forget_if_idle(const Jid& user) {
  const User* const known = find_user(user);
  if (known && known->lines.empty() && known->resources.empty()) users_.erase(user.bare_str());
}

bool Gateway::may_be_online(const Jid& full_jid) const {
  const auto found = users_.find(full_jid.bare_view());
  return found == users_.end() || found->second.resources.empty() || found->second.resources.contains(full_jid.str());
}

void Gateway::refuse(const Stanza& request, StanzaError error) {
  out_.send(component::make_error(request, error));
}

}  // namespace mapping

// Presence: joining and leaving rooms, being online at the gateway.
#include <algorithm>

#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::size_t most_resources = 100;  // of one user; more than any server allows

bool is_subscription(std::string_view type) {
  return type == "subscribe" || type == "subscribed" || type == "unsubscribe" || type == "unsubscribed";
}

bool is_room(const Address& address) {
  return address.kind == Address::Kind::room || address.kind == Address::Kind::occupant;
}

legacy::Show show_of(const Element& presence) {
  const std::string show = presence.child_text("show", component::ns_component);
  return show.empty() || show == "chat" ? legacy::Show::available : legacy::Show::away;
}

}  // namespace

void Gateway::handle_presence(Stanza stanza) {
  const auto to = identity_.resolve(stanza.to());
  const bool wants_in = stanza.type().empty() && stanza.xml().child("x", muc::ns);
  if (!to) {
    if (wants_in || stanza.type() == "subscribe") refuse(stanza, to_stanza_error(to.error()));
    if (stanza.type() == "probe")
      out_.send(component::make_presence(stanza.to().bare(), stanza.from().bare(), "unsubscribed"));
    return;
  }
  if (stanza.type() == "subscribe" || wants_in) {
    if (auto elsewhere = moved(stanza, *to)) return refuse(stanza, std::move(*elsewhere));
  }
  if (is_subscription(stanza.type())) return subscription(stanza, *to);
  if (stanza.type() == "probe") return answer_probe(stanza, *to);
  if (!stanza.type().empty() && stanza.type() != "unavailable")
    return refuse(stanza, {ErrorType::modify, Condition::bad_request, "There is no such type of presence.", {}});
  if (wants_in && !is_room(*to)) return refuse(stanza, no_room(stanza.to(), *to));
  if (is_room(*to)) return room_presence(std::move(stanza), *to);
  gateway_presence(stanza, *to);
}

void Gateway::room_presence(Stanza stanza, const Address& to) {
  const bool leaving = stanza.type() == "unavailable";
  Line* const line = find_line(stanza.from(), *to.network);
  if (leaving) {
    if (line) line->leave(stanza);
    return forget_visitor(stanza.from());
  }
  if (to.kind == Address::Kind::room) {
    return refuse(stanza,
                  {ErrorType::modify, Condition::jid_malformed, "A room is joined with a nickname: room/nick.", {}});
  }
  if (stanza.xml().child("x", muc::ns)) {
    if (auto problem = not_now(stanza.from())) return refuse(stanza, std::move(*problem));
    const auto opened = open_line(stanza.from(), *to.network, {});
    if (!opened) return refuse(stanza, opened.error());
    note_resource(stanza, false);
    return (*opened)->join(std::move(stanza), to);
  }
  const Room* const room = line ? line->find(stanza.to()) : nullptr;
  if (room && !room->has(stanza.from().str()) && room->waiting().contains(stanza.from().str())) {
    return note_resource(stanza, false);  // on its way in
  }
  if (!room || !room->has(stanza.from().str())) {
    Element gone = component::make_presence(stanza.to(), stanza.from(), "unavailable");
    gone.add(muc::user({}, {muc::status_self, muc::status_kicked, muc::status_connection_lost}));
    out_.send(gone);
    return;
  }
  // It may go on using the address that it joined with, though the network has given it another nick (XEP-0045 sections
  // 7.6 and 7.7): then its presence is for the room. When it says nothing new, it must want the nick, which is tried
  // once.
  const bool is_own_address = to.nick == room->nick() || room->wish_of(stanza.from().str()) == to.nick;
  const bool wants_nick = to.nick != room->nick() && (!is_own_address || is_known(stanza));
  if (wants_nick && (!is_own_address || line->try_nick(*room, stanza.from().str())))
    return line->change_nick(std::move(stanza), to);
  note_resource(stanza, false);
}

// It says of its client what was known already.
bool Gateway::is_known(const Stanza& presence) {
  const User* const user = find_user(presence.from());
  if (!user) return false;
  const auto known = user->resources.find(presence.from().str());
  return known != user->resources.end() && known->second.show == show_of(presence.xml()) &&
         known->second.status == presence.xml().child_text("status", component::ns_component);
}

component::StanzaError Gateway::no_room(const Jid& address, const Address& to) {
  component::StanzaError error{ErrorType::cancel, Condition::item_not_found, "There is no room at this address", {}};
  if (to.network == nullptr) {
    const char* const example = identity_.is_single() ? "#channel@" : "#channel%network@";
    error.text += options_.type == "irc" ? std::string("; a channel is ") + example + domain() + "." : ".";
    return error;
  }
  // What no localpart can hold may stand in the resource, and so does the nick of whoever left the name out.
  const bool is_named = !to.chat.id.empty() && address.local().starts_with(escape_local(to.chat.id));
  const auto channel = to.network->parse("#" + (is_named ? to.chat.id : std::string("channel")));
  if (channel && channel->kind == legacy::ChatKind::room)
    error.text += ": a channel begins with #, as in " + identity_.of(*to.network, *channel).bare_str();
  error.text += ".";
  return error;
}

// Why that one may not join a room now.
std::optional<component::StanzaError> Gateway::not_now(const Jid& full_jid) {
  const auto wait = [](const char* text) {
    return component::StanzaError{ErrorType::wait, Condition::resource_constraint, text, {}};
  };
  const User* const user = find_user(full_jid);
  const bool is_new = user && !user->resources.contains(full_jid.str());
  if (is_new && user->resources.size() >= most_resources) return wait("Too many of your clients are here.");
  if (joins_.take(full_jid.bare_str(), base::Clock::now())) return {};
  return wait("You join rooms faster than this gateway allows; wait a minute.");
}

void Gateway::note_resource(const Stanza& stanza, bool at_gateway) {
  User& user = user_of(stanza.from());
  if (user.resources.size() >= most_resources && !user.resources.contains(stanza.from().str())) return;
  Resource& resource = user.resources[stanza.from().str()];
  resource.show = show_of(stanza.xml());
  resource.status = stanza.xml().child_text("status", component::ns_component);
  resource.at_gateway = resource.at_gateway || at_gateway;
  resource.spoke = ++user.spoken;
  user.absences = 0;
  share_presence(user);
}

// Any resource that is available makes the user available; else the text counts that was told last.
legacy::SetPresence Gateway::presence_of(const User& user) {
  const bool available = std::any_of(user.resources.begin(), user.resources.end(),
                                     [](const auto& entry) { return entry.second.show == legacy::Show::available; });
  std::string status;
  std::uint64_t latest = 0;
  for (const auto& [full_jid, resource] : user.resources) {
    if (available || resource.status.empty() || resource.spoke < latest) continue;
    latest = resource.spoke;
    status = resource.status;
  }
  return {available || user.resources.empty() ? legacy::Show::available : legacy::Show::away, std::move(status)};
}

// Lines are told what is new; one user may have many.
void Gateway::share_presence(User& user) {
  legacy::SetPresence presence = presence_of(user);
  const bool is_known = user.shared && user.shared->show == presence.show && user.shared->status == presence.status;
  if (is_known) return;
  for (auto& [name, line] : user.lines) line->set_presence(presence.show, presence.status);
  user.shared = std::move(presence);
}

void Gateway::gateway_presence(const Stanza& stanza, const Address& to) {
  if (stanza.type() == "unavailable") {
    if (to.kind == Address::Kind::gateway)
      stanza.from().is_bare() ? user_gone(stanza.from()) : resource_gone(stanza.from());
    if (to.kind == Address::Kind::network) forget_viewer(stanza.from(), *to.network);
    return;
  }
  if (stanza.from().is_bare() || !may_use(stanza.from())) return;
  const User* const known = find_user(stanza.from());
  const auto resource =
      known ? known->resources.find(stanza.from().str()) : std::map<std::string, Resource>::const_iterator{};
  const bool was_here = known && resource != known->resources.end() && resource->second.at_gateway;
  if (to.kind == Address::Kind::network) note_viewer(stanza, *to.network);
  if (to.kind != Address::Kind::gateway)
    return send_presence(stanza.to().bare(), stanza.from(), is_available(stanza.from(), to));
  note_resource(stanza, true);
  if (was_here) return;
  send_presence(identity_.gateway(), stanza.from(), true);
  for (const auto& [name, line] : user_of(stanza.from()).lines) {
    if (!identity_.is_single() && line->is_online()) send_presence(identity_.of(line->network()), stanza.from(), true);
  }
}

// Who has sent its presence to a network has it in view until it takes that back.
void Gateway::note_viewer(const Stanza& presence, const legacy::Network& network) {
  note_resource(presence, false);
  User& user = user_of(presence.from());
  const auto resource = user.resources.find(presence.from().str());
  if (resource != user.resources.end()) resource->second.networks.insert(network.name());
}

void Gateway::forget_viewer(const Jid& full_jid, const legacy::Network& network) {
  User* const user = find_user(full_jid);
  if (!user) return;
  std::vector<Jid> gone;
  for (auto& [known, resource] : user->resources) {
    const bool is_meant = full_jid.is_bare() || known == full_jid.str();
    if (!is_meant || resource.networks.erase(network.name()) == 0) continue;
    if (const auto jid = Jid::parse(known)) gone.push_back(*jid);
  }
  for (const Jid& jid : gone) forget_visitor(jid);
}

std::set<std::string> Gateway::viewers_of(const Line& line) const {
  std::set<std::string> viewers;
  const auto user = users_.find(line.user().bare_view());
  if (user == users_.end()) return viewers;
  for (const auto& [full_jid, resource] : user->second.resources)
    if (resource.at_gateway || resource.networks.contains(line.network().name())) viewers.insert(full_jid);
  return viewers;
}

// A resource that only visited rooms is forgotten with the last one; nobody will say that it has gone.
void Gateway::forget_visitor(const Jid& full_jid) {
  User* const user = find_user(full_jid);
  const auto resource = user ? user->resources.find(full_jid.str()) : std::map<std::string, Resource>::iterator{};
  if (!user || resource == user->resources.end()) return;
  if (resource->second.at_gateway || !resource->second.networks.empty()) return;
  const bool visits = std::any_of(user->lines.begin(), user->lines.end(),
                                  [&](const auto& entry) { return entry.second->has_resource(full_jid.str()); });
  if (visits) return;
  user->resources.erase(resource);
  if (user->resources.empty()) detach(*user);
  forget_if_idle(full_jid);
}

// A server's answer to a probe for somebody who is offline.
void Gateway::user_gone(const Jid& bare_jid) {
  const User* const user = find_user(bare_jid);
  if (!user) return;
  const auto resources = user->resources;
  for (const auto& [full_jid, resource] : resources) {
    if (const auto jid = Jid::parse(full_jid)) resource_gone(*jid);
  }
}

void Gateway::resource_gone(const Jid& full_jid, bool is_expected) {
  User* const user = find_user(full_jid);
  if (!user) return;
  user->resources.erase(full_jid.str());
  for (auto& [name, line] : user->lines) line->drop_resource(full_jid.str(), is_expected);
  if (!user->resources.empty()) return share_presence(*user);
  user->shared.reset();
  for (auto& [name, line] : user->lines) {
    if (line->network().features().always_on || line->is_closing()) continue;
    if (line->is_idle()) {
      line->close({}, muc::status_connection_lost);
    } else {
      line->set_presence(legacy::Show::unavailable, {});
    }
  }
  forget_if_idle(full_jid);
}

}  // namespace mapping

// Messages: to rooms, to people, to networks; and the errors that come back for ours.
#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"
#include "mapping/text.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Stanza;
using component::StanzaError;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::size_t longest_reason = 500;  // bytes, of an invitation that leaves this gateway

// Conditions that say that a resource is gone (XEP-0045 section 18.1.2 and what biboumi's users know).
constexpr std::array gone_conditions{"gone",
                                     "item-not-found",
                                     "recipient-unavailable",
                                     "redirect",
                                     "remote-server-not-found",
                                     "remote-server-timeout",
                                     "service-unavailable",
                                     "jid-malformed",
                                     "internal-server-error"};

// Conditions that say that an account is gone or wants nothing of us; a server that can't be reached may come back.
constexpr std::array refusing_conditions{"gone",           "item-not-found", "service-unavailable",
                                         "jid-malformed",  "forbidden",      "not-allowed",
                                         "not-authorized", "not-acceptable", "registration-required"};

template <class Conditions>
bool says(const Element& stanza, const Conditions& conditions) {
  const Element* const error = stanza.child("error", component::ns_component);
  return error && std::any_of(conditions.begin(), conditions.end(), [&](const char* condition) {
           return error->child(condition, component::ns_stanza_errors) != nullptr;
         });
}

}  // namespace

void Gateway::handle_error(const Stanza& stanza) {
  if (stanza.kind() == component::StanzaKind::iq) return;
  if (!stanza.from().is_bare()) {
    if (!says(stanza.xml(), gone_conditions)) return;
    bounced(stanza);
    if (stanza.kind() == component::StanzaKind::message) returned(stanza);
  } else if (stanza.kind() == component::StanzaKind::presence && says(stanza.xml(), refusing_conditions)) {
    unreachable(stanza);
  }
}

void Gateway::returned(const Stanza& error) {
  User* const user = find_user(error.from());
  if (!user) return;
  for (auto& [name, line] : user->lines) line->returned(error);
}

void Gateway::handle_message(Stanza&& stanza) {
  const auto to = identity_.resolve(stanza.to());
  const bool has_content = stanza.xml().child("body", component::ns_component) != nullptr;
  if (!to) {
    if (has_content) refuse(stanza, to_stanza_error(to.error()));
    return;
  }
  const bool is_service = to->kind == Address::Kind::gateway || to->kind == Address::Kind::network;
  if ((stanza.type() == "headline" && is_service) || handle_invitation(stanza, *to)) return;
  if (auto elsewhere = moved(stanza, *to)) {
    if (has_content) refuse(stanza, std::move(*elsewhere));
    return;
  }
  switch (to->kind) {
    case Address::Kind::gateway: return explain(stanza);
    case Address::Kind::room:
      if (stanza.type() != "groupchat" && to->network->features().always_on)
        return private_message(std::move(stanza), *to);
      return room_message(std::move(stanza), *to);
    case Address::Kind::occupant:
      if (stanza.type() == "groupchat") {
        return refuse(stanza, {ErrorType::modify, Condition::bad_request, "Groupchat messages go to the room.", {}});
      }
      if (to->network->features().always_on) return has_content ? refuse_aside(stanza, *to) : void();
      return private_message(std::move(stanza), *to);
    case Address::Kind::network:
    case Address::Kind::contact:
      if (stanza.type() != "groupchat") private_message(std::move(stanza), *to);
      return;
  }
}

// Somebody writes to the gateway itself: what it is for, in words.
void Gateway::explain(const Stanza& stanza) {
  if (stanza.type() == "groupchat" || !stanza.xml().child("body", component::ns_component)) return;
  if (multicast(stanza) || chat_code(stanza) || chat_command(stanza)) return;
  std::string text = "This is a gateway. ";
  if (identity_.is_single()) {
    text += "Register your number with " + domain() + ", then write to +15551234567@" + domain() + ".";
    if (identity_.networks().begin()->second->features().rooms)
      text += " A group is +15551230001,+15551230002@" + domain() + ", as a room or a chat.";
    text += "\nTo me: usage (what you have sent, and your limits), cost NUMBER TEXT, name NUMBER NAME, names.";
  } else {
    text += "Join a channel as a room, #channel%network@" + domain() + ", or write to nick%network@" + domain() + ".";
    for (const auto& [name, network] : identity_.networks()) text += "\nNetwork: " + name;
  }
  Element answer = component::make_message(identity_.gateway(), stanza.from(), "chat", component::make_id());
  out_.send(answer.add(Element("body").text(text)));
}

void Gateway::room_message(Stanza&& stanza, const Address& to) {
  const Element* const subject = stanza.xml().child("subject", component::ns_component);
  const Element* const body = stanza.xml().child("body", component::ns_component);
  const bool has_link = stanza.xml().child("x", "jabber:x:oob") || stanza.xml().child("file-sharing", "urn:xmpp:sfs:0");
  if (!subject && !body && !has_link) {
    handle_voice_request(stanza, to);
    return;
  }
  Line* const line = find_line(stanza.from(), *to.network);
  const Room* const room = line ? line->find(stanza.to()) : nullptr;
  if (!room || !room->has(stanza.from().str())) {
    return refuse(stanza, {ErrorType::modify, Condition::not_acceptable, "You are not a participant in this room.",
                           stanza.to().bare_str()});
  }
  if (stanza.type() == "chat") {
    return refuse(stanza, {ErrorType::modify, Condition::bad_request, "Messages to a room are of type groupchat.", {}});
  }
  if (subject && !body) return line->set_subject(std::move(stanza), to);
  auto text = text_of(stanza);
  if (!text) return refuse(stanza, text.error());
  if (*text) line->say(std::move(stanza), to, std::move(**text));
}

void Gateway::private_message(Stanza&& stanza, const Address& to) {
  auto text = text_of(stanza);
  if (!text) return refuse(stanza, text.error());
  if (!*text) return;
  Line* line = find_line(stanza.from(), *to.network);
  if (!line && to.network->features().always_on) {
    const auto opened = open_line(stanza.from(), *to.network, {});
    if (!opened) return refuse(stanza, opened.error());
    line = *opened;
  }
  if (!line) {
    return refuse(stanza, {ErrorType::wait,
                           Condition::recipient_unavailable,
                           "You are not connected to this network; join one of its rooms first.",
                           {}});
  }
  const Room* const room = to.kind == Address::Kind::occupant ? line->find(stanza.to()) : nullptr;
  if (to.kind == Address::Kind::occupant && (!room || !room->has(stanza.from().str()))) {
    return refuse(stanza, {ErrorType::modify, Condition::not_acceptable, "You are not a participant in this room.",
                           stanza.to().bare_str()});
  }
  line->tell(std::move(stanza), to, std::move(**text));
}

// XEP-0045 section 7.8.2 (mediated, to the room) and XEP-0249 (direct, to the person).
bool Gateway::handle_invitation(const Stanza& stanza, const Address& to) {
  const Element* const x = stanza.xml().child("x", muc::ns_user);
  const Element* const invite = x && to.kind == Address::Kind::room ? x->child("invite", muc::ns_user) : nullptr;
  const Element* const direct =
      to.kind == Address::Kind::contact ? stanza.xml().child("x", muc::ns_direct_invite) : nullptr;
  if (!invite && !direct) return false;
  const auto room_jid = invite ? Jid::parse(stanza.to().bare_str()) : Jid::parse(direct->attr("jid"));
  const auto room =
      room_jid ? identity_.resolve(*room_jid) : base::Result<Address, legacy::Errc>(legacy::Errc::bad_address);
  if (!room_jid || !room || room->kind != Address::Kind::room) {
    refuse(stanza, {ErrorType::modify, Condition::bad_request, "The invitation names no room of this gateway.", {}});
    return true;
  }
  Line* const line = find_line(stanza.from(), *room->network);
  const Room* const joined = line ? line->find(*room_jid) : nullptr;
  if (!joined || !joined->has(stanza.from().str())) {
    refuse(stanza, to_stanza_error(legacy::Errc::not_in_room));
    return true;
  }
  if (direct) {
    line->invite(stanza, *room, to.chat.id, std::string{direct->attr("reason")});
    return true;
  }
  const auto whom = Jid::parse(invite->attr("to"));
  std::string reason = invite->child_text("reason", muc::ns_user);
  const bool ours = whom && whom->domain() == domain();
  const auto person = ours ? identity_.resolve(*whom) : base::Result<Address, legacy::Errc>(legacy::Errc::bad_address);
  if (person && person->kind == Address::Kind::contact) {
    line->invite(stanza, *room, person->chat.id, std::move(reason));
  } else if (whom && !ours && whom->local().empty()) {
    line->invite(stanza, *room, std::string(whom->domain()), std::move(reason));  // a bare nick reads as a domain
  } else if (whom && !ours) {
    relay_invitation(stanza, *whom, reason);
  } else {
    refuse(stanza, to_stanza_error(legacy::Errc::not_found));
  }
  return true;
}

// To any address of XMPP, in our name: free text, so it is short and not often.
void Gateway::relay_invitation(const Stanza& stanza, const Jid& whom, const std::string& reason) {
  if (!invitations_.take(stanza.from().bare_str(), base::Clock::now())) {
    return refuse(stanza, {ErrorType::wait,
                           Condition::resource_constraint,
                           "You invite more people than this gateway allows; wait a minute.",
                           {}});
  }
  Element relayed = component::make_message(stanza.to().bare(), whom, "normal", component::make_id());
  Element& invite = relayed.append(Element("x", muc::ns_user)).append(Element("invite"));
  invite.set("from", stanza.from().bare_str());
  invite.add(Element("reason").text(std::string(base::utf8_prefix(reason, longest_reason))));
  out_.send(relayed);
}

}  // namespace mapping

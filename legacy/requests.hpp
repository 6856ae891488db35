// What the mapping asks of a session, and the words that both use. Part of the contract in legacy/adapter.hpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "legacy/span.hpp"

namespace legacy {

// What a name on a network stands for.
enum class ChatKind {
  person,
  room,
  network,  // the network itself: text to it is a raw command, text from it a server message
};

// A conversation. `id` is the name in the network's spelling; the case may differ between events for a person (the
// mapping compares folded addresses), but a session uses one spelling per room as long as it is joined.
struct Chat {
  ChatKind kind = ChatKind::person;
  std::string id;
  bool operator==(const Chat&) const = default;
};

// Chosen by the caller, echoed in Outcome. 0 is never used.
using Ref = std::uint64_t;

enum class Show { available, away, unavailable };
enum class Affiliation { outcast, none, member, admin, owner };
enum class Role { none, visitor, participant, moderator };

// Why a request failed or a session ended; mapping/errors.cpp turns it into a stanza error.
enum class Errc {
  none = 0,
  unknown_network,     // the gateway has no network of that name
  bad_address,         // the name can't exist on this network
  bad_request,         // the request makes no sense there (missing or malformed parameter)
  not_found,           // no such person or room
  unreachable_host,    // the network's server name does not resolve
  timeout,             // no answer, or the connection was lost before one came
  disconnected,        // not connected and not about to be
  rejected_login,      // wrong password or account; retrying is pointless
  banned,              // from the room
  not_allowed,         // the network never permits it
  no_privilege,        // our rank there is too low
  not_in_room,         // the request needs us in the room
  needs_registration,  // invite-only, or the network wants a registered account
  needs_password,      // room key missing or wrong
  nick_taken,
  nick_invalid,
  room_full,
  too_many_rooms,
  too_fast,          // throttled by the network
  too_long,          // more than the network takes, also after splitting
  queue_full,        // our own outbox towards the network is full
  unsupported,       // the network can't carry it
  emergency_number,  // SMS: refused on purpose
  provider_refused,  // SMS: the provider said no for good
  undeliverable,     // SMS: accepted, then reported as failed for good
  uncertain,         // may or may not have arrived
  storage_failed,    // could not be written to disk, so it was not taken
  internal,
  unreachable_now,  // not delivered in time; may work later. (Numbers are stored: new ones go to the end.)
  busy,             // the network can't do it now
  service_down,     // what the network would need for it is not there now
  conflict,         // it is so already
  against_policy,   // the network takes requests of this kind, but not this one
  not_now,          // not in the present circumstances: a nick that can't change in that room
  refused,          // for a reason that only the network's words tell
  unacceptable,     // for a reason in its form, which only the network's words tell
  moved,            // the room is to be had under another name: Outcome::moved_to
  barred,           // banned from the whole network
  opted_out,        // SMS: the recipient has told the provider to stop our texts
  bad_number,       // SMS: this is no telephone number
};

enum class Flavor {
  normal,
  notice,  // information that no program answers by itself
};

struct SendText {
  Chat to;
  std::string text;   // UTF-8; several lines allowed; "/me " at the start is an action (XEP-0245)
  std::string token;  // opaque to the adapter, kept with the message and given back in Delivery, also after a restart
  Flavor flavor = Flavor::normal;
  std::vector<Span> spans = {};         // of `text`; what the network can't show is left out
  std::vector<std::string> media = {};  // files that it links to, http or https; `text` names each of them, too
};
struct Join {
  Chat room;
  std::string nick;  // wish; honoured only by the first join of a connection
  std::string key;
};
struct Leave {
  Chat room;
  std::string reason;
};
struct SetPresence {
  Show show = Show::available;
  std::string status;
};
struct SetSubject {
  Chat room;
  std::string text;
};
struct ChangeNick {
  std::string nick;
};
struct Kick {
  Chat room;
  std::string nick;
  std::string reason;
};
// Exactly one of the two is set. The Outcome comes when the network has confirmed it.
struct SetStanding {
  Chat room;
  std::string nick;  // or, for outcast and its removal, a mask
  std::optional<Affiliation> affiliation;
  std::optional<Role> role;
  std::string reason;
};
struct Invite {
  Chat room;
  std::string nick;
  std::string reason;
};
// Answered by Rooms before the Outcome.
struct ListRooms {};
// A durable event (one with a non-empty `key`) has been passed on for good; the adapter forgets it.
struct Taken {
  std::string key;
};
// Orderly end: QUIT or its like, then run() returns.
struct Close {
  std::string reason;
};

// What a person's client or the network says about them. Answered by Answer before the Outcome. Errors: not_found
// (also when too many profiles are asked for at once), timeout after 20 s, unsupported (an answer that can't be read),
// busy, disconnected.
struct Query {
  enum class Kind {
    version,  // of their client
    ping,     // whether it answers
    time,     // by their clock
    profile,  // what the network knows of them; may be a few minutes old
    usage,    // nobody's: what we have used of our limits on this network, in Answer::text
    cost,     // what `text` to them would take, in Answer::text
    stops,    // nobody's: who wants no more texts of ours, in Answer::text
  };
  Chat person;
  Kind kind = Kind::ping;
  std::string text = {};
};
// The user wants to see that person's presence, or does no longer. Kept over reconnects; while connected PeerShow tells
// of every change. Errors: bad_address, busy (more than 5,000 people).
struct Watch {
  Chat person;
  bool on = true;
};

// Changes how a room is set up; what is not given stays as it is. The Outcome comes when the network has confirmed all
// of it, or refused a part.
struct SetUp {
  Chat room;
  std::optional<bool> moderated, members_only, hidden, topic_locked;
  std::optional<std::string> password;  // empty: none any more
  std::optional<std::uint32_t> limit;   // 0: none any more
  // Modes in the network's words: the whole set as Traits::modes shows it, or with a minus or a space only the changes.
  std::optional<std::string> modes;
};
// Answered by Bans before the Outcome.
struct ListBans {
  Chat room;
};
// Asks those who lead the room for the right to speak in it.
struct RequestVoice {
  Chat room;
};

// Hands a text over at once and keeps nothing of it: for codes that prove whose a number is. The Outcome has the
// network's answer; none also stands for "nobody knows".
struct SendCode {
  Chat to;
  std::string text;
  std::string user;  // Account::user of whom it counts for
};

// That person gets our texts again, though they have asked for none. Errors: not_found (they have not), opted_out (the
// provider holds it, too, and the user alone can't lift that).
struct LiftStop {
  Chat person;
  bool by_admin = false;
};

// What the user may send from now on, by the operator's word. Errors: bad_request, with words.
struct SetAllowance {
  // "100 messages/day" and so on, instead of the limits that all users have; empty: those again; nothing: as it is.
  std::optional<std::vector<std::string>> limits;
  // Money that is left, "5.00"; empty: without a bound; nothing: as it is.
  std::optional<std::string> credit;
};

using Request =
    std::variant<SendText, Join, Leave, SetPresence, SetSubject, ChangeNick, Kick, SetStanding, Invite, ListRooms,
                 Taken, Close, Query, Watch, SetUp, ListBans, RequestVoice, SendCode, LiftStop, SetAllowance>;

}  // namespace legacy

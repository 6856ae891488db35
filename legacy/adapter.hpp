// The contract between the mapping and a network adapter. Nothing here knows XMPP's XML, JIDs or the database.
//
// Order and re-entrancy: submit() only queues; on_event() only queues. Neither calls back before it returns. Events
// come in the order in which things happened on the network. All of it on the loop thread. Every submit() ends in
// exactly one Outcome for its Ref, also when the session is cancelled first.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
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
  banned,              // banned from the network or the room
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
  uncertain,         // SMS: may or may not have arrived
  storage_failed,    // could not be written to disk, so it was not taken
  internal,
  unreachable_now,  // SMS: not delivered in time; may work later. (Numbers are stored: new ones go to the end.)
  busy,             // the network can't do it now
  service_down,     // what the network would need for it is not there now
  conflict,         // it is so already
  against_policy,   // the network takes requests of this kind, but not this one
  not_now,          // not in the present circumstances: a nick that can't change in that room
  refused,          // for a reason that only the network's words tell
  unacceptable,     // for a reason in its form, which only the network's words tell
  moved,            // the room is to be had under another name: Outcome::moved_to
};

// ---- requests: mapping -> session ----

enum class Flavor {
  normal,
  notice,  // information that no program answers by itself
};

struct SendText {
  Chat to;
  std::string text;   // UTF-8; several lines allowed; "/me " at the start is an action (XEP-0245)
  std::string token;  // opaque to the adapter, kept with the message and given back in Delivery, also after a restart
  Flavor flavor = Flavor::normal;
  std::vector<Span> spans = {};  // of `text`; what the network can't show is left out
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
  };
  Chat person;
  Kind kind = Kind::ping;
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

using Request = std::variant<SendText, Join, Leave, SetPresence, SetSubject, ChangeNick, Kick, SetStanding, Invite,
                             ListRooms, Taken, Close, Query, Watch, SetUp, ListBans, RequestVoice>;

// ---- events: session -> mapping ----

struct Member {
  std::string nick;
  Affiliation affiliation = Affiliation::none;
  Role role = Role::participant;
  std::string address;  // "ident@host" where known
  std::string account;  // services account where known
  Show show = Show::available;
  std::string status;
  bool is_bot = false;
  bool is_operator = false;  // of the network, not of the room
};

// A text that arrived, or (own) one of ours that the network has taken: the reflection in a room. One SendText with
// several lines gives several own Received, all with its Ref, before its Outcome.
struct Received {
  Chat chat;         // the room, the person it comes from, or the network
  std::string nick;  // in a room: who said it
  std::string text;  // plain UTF-8 without formatting codes; an action starts with "/me "
  Flavor flavor = Flavor::normal;
  bool own = false;
  Ref ref = 0;                         // own: the SendText it reflects, 0 when it was said elsewhere
  std::string id;                      // the network's stable message id, where it has one
  std::optional<base::WallTime> when;  // when it was said, if that is not now
  std::string key;                     // not empty: durable, repeated at the next start until Taken{key}
  std::string address;                 // ident@host of the sender where known
  std::vector<Span> spans = {};        // of `text`, with its "/me "
};

struct SubjectText {
  std::string text;
  std::string nick;                    // who set it; may be empty
  std::optional<base::WallTime> when;  // when, if that is known
};

// How a room is set up.
struct Traits {
  bool moderated = false;     // who has no rank can't speak
  bool members_only = false;  // by invitation
  bool password = false;
  bool hidden = false;
  bool topic_locked = false;  // only those who lead it change the subject
  std::uint32_t limit = 0;    // of people in it; 0: none
  std::string modes = {};     // all modes without a parameter, in the network's words: "+nt"
  bool operator==(const Traits&) const = default;
};

// We are in the room now: the whole state at once. A second one for the same room replaces the first (rejoin).
struct Joined {
  Chat room;
  std::string nick;             // ours, in the network's spelling
  std::vector<Member> members;  // ours is among them
  SubjectText subject;
  Traits traits;
  std::vector<Received> history;  // what the network plays back, oldest first; each with its time
};
// The traits differ from those told last.
struct RoomTraits {
  Chat room;
  Traits traits;
};
// Somebody joined or changed (standing, address, away, account).
struct Occupant {
  Chat room;
  Member member;
  std::string actor;  // who changed the standing; empty where unknown or for a join
};

enum class Exit { left, quit, kicked, banned, netsplit };
struct OccupantLeft {
  Chat room;
  std::string nick;
  Exit exit = Exit::left;
  std::string reason;
  std::string actor;
};
// A nick change: everywhere on the network, once per change, also for our own nick.
struct Renamed {
  std::string from;
  std::string to;
  bool own = false;
  bool asked = false;  // own: we asked for it
};
// We are no longer in the room, for whatever reason.
struct Left {
  enum class Why { asked, kicked, banned, forced, connection_lost };
  Chat room;
  Why why = Why::asked;
  std::string reason;
  std::string actor;
};
struct Subject {
  Chat room;
  SubjectText subject;
};
// A mode or setting of the room changed, in the network's words ("+o nick"), by whom.
struct RoomChanged {
  Chat room;
  std::string what;
  std::string actor;
  bool is_setup = false;  // of the room's traits, not of people alone
};
struct Invited {
  Chat room;
  std::string by;
  std::string reason;
};
struct PeerShow {
  Chat person;
  Show show = Show::available;
  std::string status;
  bool is_watched = false;  // true until it is taken back, in whatever rooms we meet
};
// What became of a SendText that left earlier; durable when `key` is not empty.
struct Delivery {
  enum class State { delivered, failed, uncertain };
  std::string token;
  State state = State::delivered;
  Errc reason = Errc::none;
  std::string text;  // the network's or provider's words on a failure
  std::string key;
};
// The connection of this session. `text` is for people.
struct LinkState {
  enum class Link { connecting, online, offline, stopped };
  Link link = Link::offline;
  Errc reason = Errc::none;
  std::string text;
  std::string nick;  // online: ours
};
struct RoomInfo {
  std::string id;
  std::uint32_t occupants = 0;
  std::string topic;
};
struct Rooms {
  Ref ref = 0;
  std::vector<RoomInfo> rooms;
};
struct Bans {
  struct Ban {
    std::string mask;
    std::string by;                      // who has set it, where known
    std::optional<base::WallTime> when;  // where known
  };
  Ref ref = 0;
  std::vector<Ban> bans;
};
struct Outcome {
  Ref ref = 0;
  Errc error = Errc::none;
  std::string text;           // the server's own words, if it said any
  std::string moved_to = {};  // Errc::moved: the room's name now
};
// The answer to a Query; what it holds depends on the kind.
struct Answer {
  Ref ref = 0;
  std::string text;                    // version: the client's words
  std::optional<base::WallTime> when;  // time
  std::chrono::minutes offset{0};      // time: theirs less UTC
  std::string nick;                    // profile, in the network's spelling
  std::string realname;                // profile; may be empty
  std::vector<std::string> details;    // profile: what else is known, for people, a line each
};

using Event = std::variant<Received, Joined, Occupant, OccupantLeft, Renamed, Left, Subject, RoomChanged, RoomTraits,
                           Invited, PeerShow, Delivery, LinkState, Rooms, Outcome, Answer, Bans>;

// Queues the event; never suspends, never calls back into the session.
struct Sink {
  virtual ~Sink() = default;
  virtual void on_event(Event event) noexcept = 0;
};

// Records of one account on one network, in the store. Reads are from memory or disk at once; a save is on the disk,
// synced, when a later commit() reports it. Keys are chosen by the adapter ("out/42").
struct State {
  virtual ~State() = default;
  virtual std::optional<std::string> load(std::string_view key) = 0;
  virtual void save(std::string_view key, std::string_view value) = 0;
  virtual void erase(std::string_view key) = 0;
  // All records whose key starts with prefix, in key order.
  virtual std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) = 0;
  // Calls done(true) when everything saved so far is on the disk, done(false) when that failed. Never before it
  // returns.
  virtual void commit(std::function<void(bool)> done) = 0;
};

struct Account {
  std::string user;                           // opaque, stable and unique: for ids, limits and logs
  std::map<std::string, std::string> fields;  // registration: nick, username, password, realname, number
  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
  }
};

struct Context {
  asio::any_io_executor executor;
  Sink& sink;
  State& state;
};

// One XMPP user on one network.
class Session {
 public:
  virtual ~Session() = default;
  // Connects, serves and reconnects; returns when cancelled, after Close, or when rejected for good (LinkState
  // stopped).
  virtual asio::awaitable<void> run() = 0;
  virtual void submit(Ref ref, Request request) = 0;
};

// What a network can carry; disco and the mapping follow it.
struct Features {
  bool rooms = false;
  bool delivery_reports = false;
  bool presence = false;
  bool always_on = false;  // sessions of registered users run without an XMPP resource being online
  bool people = false;     // Query and Watch
};

// One configured network; knows its own address syntax. Outlives its sessions.
class Network {
 public:
  virtual ~Network() = default;
  virtual const std::string& name() const = 0;
  // The canonical chat for what stands in an address ("#chan", "nick", "+1 555..."). Error: Errc::bad_address and so
  // on.
  virtual base::Result<Chat, Errc> parse(std::string_view id) const = 0;
  // Why a registration's fields can't be used here, in words for the user; empty when they can.
  virtual std::string check(const Account& account) const = 0;
  virtual Features features() const = 0;
  virtual std::unique_ptr<Session> open(Account account, Context context) = 0;
};

}  // namespace legacy

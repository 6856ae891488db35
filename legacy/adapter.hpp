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
#include "legacy/files.hpp"
#include "legacy/requests.hpp"

namespace legacy {

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
  std::string person = {};   // the id of their own chat, where it is not the nick
  bool operator==(const Member&) const = default;
};

// A text that arrived, or (own) one of ours that the network has taken: the reflection in a room. One SendText with
// several lines gives several own Received, all with its Ref, before its Outcome.
struct Received {
  Chat chat;         // the room, the person it comes from, or the network
  std::string nick;  // in a room: who said it
  std::string text;  // plain UTF-8 without formatting codes; an action starts with "/me "
  Flavor flavor = Flavor::normal;
  bool own = false;
  // own: the SendText it reflects, 0 when it was said elsewhere. From the network: the SendText that it answers, as far
  // as anybody can tell; 0: it answers none.
  Ref ref = 0;
  std::string id;                      // the network's stable message id, where it has one
  std::optional<base::WallTime> when;  // when it was said, if that is not now
  std::string key;                     // not empty: durable, repeated at the next start until Taken{key}
  std::string address;                 // ident@host of the sender where known
  std::vector<Span> spans = {};        // of `text`, with its "/me "
  // Each is shown as a message behind the text, which may be empty. In a room only of a network that is always on.
  std::vector<Attachment> attachments = {};
  bool is_vital = false;  // from the network: the user has to know it, be it later
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
  Errc error = Errc::none;    // forced: why the network did not let us back in
  std::string moved_to = {};  // Errc::moved: the room's name now
};
struct Subject {
  Chat room;
  SubjectText subject;
};
// Something about the room changed that no Occupant tells, in the network's words ("+b mask"), by whom.
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
  std::string nick;        // online: ours
  std::uint16_t port = 0;  // online: where the server was reached; 0: nowhere that has one
  bool has_tls = false;    // online
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
  std::string version = {};            // version: where that is known apart from the client's name in `text`
};

using Event = std::variant<Received, Joined, Occupant, OccupantLeft, Renamed, Left, Subject, RoomChanged, RoomTraits,
                           Invited, PeerShow, Delivery, LinkState, Rooms, Outcome, Answer, Bans>;

// Queues the event; never suspends, never calls back into the session.
struct Sink {
  virtual ~Sink() = default;
  virtual void on_event(Event&& event) noexcept = 0;
  // Back-pressure. True: more has come than can be passed on. Who can leave what comes next where it is, as a session
  // does that stops reading its socket, waits until `resume` is called: once, never before when_ready() returns.
  // Outcomes don't wait.
  virtual bool is_full() const noexcept { return false; }
  virtual void when_ready(std::function<void()> resume) { (void)resume; }
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
  std::string user;  // opaque, stable and unique: for ids, limits and logs
  // Of the registration: nick, username, password, realname; number, and of an account at an SMS provider of the user's
  // own provider, account, login, secret, verify, option, hook and since.
  std::map<std::string, std::string> fields;
  std::string field(const std::string& name) const {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
  }
  bool is_service = false;  // the gateway's own: sends in its name, and nothing that comes in is for it
};

// The people in the rooms of one user that may be kept in memory, whatever networks they are on. Shared by the user's
// sessions, which give back all that they have taken.
struct Crowd {
  virtual ~Crowd() = default;
  // A place for one more; false: there is none.
  virtual bool take() noexcept = 0;
  virtual void give(std::size_t count) noexcept = 0;
};

struct Context {
  asio::any_io_executor executor;
  Sink& sink;
  State& state;
  std::shared_ptr<Crowd> crowd = nullptr;  // null: nobody counts
};

// One XMPP user on one network.
class Session {
 public:
  virtual ~Session() = default;
  // Connects, serves and reconnects; returns when cancelled, after Close, or when rejected for good (LinkState
  // stopped).
  virtual asio::awaitable<void> run() = 0;
  virtual void submit(Ref ref, const Request& request) = 0;
};

// What a network can carry; disco and the mapping follow it.
struct Features {
  bool rooms = false;
  bool delivery_reports = false;
  bool presence = false;
  // Sessions of registered users run without an XMPP resource being online. Rooms, if there are any, are there without
  // a Join, too: texts come from them (then `nick` is Member::person) and go to them at any time, and a Join only shows
  // who is in them.
  bool always_on = false;
  bool people = false;  // Query and Watch
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
  // What holds of an account's fields where its user has chosen nothing, to be shown to him.
  const std::map<std::string, std::string>& usual() const noexcept { return usual_; }

  // Gets what the gateway's administrators should know, in words and not again and again. Only queues.
  using Alarm = std::function<void(std::string text)>;
  void set_alarm(Alarm alarm) { alarm_ = std::move(alarm); }
  // Where files that come in can be put for XMPP users.
  void set_slots(AskSlot ask) { ask_slot_ = std::move(ask); }

 protected:
  void tell_admins(std::string text) const {
    if (alarm_) alarm_(std::move(text));
  }
  const AskSlot& ask_slot() const noexcept { return ask_slot_; }  // may be empty
  void set_usual(std::map<std::string, std::string> usual) { usual_ = std::move(usual); }

 private:
  std::map<std::string, std::string> usual_;
  Alarm alarm_;
  AskSlot ask_slot_;
};

}  // namespace legacy

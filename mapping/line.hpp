// One XMPP user on one network: the session, the rooms it has open, and what is waiting for an outcome. Turns stanzas
// into requests and events into stanzas. Owned by the gateway, which deletes it after it has ended.
#pragma once

#include <deque>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/log.hpp"
#include "component/router.hpp"
#include "component/stanza.hpp"
#include "legacy/adapter.hpp"
#include "mapping/announcer.hpp"
#include "mapping/census.hpp"
#include "mapping/held_texts.hpp"
#include "mapping/identity.hpp"
#include "mapping/outage.hpp"
#include "mapping/room.hpp"
#include "mapping/settings.hpp"

namespace mapping {

class AddressBook;
class Archive;
struct Archived;

// What every part of one gateway works with. Outlives them.
struct Services {
  asio::any_io_executor executor;
  component::Outlet& out;
  Identity& identity;
  base::Hmac& occupant_ids;
  Archive* archive = nullptr;          // null: nothing is kept
  const AddressBook* names = nullptr;  // null: nobody has any
  // So long users stay in their rooms while a network is away. 0: they don't.
  std::chrono::minutes outage_limit{15};
};

// What became of a link: it is up, it was up and is lost, or it could not be had (told once, until it is up again).
enum class LinkChange { up, lost, failed };

class Line;
struct LineOwner {
  virtual ~LineOwner() = default;
  virtual void line_changed(Line& line, LinkChange change) = 0;  // the network's presence
  // Has the user asked to see that address's presence?
  virtual bool is_subscribed(const component::Jid& user, const component::Jid& whose) const = 0;
  // False: that resource is known to be gone.
  virtual bool may_be_online(const component::Jid& full_jid) const = 0;
  // The full JIDs to which that line's network has shown its presence, and which are still there.
  virtual std::set<std::string> viewers_of(const Line& line) const = 0;
  // What the user has chosen for the room.
  virtual RoomSettings settings_of(const Line& line, const component::Jid& room) const = 0;
  // The room is one to go back to after a restart, or no longer.
  virtual void keep_room(const Line& line, const Room& room) = 0;
  virtual void forget_room(const Line& line, const component::Jid& room) = 0;
  // There are some on that line, whether we are in them now or not.
  virtual bool keeps_rooms(const Line& line) const = 0;
  // Clients have come to that room or left it.
  virtual void seats_changed(const Line& line, const Room& room) = 0;
  // Into those that the line is not in.
  virtual void go_back(Line& line) = 0;
  virtual void line_ended(Line& line) = 0;  // run() has returned; the line may be deleted after this call
};

class Line final : public legacy::Sink {
 public:
  Line(const Services& services, LineOwner& owner, component::Jid user, legacy::Network& network,
       legacy::Account account, std::unique_ptr<legacy::State> state);
  ~Line() override;

  void start();
  // Counts among the connections for as long as it lives.
  void hold(Census::Seat seat) noexcept { seat_ = std::move(seat); }
  // Says goodbye to the rooms with that status code, ends the session; line_ended() follows.
  void close(std::string reason, int status);
  // The same, but clients stay in their rooms: they are shown that the gateway is away, and after the start it goes on.
  void close_for_restart(std::string reason);

  const component::Jid& user() const noexcept { return user_; }
  legacy::Network& network() const noexcept { return network_; }
  bool is_online() const noexcept { return link_.link == legacy::LinkState::Link::online; }
  bool is_closing() const noexcept { return closing_; }
  bool is_idle() const noexcept { return rooms_.empty() && pending_.empty() && !owner_.keeps_rooms(*this); }
  base::WallTime online_since() const noexcept { return online_since_; }
  const legacy::LinkState& link() const noexcept { return link_; }
  const std::map<std::string, Room, std::less<>>& rooms() const noexcept { return rooms_; }
  const Room* find(const component::Jid& room) const;
  bool has_resource(const std::string& full_jid) const;  // in one of the rooms, or waiting for one
  // The user's nick there: the connection's, and the one they want to have.
  const std::string& nick() const noexcept { return link_.nick; }
  const std::string& wanted_nick() const noexcept { return wanted_nick_; }

  // Stanzas to a room or an occupant (line_room.cpp).
  void join(component::Stanza presence, const Address& to);
  void leave(const component::Stanza& presence);
  void change_nick(component::Stanza presence, const Address& to);
  void set_subject(component::Stanza message, const Address& to);
  void invite(component::Stanza message, const Address& room, std::string nick, std::string reason);
  // A resource is gone: out of every room without an answer. is_expected: it is likely to come back soon.
  void drop_resource(const std::string& full_jid, bool is_expected = false);
  // It seems to be gone, and is told that it is out.
  void put_out(const std::string& full_jid) const;
  // The clients that sat in the room, or waited for it, when wherry stopped; `sitting` may be empty.
  struct Returning {
    std::set<std::string> sitting, waiting;
    std::string wish, nick, key;
    Room::Sketch sketch;
  };
  void resume(const component::Jid& room, const Address& to, Returning clients);
  // To that client, its rooms once more as they are.
  void resync(const std::string& full_jid) const;

  // Persistent rooms (line_persistence.cpp). Joins it with nobody present, unless we are in it or on the way.
  void stay_in(const component::Jid& room, const Address& to, const std::string& nick, const std::string& key);
  // The user's settings may have changed: what is to be kept is kept, and rooms that nobody wants are left.
  void review_rooms();

  // Texts (line_message.cpp). `body` is what the network gets.
  void say(component::Stanza&& message, const Address& to, std::string&& body);
  void tell(component::Stanza&& message, const Address& to, std::string&& body);
  // Of a private message that came through a room.
  static bool is_private_id(std::string_view id) noexcept { return id.starts_with(private_mark); }
  // A message of ours has come back, because its recipient is gone.
  void returned(const component::Stanza& error);

  // People: what is asked about them (line_people.cpp), and what the user's roster shows (line_contacts.cpp).
  // done gets nullptr and the reason when there is no answer.
  void query(legacy::Query question, std::function<void(const legacy::Answer*, const legacy::Outcome&)> done);
  // From now on, or no longer, the network tells of that person's presence.
  void watch(const legacy::Chat& person, bool on);
  // What is known of that one, sent to `to`; false when nothing is.
  bool show_contact(const component::Jid& whose, const component::Jid& to) const;
  void forget_contact(const component::Jid& whose) { contacts_.erase(std::string(whose.local())); }

  void set_presence(legacy::Show show, std::string status);
  // Answered by outcomes: result when all requests of one iq have succeeded, else the first error.
  void administer(const component::Responder& responder, std::vector<legacy::Request> requests);
  // done gets nullptr and the reason when there is no list.
  void list_rooms(std::function<void(const legacy::Rooms*, const legacy::Outcome&)> done);
  // Asks for one thing; done gets its outcome.
  void ask(legacy::Request request, std::function<void(const legacy::Outcome&)> done);
  void list_bans(const Room& room, std::function<void(const legacy::Bans*, const legacy::Outcome&)> done);

  // The XMPP server is back: what it may not have got is sent again.
  void resend_unconfirmed();

  void on_event(legacy::Event&& event) noexcept override;
  bool is_full() const noexcept override { return events_.size() >= most_events; }
  void when_ready(std::function<void()> resume) override { resume_ = std::move(resume); }

 private:
  static constexpr std::string_view private_mark = "private-";
  struct Batch;
  struct Token;
  // What to do with the Outcome of a request.
  struct Pending {
    enum class Kind { silent, message, join, leave, nick, subject, batch, list, query, call, bans };
    Kind kind = Kind::silent;
    std::optional<component::Stanza> stanza;  // to answer on failure, and to reflect
    std::string room;                         // key in rooms_
    bool reflected = false;
    std::shared_ptr<Batch> batch;
    std::function<void(const legacy::Rooms*, const legacy::Outcome&)> list_done;
    std::function<void(const legacy::Answer*, const legacy::Outcome&)> answered;
    std::function<void(const legacy::Outcome&)> done;
    std::function<void(const legacy::Bans*, const legacy::Outcome&)> bans_done;
  };

  void submit(const legacy::Request& request) { submit(request, Pending()); }
  legacy::Ref submit(const legacy::Request& request, Pending&& pending);
  Room& room_for(const component::Jid& jid, const legacy::Chat& chat);
  Room* room_of(const legacy::Chat& chat);
  void note_spelling(const std::string& name, Room& room);
  void request_join(Room& room, const std::string& full_jid);  // as that one of those who wait wishes
  bool is_joining(const Room& room) const;
  // Asks the archive, once, what was said in the room; until it has answered the room's Joined waits.
  void recall(Room& room);
  void open_book(Room& room);
  bool is_held(const legacy::Event& event);
  void recalled(const std::string& key, std::uint64_t ticket, std::vector<Archived> said);
  void record(const Room& room, const Room::Said& said, const std::string& nick);
  void request_leave(Room& room, std::string reason);
  // The last resource has left: so do we, unless the room is persistent.
  void vacate(Room& room, std::string reason);
  // Rooms are back after a lost connection: clients are given time to join them again, then those that stay empty are
  // left.
  void await_clients();
  void leave_unclaimed();
  // ---- line_outage.cpp
  // True: the connection is at fault, so the room is kept as it is, for now.
  bool stays_in(Room& room, const legacy::Left& event);
  void begin_outage();
  void ask_for_rooms();
  void give_up_rooms(const legacy::Left& why);
  void end_outage();
  legacy::Outcome away(legacy::Ref ref) const;
  std::string away_text() const;
  // True: it waits, or its sender was told why not.
  bool hold_back(component::Stanza& message, const Address& to, std::string& body);
  void say_held(const std::string& room);
  void refuse_held(const HeldTexts::Text& text);
  void submit_text(component::Stanza&& message, const Address& to, std::string&& body);
  void note_joined(const Room& room);
  void want_nick(std::string_view nick);
  // is_seen: clients that were in have been told.
  void note_removed(const Room& room, const legacy::Left& event, bool is_seen);
  bool note_failed(const Room& room, const legacy::Outcome& outcome);
  void tell_failed(const Room& room, legacy::Errc error, const std::string& why);
  // We are not in it, for that reason: a persistent one is tried again, or forgotten.
  void expect_return(const Room& room, legacy::Errc error);
  void room_left(const std::string& key);
  void erase_room(const std::string& key);
  void close_when_unused();
  void say_goodbye(const legacy::Outcome& why, int status);
  void break_down();
  void take_events_later();
  // As many as make one turn of the loop, when the user's stanzas have room.
  void take_events();
  void await_room();
  bool drain();
  void wind_up(bool is_broken);
  void later(std::function<void()> work);

  // Rooms that are busy with those who come in (line_arrival.cpp).
  struct Arriving {
    bool is_joined = false;               // the network has told the room anew; else only somebody comes in
    bool is_admitted = false;             // those who wait have been let in
    std::vector<legacy::Received> texts;  // what the network plays back
  };
  void go_on_arriving();
  bool go_on(Room& room, Arriving& arriving);
  void enter(Room& room, const std::string& full_jid, Room::Wish wish);
  void admit(Room& room, Arriving& arriving);
  void settle(Room& room, Arriving arriving);

  void handle(legacy::Received& event);
  void handle(legacy::Joined& event);
  void handle(legacy::Occupant& event);
  void handle(legacy::OccupantLeft& event);
  void handle(legacy::Renamed& event);
  void handle(legacy::Left& event);
  void handle(legacy::Subject& event);
  void handle(legacy::RoomChanged& event);
  void handle(legacy::RoomTraits& event);
  void handle(legacy::Invited& event);
  void handle(legacy::PeerShow& event);
  void handle(legacy::Delivery& event);
  void handle(legacy::LinkState& event);
  void handle(legacy::Rooms& event);
  void handle(legacy::Outcome& event);
  void handle(legacy::Answer& event);
  void handle(legacy::Bans& event);

  bool is_in_a_room(const std::string& nick) const;
  void contact_left(const std::string& nick);
  void contact_missing(const component::Jid& whose);
  void hide_contacts(bool all);

  // What it is in the room, written and in the archive.
  std::optional<Room::Said> prepare(const Room& room, legacy::Received& event);
  Room::Said remark_of(const Room& room, Room::Remark remark, const std::optional<base::WallTime>& when);
  // ---- line_group.cpp
  void group_text(legacy::Received& event);
  void show_in_group(Room& room, const legacy::Received& event);
  void show_as_chat(const legacy::Received& event);
  void own_unseen(const legacy::Received& event);
  void record_unseen(const legacy::Received& event);
  std::vector<Room::Said> remarks_of(const Room& room, const legacy::Received& event);
  std::string name_of(const std::string& person) const;
  void name_members(legacy::Joined& event) const;
  legacy::SendText request_of(const component::Stanza& message, const Address& to, std::string body) const;
  void room_text(Room& room, legacy::Received& event);
  void own_text(Room& room, legacy::Received& event);
  void reflect(Room& room, legacy::Received& event, const component::Stanza& own);
  void note_doubtful(legacy::Ref ref, Pending& pending);
  void private_text(legacy::Received& event);
  component::xml::Element text_message(const component::Jid& from, const std::string& to, const legacy::Received& event,
                                       bool in_room) const;
  void files_from(const component::Jid& from, const legacy::Received& event);
  void text_from(const component::Jid& from, const std::string& to, const legacy::Received& event, bool in_room);
  void network_text(const legacy::Received& event);
  std::set<std::string> audience() const;
  void note_dialogue(const component::Jid& contact);
  void join_failed(const Pending& pending, const legacy::Outcome& outcome);
  bool is_awaited(legacy::Errc error) const;
  void close_unless_moved(legacy::Errc error);
  void join_done(const Pending& pending);
  void refuse(const Room& room, const std::map<std::string, Room::Wish>& waiting, const legacy::Outcome& outcome);
  void fail_pending();
  void finish(Pending& pending, const legacy::Outcome& outcome);
  void count_down(Batch& batch, const legacy::Outcome& outcome);
  void refuse(const component::Stanza& stanza, const legacy::Outcome& outcome, bool in_room);
  component::xml::Element report(const legacy::Delivery& event, const Token& token, const component::Jid& sender,
                                 const component::Jid& recipient) const;
  void send_durable(std::vector<component::xml::Element> stanzas, const std::string& key);
  void confirm(const std::string& key, const std::vector<component::xml::Element>& stanzas);

  const Services& services_;
  LineOwner& owner_;
  component::Jid user_;
  legacy::Network& network_;
  std::unique_ptr<legacy::State> state_;
  std::unique_ptr<legacy::Session> session_;
  Announcer announcer_;
  Census::Seat seat_;
  legacy::LinkState link_;
  std::string wanted_nick_;
  base::WallTime online_since_{};
  bool has_failed_ = false;                    // the user has been told that there is no link
  const bool shows_xhtml_, converts_styling_;  // what the user has chosen
  bool closing_ = false;
  static constexpr std::size_t most_events = 64;
  bool drain_posted_ = false;        // or coming when the outlet has room
  std::list<legacy::Event> events_;  // in nodes: they are big to move
  std::function<void()> resume_;     // of the session that holds back what comes next; empty: none does
  legacy::Ref last_ref_ = 0;
  std::uint64_t last_recall_ = 0;
  std::map<legacy::Ref, Pending> pending_;
  std::map<legacy::Ref, component::Stanza> doubtful_;      // room messages that may have arrived, as their senders know
  std::multiset<std::string, std::less<>> joining_;        // the rooms of the joins that are pending
  std::map<std::string, Arriving, std::less<>> arriving_;  // by localpart; while there are any, events wait
  bool arriving_posted_ = false;
  std::map<std::string, Room, std::less<>> rooms_;  // by localpart
  std::map<std::string, Room*> by_chat_;            // the same by the network's spelling
  struct Contact {
    component::Jid whose;
    std::string nick;
    legacy::Show show = legacy::Show::available;
    std::string status;
    bool from_room = false;   // seen because we share a room
    bool is_watched = false;  // the network takes it back itself
  };
  void hide_contact(std::map<std::string, Contact, std::less<>>::iterator contact);
  std::map<std::string, Contact, std::less<>> contacts_;  // by localpart: those that the user's roster shows as online
  std::map<std::string, std::string, std::less<>> via_room_;  // contact's localpart -> room the user last wrote through
  std::set<std::string> dialogues_;                           // bare JIDs of contacts
  std::deque<legacy::Received> shown_;  // the latest in rooms that are always there, as they may come back
  std::set<std::string> invited_;       // ids of rooms that the user was told of and has not entered since
  Outage outage_;
  HeldTexts held_;
  base::Timer retry_;
  base::Timer claims_;                   // leaves rooms that no client has come back to
  base::Timer unused_;                   // closes the line if by then nobody is in a room
  std::unique_ptr<base::Timer> return_;  // while a persistent room that we are not in is to be tried again
  struct Unconfirmed {
    std::vector<component::xml::Element> stanzas;
    base::WallTime since;  // they were sent first
    bool is_lost = false;  // the stream ended before the server said that it has it
  };
  std::map<std::string, Unconfirmed> unconfirmed_;  // durable stanzas on their way, by key
  base::Log log_{"line"};
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);  // callbacks that may come after us hold it weakly
};

}  // namespace mapping

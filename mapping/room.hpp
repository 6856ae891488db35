// One user's view of one room: who is in it, what was last said, which of the user's resources are there, and the
// stanzas that show it to them in the order of XEP-0045 section 7.2. Knows no session; sends through the outlet it is
// given.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/crypto.hpp"
#include "base/fifo.hpp"
#include "base/slice.hpp"
#include "component/stanza.hpp"
#include "component/xeps/muc.hpp"
#include "legacy/adapter.hpp"
#include "mapping/nick_order.hpp"

namespace mapping {

struct Book;

class Room {
 public:
  static constexpr std::size_t history_limit = 50;        // messages kept for resources that join later
  static constexpr std::size_t longest_kept = 16 * 1024;  // bytes of one; a user's own can bring anything

  // A text that is shown in the room. The views live as long as it does.
  struct Remark {
    std::string_view nick;  // who says it; also when he is not here
    std::string_view id;
    std::string_view stanza_id;
    std::string_view text;
    std::vector<const component::xml::Element*> additions = {};  // what stands beside the body
    std::optional<base::WallTime> when = {};                     // to be told, because it was long ago
  };
  // One as it is kept for those who join later.
  struct Said {
    base::WallTime when;
    std::string stanza_id;
    component::WrittenStanza message;
    bool is_delayed = false;  // tells its time already
  };

  // What a resource asked for when it joined.
  struct Wish {
    std::string nick;
    std::string id;  // of the stanza, for an error
    std::string key;
    component::muc::HistoryRequest history;
    bool is_usual = false;                    // asked for nothing: what was missed is added to `history`
    std::optional<std::uint64_t> lost_since;  // was in when the connection broke: as in lost_; set by wait()
  };

  // id_hash: of the occupant ids (XEP-0421), outlives the room; network: part of what they are computed from.
  Room(component::Jid jid, legacy::Chat chat, std::string network, base::Hmac& id_hash);

  const component::Jid& jid() const noexcept { return jid_; }
  const legacy::Chat& chat() const noexcept { return chat_; }
  // The network's spellings of its name, as far as it has used them.
  const std::vector<std::string>& spellings() const noexcept { return spellings_; }
  void add_spelling(std::string name) { spellings_.push_back(std::move(name)); }
  const std::string& nick() const noexcept { return nick_; }
  // Those who are in see the room as the network told it last, also while it is suspended.
  bool is_joined() const noexcept { return joined_; }
  // The connection is lost and everybody stays, until take() brings the room up to date or left() ends it.
  bool is_suspended() const noexcept { return is_suspended_; }
  // What tells of it is a change of the user's own standing, which every client shows without making noise of it: away,
  // and unless `may_speak` without a voice.
  void suspend(component::Outlet& out, std::string words, bool may_speak);
  // Everything once more, to one that is in: it may have lost it, or have been told by a server that was just starting
  // that there is no such room. Clients that lack nothing show nothing.
  void resync(component::Outlet& out, const std::string& full_jid) const;
  bool is_empty() const noexcept { return resources_.empty() && waiting_.empty() && lost_.empty(); }
  bool has(const std::string& full_jid) const { return resources_.contains(full_jid); }
  // It is in, waits, or was dropped by a lost connection.
  bool knows(const std::string& full_jid) const {
    return has(full_jid) || waiting_.contains(full_jid) || lost_.contains(full_jid);
  }
  const std::set<std::string>& resources() const noexcept { return resources_; }
  std::set<std::string> everybody() const;  // whom it knows

  // The nick of the member who is that person (legacy::Member::person), or the name as it is.
  std::string nick_of(const std::string& person) const;
  // The member whose nick this is, also in another case; nullptr when there is none.
  const legacy::Member* find(const std::string& nick) const;
  // Where that member is to be had outside the room.
  std::string address_of(const legacy::Member& member) const;
  struct Occupant {
    legacy::Member member;
    std::string jid;  // room/nick
    std::string id;   // XEP-0421
  };
  using Occupants = std::map<std::string, Occupant, NickOrder>;
  const Occupants& occupants() const noexcept { return occupants_; }
  const legacy::SubjectText& subject() const noexcept { return subject_; }
  const legacy::Traits& traits() const noexcept { return traits_; }
  void set_traits(const legacy::Traits& traits) noexcept { traits_ = traits; }

  // What clients know of a room that was kept over a restart; may be empty.
  struct Sketch {
    struct Person {
      std::string nick, id;  // id: of XEP-0421; by it clients know who stays who
    };
    std::vector<Person> people;
    std::string subject;
  };
  // These clients were in when wherry stopped, and still are: suspended, until the network has told how it is now.
  void resume(std::set<std::string> clients, std::string nick, Sketch sketch);

  // A resource wants in; it gets everything when admit() comes, or at once when we are in the room already.
  void wait(const std::string& full_jid, Wish wish);
  const std::map<std::string, Wish>& waiting() const noexcept { return waiting_; }
  std::map<std::string, Wish> take_waiting() { return std::exchange(waiting_, {}); }
  std::map<std::string, Wish> take_newcomers();  // only those that were not in when the connection broke

  // Resources that were in when the connection broke and have not asked for the room again.
  bool has_lost() const noexcept { return !lost_.empty(); }
  void forget_lost() noexcept { lost_.clear(); }
  // Shown to it as far as a slice of the turn lasts.
  void enter(component::Outlet& out, const std::string& full_jid, Wish wish);
  // True when it was there (or wanted to be).
  bool forget(const std::string& full_jid);

  // Where the archive keeps what is said here; null: nowhere.
  const std::shared_ptr<Book>& book() const noexcept { return book_; }
  void set_book(std::shared_ptr<Book> book) noexcept { book_ = std::move(book); }
  // The user wants it there.
  bool is_recorded() const noexcept { return is_recorded_; }
  void set_recorded(bool recorded) noexcept { is_recorded_ = recorded; }
  // The archive was asked what was said here before this room was opened.
  bool is_recalled() const noexcept { return is_recalled_; }
  void await_recall(std::uint64_t ticket) noexcept { recall_ = ticket; }
  std::uint64_t recall() const noexcept { return recall_; }
  void set_recalled() noexcept { is_recalled_ = true; }
  // A message of that stanza-id is among what is kept for those who join later.
  bool has_said(std::string_view stanza_id) const;
  // For those who join later, without showing it to anybody now.
  void remember(Said said);

  // The key that it was last joined with; may be empty.
  const std::string& key() const noexcept { return key_; }
  void set_key(std::string key) { key_ = std::move(key); }
  // A PART is under way: a join has to wait for its end.
  void set_leaving(bool leaving) noexcept { leaving_ = leaving; }
  bool is_leaving() const noexcept { return leaving_; }

  // Events of the network, shown to every resource that is in.
  // The state at the beginning, or after an outage: who is in is shown the differences. Then admit().
  void take(component::Outlet& out, legacy::Joined state);
  void admit(component::Outlet& out);

  // A large room takes more than a slice of a turn (room_arrival.cpp): while it is busy, no event is to be shown.
  // As take(), but the members take their seats, or are compared with who sat there before, by and by.
  void begin(legacy::Joined state);
  bool seat_members(component::Outlet& out);       // true: all have one
  bool show_to_newcomers(component::Outlet& out);  // true: everything that there is
  bool is_busy() const noexcept { return arrival_ != nullptr; }
  void occupant(component::Outlet& out, const legacy::Occupant& event);
  void occupant_left(component::Outlet& out, const legacy::OccupantLeft& event);
  void renamed(component::Outlet& out, const legacy::Renamed& event);
  // Gives back who was in it: to free many takes its time.
  Occupants left(component::Outlet& out, const legacy::Left& event);
  Occupants take_occupants() { return std::exchange(occupants_, {}); }
  void subject_changed(component::Outlet& out, legacy::SubjectText subject);
  // Shown, and kept for those who join later.
  void message(component::Outlet& out, Said said);
  // A line of the room itself that makes no noise where it is shown, and is not kept; a text or a status may be
  // missing.
  void note(component::Outlet& out, std::string_view text, int status = component::muc::no_status) const;
  void broadcast(component::Outlet& out, const component::WrittenStanza& stanza) const;
  // It seems to have gone without a word; if it hasn't, it knows that it is out and can come back.
  void put_out(component::Outlet& out, const std::string& full_jid) const;
  // Out, and expected back.
  void lose(const std::string& full_jid);
  // Unavailable with 110 to one resource; the others stay.
  void send_goodbye(component::Outlet& out, const std::string& full_jid, int status, std::string_view reason);

  component::WrittenStanza write(const Remark& remark) const;

 private:
  void show_self(component::Outlet& out, legacy::Member self, std::string_view reason);
  // What has changed in an outage, as far as it has been found out.
  struct News {
    std::string nick;  // ours
    legacy::SubjectText subject;
    std::unordered_set<std::string_view> present = {};  // nicks of the arrival's members
    std::size_t noted = 0;                              // so many of them
    std::string next = {};                              // the occupant who is to be looked for next
    bool is_absent_gone = false;
    std::optional<legacy::Member> self = {};
  };
  void begin_to_catch_up(legacy::Joined state);
  // False: there is more to do.
  bool catch_up(component::Outlet& out, News& news, const base::Slice& slice);
  bool note_present(News& news, const base::Slice& slice) const;
  bool drop_absent(component::Outlet& out, News& news, const base::Slice& slice);
  bool show_present(component::Outlet& out, News& news, const base::Slice& slice);
  // Somebody who comes in, and how far.
  struct Newcomer {
    std::string full_jid;
    Wish wish;
    std::string next = {};  // the occupant who is to be shown next
  };
  struct Arrival {
    std::vector<legacy::Member> members;
    std::size_t seated = 0;
    std::unique_ptr<News> news = {};  // null: a room that is new
    base::Fifo<Newcomer> newcomers;
  };

  Arrival& arrival();
  Newcomer* find_newcomer(const std::string& full_jid);
  bool show_occupants(component::Outlet& out, Newcomer& to, base::Slice& slice) const;
  void welcome(component::Outlet& out, const Newcomer& newcomer) const;
  void end_arrival();
  void note_vacated() noexcept;
  Occupants::iterator seat(legacy::Member member);
  const Occupant* find_occupant(std::string_view nick) const;
  Occupant make_occupant(legacy::Member member) const;
  // Who is nobody here gets what the room can say of a nick alone.
  Occupant occupant_or_nobody(const std::string& nick) const;
  static void write_occupant_id(component::xml::Writer& writer, const Occupant& occupant);
  // A status that is 0 is left out.
  component::WrittenStanza presence(const Occupant& occupant, std::initializer_list<int> statuses = {},
                                    std::string_view reason = {}) const;
  component::WrittenStanza unavailable(const Occupant& occupant, const component::muc::Item& item,
                                       std::string_view status, std::initializer_list<int> statuses) const;
  component::WrittenStanza subject_message() const;
  void send_history(component::Outlet& out, const std::string& to, const component::muc::HistoryRequest& wish) const;
  component::muc::Item item_of(const legacy::Member& member, const std::string& address) const;

  component::Jid jid_;
  legacy::Chat chat_;
  std::vector<std::string> spellings_;
  std::string network_;
  base::Hmac& id_hash_;
  bool joined_ = false;
  bool is_suspended_ = false;
  bool is_resumed_ = false;  // since a restart, and not brought up to date yet
  bool leaving_ = false;
  std::string key_;
  legacy::Traits traits_;
  std::string nick_;
  Occupants occupants_;
  legacy::SubjectText subject_;
  base::Fifo<Said> history_;
  std::uint64_t remembered_ = 0;          // how many ever came to history_: its end as a place that stays the same
  std::optional<std::uint64_t> vacated_;  // that place when the last resource left; nullopt: somebody is in
  std::shared_ptr<Book> book_;
  std::uint64_t recall_ = 0;
  bool is_recalled_ = false;
  bool is_recorded_ = true;
  std::set<std::string> resources_;
  std::map<std::string, std::uint64_t> lost_;  // with the place in the history where they dropped out
  std::map<std::string, Wish> waiting_;
  std::unique_ptr<Arrival> arrival_;  // null: nothing is under way
};

}  // namespace mapping

// One connection to an IRC server without I/O: it takes parsed messages, requests and the time, and gives back lines to
// send, events and the moment at which it wants to be called again. It survives its connection: rooms that someone
// wants to be in are joined again on the next one. Loop thread only; owns everything it knows.
//
// Split by action: state.cpp has the entry points and the dispatch, state_*.cpp what the sections below name.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"
#include "legacy/irc/caps.hpp"
#include "legacy/irc/ctcp.hpp"
#include "legacy/irc/greeting.hpp"
#include "legacy/irc/identity.hpp"
#include "legacy/irc/isupport.hpp"
#include "legacy/irc/line.hpp"
#include "legacy/irc/message.hpp"
#include "legacy/irc/pending.hpp"
#include "legacy/irc/people.hpp"
#include "legacy/irc/room.hpp"
#include "legacy/irc/sasl.hpp"
#include "legacy/irc/speech.hpp"
#include "legacy/irc/standing.hpp"

namespace irc {

class State {
 public:
  explicit State(Identity identity);

  // ---- what happens ----
  // `secure`: over TLS.
  void opened(const Now& now, const std::string& peer, bool secure = true);
  void receive(const Message& message, const Now& now);
  void submit(legacy::Ref ref, const legacy::Request& request, const Now& now);
  void written(std::uint64_t mark, const Now& now);
  void half_written(std::uint64_t mark);  // as much of it as the connection took before it broke
  // Who has waited too long for news of a text from before the connection broke is told that nobody knows.
  void tell_doubts(const Now& now);
  std::optional<Time> doubts_deadline() const { return speech_.deadline(); }
  void tick(const Now& now);
  // So long nothing was read: what the server said meanwhile is not late.
  void excuse(base::Clock::duration unread);
  // The connection is gone, or could not be made. `text` is for people; for_good: there won't be another one.
  void closed(const Drop& why, const Now& now);

  // ---- what is to be done ----
  std::vector<Line> take_lines() { return std::exchange(lines_, {}); }
  Events take_events() { return std::exchange(events_, {}); }
  std::optional<Time> deadline() const;
  const std::optional<Drop>& drop() const { return drop_; }
  // Set by Close: say this and leave.
  const std::optional<std::string>& farewell() const { return farewell_; }
  // What the server has said about itself, when that is news since the last call; else nullptr.
  Isupport* isupport_news() { return std::exchange(isupport_changed_, false) ? &isupport_ : nullptr; }
  bool is_online() const { return phase_ == Phase::online; }
  // The server takes nothing but UTF-8.
  bool is_utf8_only() const { return isupport_.has("UTF8ONLY"); }
  // How long the server wants to be reached with TLS only, when it has said so over TLS since the last call.
  std::optional<std::chrono::seconds> sts_news() { return std::exchange(sts_duration_, std::nullopt); }
  // What to say when leaving: the reason of Close, or the configured one.
  std::string farewell_text() const;

 private:
  enum class Phase { offline, registering, online };
  using Handler = bool (State::*)(const Message&);
  struct Row {
    std::string_view command;
    std::size_t min_params;
    Handler handler;
  };
  static const Row rows[];

  // ---- dispatch (state.cpp) ----
  void dispatch(const Message& message);
  bool is_in_batch(const Message& message, std::string_view type) const;
  std::string label_of(const Message& message) const;
  bool on_ping(const Message& message);
  bool on_pong(const Message& message);
  bool on_error(const Message& message);
  bool on_batch(const Message& message);
  bool on_nothing(const Message&) { return true; }
  bool on_numeric_error(const Message& message);
  legacy::Errc meaning(const Numeric& numeric, Ask ask, const std::string& target, const std::string& subject) const;
  void show_server_message(const Message& message);
  void show_about_us(const Message& message);
  void check_silence();
  bool may_play_back() const;

  // ---- registration (state_register.cpp) ----
  void trust();
  bool uses_pass() const;
  bool wants_pass() const;
  void ask_again_with_pass();
  void introduce();
  void negotiate();
  void end_negotiation();
  void stop(legacy::Errc reason, const std::string& text);
  std::optional<Drop> refusal(const std::string& text) const;
  bool on_cap(const Message& message);
  bool on_welcome(const Message& message);
  bool on_version(const Message& message);
  bool on_isupport(const Message& message);
  bool on_rejected(const Message& message);
  bool on_banned(const Message& message);
  bool on_not_registered(const Message& message);
  bool must_use_tls();

  // ---- login (state_login.cpp) ----
  bool wants_login() const { return !identity_.password.empty() || has_certificate(); }
  bool has_certificate() const { return identity_.has_certificate && secure_; }
  Credentials credentials() const;
  std::unique_ptr<SaslMechanism> next_mechanism() const;
  bool start_login();
  void log_in_late();
  bool may_log_in_late();
  void fail_login(const std::string& text);
  void after_welcome();
  void join_rooms();
  bool may_join() const { return phase_ == Phase::online && !joins_due_; }
  void answer_nickserv(const Message& message);
  bool on_authenticate(const Message& message);
  bool on_logged_in(const Message& message);
  bool on_logged_out(const Message& message);
  bool on_sasl_success(const Message& message);
  bool on_sasl_failure(const Message& message);
  bool on_sasl_mechanisms(const Message& message);

  // ---- the nick that we want (state_nick.cpp) ----
  void try_next_nick(bool is_invalid);
  void watch_for_nick();
  void stop_watching_nick();
  void ask_for_nick();
  void take_nick();
  void nick_is_free(const std::string& nick);
  bool on_nick_refused(const Message& message);

  // ---- rooms (state_join.cpp) ----
  void send_join(Room& room);
  void announce(Room& room);
  void announce_when_due(Room& room);
  void announce_left(Room& room, legacy::Left left);
  void finish_join(Room& room, legacy::Errc error, const std::string& text);
  void forget(const std::string& name);
  void give_up_join(std::string name);
  bool is_leaving(const std::string& name) { return find_pending(Ask::part, name) != nullptr; }
  bool may_seat_in(const Room& room);
  std::size_t people() const;
  void unite(Room& lost);
  bool on_join(const Message& message);
  bool on_own_join(const Message& message);
  bool on_part(const Message& message);
  bool on_kick(const Message& message);
  bool on_names(const Message& message);
  void list_person(Room& room, std::string_view entry);
  void end_list(Room& room);
  void resync(Room& room);
  bool is_syncing(const Room& room) const { return now_.steady < room.syncing_until; }
  bool on_end_of_names(const Message& message);
  bool on_topic(const Message& message);
  bool on_topic_is(const Message& message);
  bool on_topic_who(const Message& message);
  bool on_no_topic(const Message& message);
  bool on_invite(const Message& message);
  bool on_inviting(const Message& message);
  bool on_moved(const Message& message);
  void remove_person(Room& room, const std::string& nick, legacy::OccupantLeft left);

  // ---- people (state_people.cpp) ----
  legacy::Member member(const Room& room, const Person& person) const;
  void tell(const Room& room, const Person& person, const std::string& actor = {});
  void change_everywhere(const std::string& nick, const std::function<void(Person&)>& change);
  void learn_address(const Source& source);
  void make_room_for(const std::string& nick, const std::string& from);
  void unite_people(Room& room);
  bool on_quit(const Message& message);
  bool on_nick(const Message& message);
  bool on_away(const Message& message);
  bool on_account(const Message& message);
  bool on_chghost(const Message& message);
  bool on_host_hidden(const Message& message);
  bool on_operator(const Message& message);
  bool on_peer_away(const Message& message);
  bool on_own_away(const Message& message);
  void send_away();

  // ---- what is said (state_message.cpp) ----
  bool on_privmsg(const Message& message);
  bool on_notice(const Message& message);
  bool on_text(const Message& message, legacy::Flavor flavor);
  bool on_echo(const Message& message, legacy::Received received);
  bool on_ctcp(const Message& message, const Ctcp& ctcp);
  void deliver(const Message& message, legacy::Received&& received);
  void hold(Room& room, legacy::Received&& received);
  bool is_repeated(Room& room, const std::string& id) const;
  std::optional<base::WallTime> said_at(const Message& message) const;
  void say_to_user(const std::string& text, legacy::Flavor flavor = legacy::Flavor::normal, legacy::Ref asked = 0);

  // ---- what we say (state_say.cpp) ----
  void say(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& text);
  void say_line(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& request, std::string_view line);
  void say_styled(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& text);
  void say_pieces(Said&& said, bool is_action, std::vector<std::string>&& pieces);
  void say_raw(legacy::Ref ref, const std::string& text);
  void set_modes_by_hand(legacy::Ref ref, const Room& room, const std::string& text);
  std::size_t payload(std::string_view command, std::string_view target) const;
  Confirm confirmation(Ask ask, std::string_view target) const;
  void want_fence();
  void end_fence(legacy::Errc error, const std::string& text);
  bool refuse_written(const Numeric& numeric, const Message& message);

  // ---- modes (state_mode.cpp) ----
  bool on_mode(const Message& message);
  bool on_mode_is(const Message& message);
  bool may_hide_rank(char lost, std::string_view left) const;
  void tell_ranks(Room& room, bool of_all);
  void tell_late_ranks();
  void tell_some_ranks(Room& room);
  void rank_anew();
  void set_traits(Room& room, legacy::Traits traits);
  void set_standing(legacy::Ref ref, const legacy::SetStanding& request);
  void set_ban(legacy::Ref ref, const legacy::SetStanding& request, const Room& room);
  void remove_ban(legacy::Ref ref, const legacy::SetStanding& request, const Room& room);
  std::string ban_mask(const Room& room, const std::string& nick) const;
  void see_change(const std::string& channel, const Want& seen);

  // ---- how a room is set up (state_setup.cpp) ----
  std::string check_setup(const legacy::SetUp& request) const;
  std::vector<Want> setup_changes(const Room& room, const legacy::SetUp& request) const;
  std::vector<Want> raw_changes(const legacy::Traits& traits, const std::string& text) const;
  void send_changes(legacy::Ref ref, const Room& room, const std::vector<Want>& changes);
  bool is_plain_mode(char letter) const;
  // True when it is one of the room's traits.
  bool change_traits(Room& room, legacy::Traits& traits, const Want& change) const;
  bool on_ban_entry(const Message& message);
  bool on_ban_end(const Message& message);

  // ---- requests (state_request.cpp) ----
  void handle(legacy::Ref ref, const legacy::SendText& request);
  void handle(legacy::Ref ref, const legacy::Join& request);
  void handle(legacy::Ref ref, const legacy::Leave& request);
  void handle(legacy::Ref ref, const legacy::SetPresence& request);
  void handle(legacy::Ref ref, const legacy::SetSubject& request);
  void handle(legacy::Ref ref, const legacy::ChangeNick& request);
  void handle(legacy::Ref ref, const legacy::Kick& request);
  void handle(legacy::Ref ref, const legacy::SetStanding& request);
  void handle(legacy::Ref ref, const legacy::Invite& request);
  void handle(legacy::Ref ref, const legacy::ListRooms& request);
  void handle(legacy::Ref ref, const legacy::Taken& request);
  void handle(legacy::Ref ref, const legacy::Close& request);
  void handle(legacy::Ref ref, const legacy::SetUp& request);
  void handle(legacy::Ref ref, const legacy::ListBans& request);
  void handle(legacy::Ref ref, const legacy::RequestVoice& request);
  void handle(legacy::Ref ref, const legacy::SendCode& request);
  std::string reason_text(std::string_view reason) const;
  Room* joined_room(legacy::Ref ref, const legacy::Chat& chat);
  bool on_list_entry(const Message& message);
  bool on_list_end(const Message& message);

  // ---- asking people's clients (state_query.cpp) ----
  void handle(legacy::Ref ref, const legacy::Query& request);
  void answer_for_us(legacy::Ref ref, legacy::Query::Kind kind);
  void on_ctcp_answer(const std::string& nick, const Ctcp& ctcp);

  // ---- WHOIS (state_profile.cpp) ----
  void ask_profile(legacy::Ref ref, const std::string& nick);
  void send_whois();
  void finish_whois(const std::string& nick, legacy::Errc error, const std::string& text);
  void fail_profiles(legacy::Errc error, const std::string& text);
  void forget_profile(const std::string& nick);
  bool on_whois(const Message& message);

  // ---- contacts (state_watch.cpp) ----
  void handle(legacy::Ref ref, const legacy::Watch& request);
  void follow();
  void poll(bool only_new);
  void stop_watching();
  void note_present(const std::string& nick, bool is_there);
  void tell_show(const std::string& nick, legacy::Show show, const std::string& status);
  bool on_monitor(const Message& message);
  bool on_monitor_full(const Message& message);
  bool on_ison(const Message& message);

  // ---- WHO (state_who.cpp) ----
  struct Sighting;
  void plan_who(Room& room);
  void ask_who();
  void see(Room& room, const Sighting& seen);
  bool on_who(const Message& message);
  bool on_whox(const Message& message);
  bool on_end_of_who(const Message& message);

  // ---- FAIL, WARN, NOTE (state_standard_replies.cpp) ----
  bool on_fail(const Message& message);
  bool on_remark(const Message& message);

  // ---- waiting for answers (state_pending.cpp) ----
  Pending* find_asked(Ask ask, std::string_view target, const Message& message);
  void note_typed(legacy::Ref ref, const Message& message, std::uint64_t& mark);
  legacy::Ref asker(const Message& message) const;
  Pending& await(Ask ask, legacy::Ref ref, std::string target, std::string subject = {});
  void send_for(Pending& pending, std::string line);
  Pending* find_pending(Ask ask, std::string_view target, std::string_view subject = {});
  Pending* find_label(const std::string& label);
  Pending* match(const Numeric& numeric, const Message& message);
  bool names(const Message& message, const std::string& name) const;
  void settle(Pending& pending, legacy::Errc error, const std::string& text = {});
  void settle_unanswered(Pending& pending, legacy::Errc error, const std::string& text);
  void settle_label(const std::string& label);
  void fail_listing(legacy::Errc error, const std::string& text);
  void expire();
  void fail_all(legacy::Errc error, const std::string& text);

  void send(std::string line) { lines_.push_back({std::move(line), false, 0}); }
  void send_idle(std::string line) { lines_.push_back({std::move(line), false, 0, Line::Turn::idle}); }
  void send_now(std::string line) { lines_.push_back({std::move(line), true, 0}); }
  void emit(auto&& event) { events_.emplace_back(std::forward<decltype(event)>(event)); }
  void outcome(legacy::Ref ref, legacy::Errc error, std::string text = {});
  bool is_me(std::string_view nick) const { return same(nick, nick_); }
  bool same(std::string_view a, std::string_view b) const { return irc::same(a, b, isupport_.mapping()); }
  legacy::Chat room_chat(const std::string& name) const { return {legacy::ChatKind::room, name}; }

  Identity identity_;
  Now now_{};
  Phase phase_ = Phase::offline;
  std::string nick_;     // ours; before 001 the one that we try
  std::string wish_;     // what nick_ is derived from
  std::string address_;  // ours as others see it, user@host; empty until it is known
  std::size_t tried_nicks_ = 0;
  bool shortened_ = false, introduced_ = false, negotiating_ = false, is_ngircd_ = false;
  bool pass_asked_ = false;  // the server wants PASS; also on the connections to come
  bool passed_ = false;      // this connection has sent it
  Time opened_at_{}, heard_at_{};
  bool pinged_ = false;     // because of silence
  std::string error_text_;  // the server's ERROR

  Caps caps_{false};
  Isupport isupport_;
  bool isupport_changed_ = false;
  std::unique_ptr<Sasl> sasl_;
  CtcpLimit ctcp_limit_;
  std::map<std::string, Batch> batches_;
  std::size_t rule_changes_ = 0;  // of names and ranks, while we were online
  CaseMap<Room> rooms_;
  std::size_t most_people_ = 0;  // no more are in all rooms
  Time recount_{};               // before then they are not counted
  PendingList pending_;
  bool plays_back_ = false;  // the server has shown what was said before we came
  std::uint64_t serial_ = 0;
  std::string fence_;  // the token of the PING under way
  std::uint64_t fence_mark_ = 0;
  std::optional<Time> fence_deadline_;
  std::uint64_t fenced_ = 0;  // it covers everything up to this serial
  std::vector<legacy::RoomInfo> listing_;
  legacy::SetPresence presence_;
  bool away_sent_ = false;
  bool is_detached_ = false;  // nobody is there
  std::optional<Time> away_due_;
  bool is_away_ = false;        // as the server says
  std::string away_text_;       // of the last AWAY
  std::size_t away_asked_ = 0;  // AWAY lines of ours without an answer
  Watching watching_;
  Profiles profiles_;
  std::optional<Time> who_due_;
  std::optional<Time> ranks_due_;
  bool is_operator_ = false;  // we are one, of the network

  std::vector<Line> lines_;
  Events events_;
  Speech speech_{nick_, address_, events_};
  std::optional<Drop> drop_;
  std::optional<std::string> farewell_;

  // Login. All of it is of this connection.
  bool secure_ = true;
  std::optional<std::chrono::seconds> sts_duration_;
  std::set<std::string> tried_mechanisms_;
  std::string mechanisms_;         // what the server has said in 908
  bool failure_expected_ = false;  // 908 has told already what the next 904 is about
  bool logged_in_ = false;
  bool asked_nickserv_ = false;
  std::optional<Time> joins_due_;  // joins wait for a login until then
  Greeting greeting_;
  int late_logins_ = 0;  // begun after the greeting, since...
  Time late_logins_since_{};

  // The nick that we want and don't have.
  std::optional<Time> nick_due_;  // to ask for it again
  std::size_t nick_asked_ = 0;
  bool nick_monitored_ = false;
};

}  // namespace irc

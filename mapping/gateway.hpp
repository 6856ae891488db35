// One component domain: its users, their lines to the networks, and what is asked of the gateway itself.
// Gets every stanza of the domain, sends through the outlet. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/log.hpp"
#include "component/router.hpp"
#include "component/xeps/disco.hpp"
#include "mapping/address_book.hpp"
#include "mapping/attendance.hpp"
#include "mapping/census.hpp"
#include "mapping/certificate_maker.hpp"
#include "mapping/claims.hpp"
#include "mapping/dialogues.hpp"
#include "mapping/line.hpp"
#include "mapping/numbers.hpp"
#include "mapping/pace.hpp"
#include "mapping/registration.hpp"
#include "mapping/room_directory.hpp"
#include "mapping/seats.hpp"
#include "mapping/settings.hpp"
#include "mapping/store.hpp"
#include "mapping/uploads.hpp"

namespace mapping {

component::Target target_of(Address::Kind kind);

struct Options {
  enum class Access { open, registered, allowlist };
  std::string type = "irc";  // disco: gateway/<type>
  Access access = Access::open;
  std::set<std::string> allow;            // bare JIDs and domains
  std::set<std::string> admins;           // bare JIDs
  std::string occupant_secret;            // keys the occupant ids; stable across restarts
  Archive* archive = nullptr;             // of rooms; outlives the gateway; null: nothing is kept
  std::chrono::minutes outage_limit{15};  // Services::outage_limit
  NumberRules numbers = {};               // SMS: who gets which...
  std::vector<std::pair<std::string, std::string>> providers = {};  // ...and RegistrationKind::providers
  Census* census = nullptr;          // of the connections to networks; outlives the gateway; null: they aren't counted
  std::size_t joins_per_minute = 0;  // of one user; 0: no bound
};

class Gateway final : public LineOwner {
 public:
  // store and out outlive it; identity holds the networks already.
  Gateway(asio::any_io_executor executor, component::Outlet& out, Store& store, Identity identity, Options options);
  ~Gateway() override;

  void on_stanza(component::Stanza stanza);
  // The stream to the server is ready: tells the users, and repeats what it may have lost.
  void on_up();
  void on_down() { was_down_ = true; }
  // Opens what runs without anybody being online: the sessions of registered SMS users, and persistent rooms.
  void start();
  // Goodbye to everybody; done() when every session has ended.
  void stop(std::function<void()> done);

  const std::string& domain() const noexcept { return identity_.domain(); }

  void line_changed(Line& line, LinkChange change) override;
  bool is_subscribed(const component::Jid& user, const component::Jid& whose) const override;
  void line_ended(Line& line) override;
  bool may_be_online(const component::Jid& full_jid) const override;
  std::set<std::string> viewers_of(const Line& line) const override;
  RoomSettings settings_of(const Line& line, const component::Jid& room) const override;
  void keep_room(const Line& line, const Room& room) override;
  void forget_room(const Line& line, const component::Jid& room) override;
  bool keeps_rooms(const Line& line) const override;
  void seats_changed(const Line& line, const Room& room) override;
  void go_back(Line& line) override;

 private:
  struct Resource {
    legacy::Show show = legacy::Show::available;
    std::string status;
    bool at_gateway = false;         // sent its presence to the gateway, not only to rooms
    std::set<std::string> networks;  // sent it to those, by name
    std::uint64_t spoke = 0;         // when it last told its presence, counted
  };
  struct User {
    component::Jid jid;
    std::map<std::string, Resource> resources;           // by full JID
    std::map<std::string, std::unique_ptr<Line>> lines;  // by network
    std::uint64_t spoken = 0;                            // presences told
    std::optional<legacy::SetPresence> shared;           // what all lines were told last, if it was the same
  };

  // ---- gateway.cpp
  User& user_of(const component::Jid& jid);
  User* find_user(const component::Jid& jid);
  Line* find_line(const component::Jid& user, const legacy::Network& network);
  // The line, opened when need be; an error for the asker otherwise.
  base::Result<Line*, component::StanzaError> open_line(const component::Jid& user, legacy::Network& network,
                                                        const std::string& nick);
  // The place among the connections; nothing where there are none. An error for the asker when there is no place.
  base::Result<Census::Seat, component::StanzaError> seat_for(const component::Jid& user,
                                                              const legacy::Network& network) const;
  std::set<const legacy::Network*> networks_in_use() const;
  bool may_use(const component::Jid& user) const;
  bool is_registered(const component::Jid& user) const;
  void refuse(const component::Stanza& request, component::StanzaError error);
  void close_lines(const component::Jid& user, const std::string& reason);
  // It goes on until it has ended.
  void close_later(std::unique_ptr<Line> line);
  // Calls then() once no session of the user is left that could still write; at once when there is none.
  void when_closed(const component::Jid& user, std::function<void()> then);
  bool has_closing(const component::Jid& user) const;
  bool is_changing(const component::Jid& user) const;
  void forget_if_idle(const component::Jid& user);

  // ---- gateway_message.cpp
  void handle_message(component::Stanza&& stanza);
  void handle_error(const component::Stanza& stanza);
  void returned(const component::Stanza& error);
  void room_message(component::Stanza&& stanza, const Address& to);
  void private_message(component::Stanza&& stanza, const Address& to);
  void explain(const component::Stanza& stanza);
  bool handle_invitation(const component::Stanza& stanza, const Address& to);
  void relay_invitation(const component::Stanza& stanza, const component::Jid& whom, const std::string& reason);

  // ---- gateway_presence.cpp
  void handle_presence(component::Stanza stanza);
  void room_presence(component::Stanza stanza, const Address& to);
  void gateway_presence(const component::Stanza& stanza, const Address& to);
  void subscription(const component::Stanza& stanza, const Address& to);
  void subscribe(const component::Stanza& stanza, const Address& to);
  bool has_roster_room(const component::Jid& user, const component::Jid& whose) const;
  void unreachable(const component::Stanza& error);
  void answer_probe(const component::Stanza& stanza, const Address& to);
  std::optional<component::StanzaError> not_now(const component::Jid& full_jid);
  void note_resource(const component::Stanza& stanza, bool at_gateway);
  void resource_gone(const component::Jid& full_jid, bool is_expected = false);
  void user_gone(const component::Jid& bare_jid);
  void forget_visitor(const component::Jid& full_jid);
  void note_viewer(const component::Stanza& presence, const legacy::Network& network);
  void forget_viewer(const component::Jid& full_jid, const legacy::Network& network);
  static legacy::SetPresence presence_of(const User& user);
  void share_presence(User& user);
  bool is_available(const component::Jid& user, const Address& whose) const;
  void send_presence(const component::Jid& from, const component::Jid& to, bool available);
  void greet_next();

  // ---- gateway_iq.cpp, gateway_muc.cpp
  void add_routes();
  void add_muc_routes();
  void handle_iq(component::Stanza stanza);
  void disco_info(const component::Responder& responder);
  void disco_items(const component::Responder& responder);
  void occupant_items(const component::Responder& responder, const Address& to);
  void room_items(const component::Responder& responder, const Address& to);
  void ping(const component::Responder& responder);
  void version(const component::Responder& responder);
  void vcard(const component::Responder& responder);
  void prompt(const component::Responder& responder);
  void set_prompt(const component::Responder& responder);
  void muc_admin(const component::Responder& responder);
  void muc_admin_list(const component::Responder& responder, const Room& room);
  std::string name_of(const component::Jid& jid, const Address& room) const;
  void outcast_list(const component::Responder& responder, Line& line, const Room& room);
  void muc_owner(const component::Responder& responder);
  void register_iq(const component::Responder& responder);
  void registered(const component::Jid& user, bool fresh);
  void unregister(const component::Responder& responder);
  // Stores what the user has submitted, and what follows from it; done gets what is wrong with it, if anything is.
  using Settled = std::function<void(std::optional<component::StanzaError>)>;
  void register_user(const component::Jid& user, const component::xml::Element& query, Settled done);
  static component::StanzaError being_changed();
  // Stores it and does what follows from it.
  void enroll(const component::Jid& user, const Registration& wanted, Settled done);
  // by_admin: the number rests for everybody, and not for the user alone.
  void remove_registration(const component::Jid& user, bool by_admin, const Settled& done);

  // ---- gateway_accounts.cpp
  bool needs_proof(const Registration& wanted) const;
  // Sends a code to that number; done gets what is in the way, else the number waits for prove_number().
  void ask_for_proof(const component::Jid& user, const std::string& number, Settled done);
  void send_code(const component::Jid& user, const std::string& number, const std::string& digits, const Settled& done);
  Line* courier();
  void prove_number(const component::Jid& user, const std::string& said, Settled done);
  bool chat_code(const component::Stanza& stanza);
  void give_number(const component::Jid& user, const std::string& number, Settled done);
  // Whatever number the user has, unless it is `kept`. is_theirs: they get it again before its rest is over.
  void give_back(const component::Jid& user, const std::string& kept, bool is_theirs = true);
  // The admins hear, once, of who could not be given a number.
  void note_unserved(const component::Jid& user, const component::StanzaError& error);
  void add_account_commands();
  void verify_number(const Dialogue& dialogue, const Command::Done& done);
  component::dataform::Form assignment_form() const;
  void assign_number(const Dialogue& dialogue, const Command::Done& done);
  component::dataform::Form release_form() const;
  void release_number(const Dialogue& dialogue, const Command::Done& done);

  // ---- gateway_people.cpp
  void add_people_routes();
  void ask_person(const component::Responder& responder, legacy::Query::Kind kind,
                  std::function<std::optional<component::xml::Element>(const legacy::Answer&)> render);
  void ping_person(const component::Responder& responder);
  bool is_intrusion(const component::Stanza& request, const Address& to);
  void watch_contacts(Line& line);

  // ---- gateway_archive.cpp
  void add_archive_routes();
  void query_archive(const component::Responder& responder);
  void archive_preference(const component::Responder& responder);
  void describe_archive(const component::Responder& responder);
  // Bounds what one user has under way; false: it has been refused.
  bool begin_query(const component::Responder& responder);
  void end_query(const component::Responder& responder);
  // done(false): the archive refuses, and all of it may still be there.
  void forget_archive(const component::Jid& user, std::function<void(bool)> done);
  void say_farewell(const component::Jid& user, const std::vector<RosterItem>& roster);

  // ---- gateway_commands.cpp
  void add_commands();
  void add_hello();
  void add_registration();
  void run_command(const component::Responder& responder);
  void command_items(const component::Responder& responder, const Address& to);
  bool command_info(const component::Responder& responder, const Address& to, std::string_view node);
  bool is_admin(const component::Jid& user) const;
  Command::Asked ask_servers(const Dialogue& dialogue);
  component::Jid whose_servers(const Dialogue& dialogue) const;
  Verdict leave_servers(const Dialogue& dialogue);
  Command::Asked ask_users(const Dialogue& dialogue);
  Verdict disconnect_users(const Dialogue& dialogue);
  bool close_line(const component::Jid& bare, const std::string& network, const std::string& reason);
  std::string connection_info(const Dialogue& dialogue);

  // ---- gateway_numbers.cpp
  std::optional<component::StanzaError> moved(const component::Stanza& stanza, const Address& to) const;
  void refuse_aside(const component::Stanza& stanza, const Address& to);
  void tell_admins(const std::string& text);
  void tell(const component::Jid& to, const std::string& text);
  bool multicast(const component::Stanza& stanza);
  void add_number_commands();
  std::string list_names(const component::Jid& user) const;
  // done gets whether it was done, and words for the user.
  void set_name(const component::Jid& user, const std::string& number, const std::string& name,
                const std::function<void(bool, const std::string&)>& done);
  void ask_network(const component::Jid& user, legacy::Query::Kind kind, const std::string& number,
                   const std::function<void(const std::string&)>& done, std::string text = {});
  bool chat_command(const component::Stanza& stanza);

  // ---- gateway_settings.cpp
  struct Change {
    std::optional<component::StanzaError> problem;  // then nothing was changed
    std::string note;
  };
  void add_settings_commands();
  void give_certificate(const component::Jid& user, const component::Jid& where, const Command::Done& done);
  void keep_certificate(const component::Jid& user, const component::Jid& where, const std::string& made,
                        const Command::Done& done);
  component::dataform::Form settings_form(const component::Jid& user, const component::Jid& where, const Address& to);
  void change_settings(const component::Jid& user, const component::Jid& where, const Address& to,
                       const component::dataform::Submission& form, std::function<void(Change)> done);

  // ---- gateway_owner.cpp
  bool may_set_up(const Room* room) const;
  component::dataform::Form room_form(const component::Jid& user, const component::Jid& where, const Address& to);
  void set_up_room(const component::Jid& user, const component::Jid& where, const Address& to,
                   const component::dataform::Submission& form,
                   std::function<void(std::optional<component::StanzaError>)> done);
  bool handle_voice_request(const component::Stanza& stanza, const Address& to);

  // ---- gateway_seats.cpp
  void restore_seats();
  void resume(const component::Jid& room, const std::vector<Seats::Seat>& seats);
  void keep_seats();
  void refuse_seats(const std::vector<Seats::Seat>& seats);
  std::vector<component::Jid> clients() const;
  void expect_clients();
  void resync_next();
  void check_next();
  void bounced(const component::Stanza& error);

  // ---- gateway_persistence.cpp
  void restore_rooms();
  void settings_changed(const component::Jid& user);
  void detach(User& user);
  void forget_rooms(const component::Jid& user, const legacy::Network& network);
  std::vector<SavedRoom> rooms_to_keep(const component::Jid& user, const legacy::Network& network) const;
  component::disco::Info describe(const component::Stanza& request, const Address& to);
  void describe_room(component::disco::Info& info, const component::Stanza& request, const Address& to);

  asio::any_io_executor executor_;
  component::Outlet& out_;
  Store& store_;
  Identity identity_;
  Options options_;
  base::Hmac occupant_ids_;
  AddressBook book_;
  Services services_;
  component::Router router_;
  Numbers numbers_;
  Claims claims_;
  Registrar registrar_;
  SettingsBook settings_;
  Dialogues dialogues_;
  Uploads uploads_;
  Pace joins_, invitations_;  // by bare JID
  CertificateMaker certificates_;
  RoomDirectory directory_;
  Seats seats_;
  Attendance attendance_;
  std::vector<component::Jid> to_resync_, to_check_;  // clients
  base::Timer resync_timer_, check_timer_;
  base::Clock::time_point up_since_{};              // the stream
  bool was_down_ = false;                           // the stream, and up before
  std::map<std::string, User, std::less<>> users_;  // by bare JID
  std::map<const Line*, std::unique_ptr<Line>> closing_;
  std::unique_ptr<Line> courier_;                             // null: no code was sent yet
  bool is_empty_ = false;                                     // the admins know that there is no number left
  std::set<std::string> asking_;                              // bare JIDs of whom the admins know that they have none
  std::map<std::string, std::function<void()>> when_closed_;  // by bare JID
  std::set<std::string> saving_, removing_;                   // bare JIDs whose change is on its way to the disk
  std::map<std::string, int> querying_;                       // bare JIDs, and their queries of the archive under way
  std::set<std::string> to_greet_;                            // bare JIDs still to be told that the gateway is up
  base::Timer greet_timer_;
  std::function<void()> stopped_;
  bool stopping_ = false;
  base::Log log_{"gateway"};
};

}  // namespace mapping

// irc::State as a registered connection: what a server says, line by line, mixed with what our user asks for ("!say #a
// hello", see `actions`). Nothing the server says may break the rules of legacy/adapter.hpp: every request has one
// Outcome, people are in rooms that we are in, and what we send are lines that a server takes.
// First byte: the capabilities that the server has.
#include "legacy/irc/state.hpp"

#include <algorithm>
#include <charconv>
#include <set>

#include "base/utf8.hpp"
#include "fuzz.hpp"

using namespace legacy;
using fuzz::require;

namespace {

using Names = std::set<std::string>;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;  // COMPAT(Clang 16): not deduced for aggregates

// What the events say, as the mapping would keep it.
class Model {
 public:
  void asked(Ref ref) { open_.insert(ref); }
  void see(const Event& event) {
    std::visit(Overloaded{[this](const Joined& e) { see_joined(e); },
                          [this](const Occupant& e) { people(e.room, "Occupant").insert(fold(e.member.nick)); },
                          [this](const OccupantLeft& e) { see_gone(e); }, [this](const Renamed& e) { see_renamed(e); },
                          // A room lost with the connection is left once more when joining it again is refused.
                          [this](const Left& e) { rooms_.erase(fold(e.room.id)); },
                          [this](const Subject& e) {
                            people(e.room, "Subject");
                            check_text(e.subject.text);
                          },
                          [this](const RoomChanged& e) { people(e.room, "RoomChanged"), check_text(e.what); },
                          [](const Received& e) { check_text(e.text), check_name(e.nick), check_name(e.chat.id); },
                          [](const Invited& e) { check_name(e.room.id), check_name(e.by), check_text(e.reason); },
                          [](const LinkState& e) { check_text(e.text), check_text(e.nick); },
                          [this](const Outcome& e) {
                            require(open_.erase(e.ref) == 1, "one Outcome for each request", std::to_string(e.ref));
                            check_text(e.text);
                          },
                          [this](const Rooms& e) { require(open_.contains(e.ref), "Rooms come before their Outcome"); },
                          [this](const Answer& e) {
                            require(open_.contains(e.ref), "an Answer comes before its Outcome");
                            check_text(e.text), check_text(e.nick), check_text(e.realname);
                            for (const std::string& detail : e.details) check_text(detail);
                          },
                          [](const PeerShow& e) { check_name(e.person.id), check_text(e.status); }, [](const auto&) {}},
               event);
  }
  void check_closed() const {
    require(open_.empty(), "every request has its Outcome in the end");
    require(rooms_.empty(), "no room is left in the end");
  }

 private:
  static std::string fold(const std::string& name) { return irc::fold(name, irc::CaseMapping::rfc1459); }
  static void check_text(const std::string& text) {
    std::size_t at = 0;
    while (at < text.size()) {
      const auto c = base::next_code_point(text, at);
      require(c.has_value() && base::is_xml_char(*c), "text in events can be sent on", text);
    }
  }
  // Names are as they are on the network; addresses are made of them with care.
  static void check_name(const std::string& name) {
    require(base::is_utf8(name) && irc::wire_safe(name) == name, "a name is clean UTF-8", name);
  }
  Names& people(const Chat& room, std::string_view event) {
    const auto found = rooms_.find(fold(room.id));
    require(found != rooms_.end(), "events of rooms only while we are joined", fmt::format("{} {}", event, room.id));
    return found->second;
  }
  void see_joined(const Joined& event) {
    Names& names = rooms_[fold(event.room.id)];
    names.clear();
    for (const Member& each : event.members) {
      require(names.insert(fold(each.nick)).second, "nobody is in a room twice", each.nick);
      check_name(each.nick);
    }
    require(names.contains(fold(event.nick)), "we are among the members", event.nick);
    check_text(event.room.id);
    check_text(event.subject.text);
  }
  void see_gone(const OccupantLeft& event) {
    require(people(event.room, "OccupantLeft").erase(fold(event.nick)) == 1, "only members leave", event.nick);
    check_text(event.reason);
  }
  void see_renamed(const Renamed& event) {
    check_name(event.to);
    for (auto& [room, names] : rooms_) {
      if (names.erase(fold(event.from)) == 1) names.insert(fold(event.to));
    }
  }

  std::map<std::string, Names> rooms_;
  std::set<Ref> open_;
};

class Connection {
 public:
  // No model where the comparison of names changes under way, no 512 where the server says otherwise.
  explicit Connection(std::string_view input)
      : is_modelled_(input.find("CASEMAPPING") == input.npos),
        longest_(input.find("LINELEN") == input.npos ? irc::max_line - 2 : 8192) {
    state_.opened(now_, "127.0.0.1:6667");
  }

  void receive(std::string_view line) {
    const auto message = irc::Message::parse(line);
    if (message) state_.receive(*message, now_);
    drain();
  }
  void ask(Request request) {
    model_.asked(++ref_);
    state_.submit(ref_, std::move(request), now_);
    drain();
  }
  void pass(std::chrono::seconds time) {
    now_.steady += time;
    now_.wall += time;
    state_.tick(now_);
    drain();
  }
  void close(bool for_good) {
    state_.closed({Errc::disconnected, "gone", for_good}, now_);
    drain();
    if (for_good && is_modelled_) model_.check_closed();
  }
  void reopen() {
    close(false);
    state_.opened(now_, "127.0.0.1:6667");
    drain();
  }

 private:
  static irc::Identity identity() {
    irc::Identity identity;
    identity.network = "net";
    identity.nick = "me";
    identity.username = "u1234";
    identity.realname = "Me";
    return identity;
  }
  void check_line(std::string_view line) const {
    require(line.find_first_of(std::string_view("\r\n\0", 3)) == line.npos, "a line is one line", line);
    require(base::is_utf8(line), "a line is UTF-8", line);
    if (line.starts_with('@')) line.remove_prefix(std::min(line.find(' ') + 1, line.size()));
    require(!line.empty() && line.size() <= longest_, "a line is not too long", line);
  }
  void drain() {
    for (auto lines = state_.take_lines(); !lines.empty(); lines = state_.take_lines()) {
      for (const irc::Line& line : lines) {
        check_line(line.text);
        if (line.mark != 0) state_.written(line.mark, now_);
      }
    }
    for (const Event& event : state_.take_events()) {
      if (is_modelled_) model_.see(event);
    }
    (void)state_.deadline();
  }

  bool is_modelled_;
  std::size_t longest_;
  irc::State state_{identity()};
  irc::Now now_{irc::Time{} + std::chrono::hours(1), base::WallTime{} + std::chrono::hours(1)};
  Model model_;
  Ref ref_ = 0;
};

Chat chat(std::string_view id) {
  const bool is_room = id.starts_with('#');
  return {id == "." ? ChatKind::network : is_room ? ChatKind::room : ChatKind::person, std::string(id)};
}

std::chrono::seconds seconds_of(std::string_view text) {
  unsigned value = 1;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return std::chrono::seconds(value % 1000);
}

// "!name first rest"
struct Action {
  std::string_view name;
  void (*perform)(Connection& connection, const std::string& first, const std::string& rest);
};
constexpr Action actions[] = {
    {"join",
     [](auto& c, auto& a, auto& b) {
       c.ask(Join{chat(a), b, {}});
     }},
    {"key",
     [](auto& c, auto& a, auto& b) {
       c.ask(Join{chat(a), "me", b});
     }},
    {"part",
     [](auto& c, auto& a, auto& b) {
       c.ask(Leave{chat(a), b});
     }},
    {"say",
     [](auto& c, auto& a, auto& b) {
       c.ask(SendText{chat(a), b, {}});
     }},
    {"lines",
     [](auto& c, auto& a, auto& b) {
       c.ask(SendText{chat(a), b + "\n/me " + b, {}});
     }},
    {"topic",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetSubject{chat(a), b});
     }},
    {"nick", [](auto& c, auto& a, auto&) { c.ask(ChangeNick{a}); }},
    {"kick",
     [](auto& c, auto& a, auto& b) {
       c.ask(Kick{chat(a), b, "why"});
     }},
    {"ban",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetStanding{chat(a), b, Affiliation::outcast, {}, "why"});
     }},
    {"unban",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetStanding{chat(a), b, Affiliation::none, {}, {}});
     }},
    {"op",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetStanding{chat(a), b, {}, Role::moderator, {}});
     }},
    {"voice",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetStanding{chat(a), b, {}, Role::participant, {}});
     }},
    {"admin",
     [](auto& c, auto& a, auto& b) {
       c.ask(SetStanding{chat(a), b, Affiliation::admin, {}, {}});
     }},
    {"invite",
     [](auto& c, auto& a, auto& b) {
       c.ask(Invite{chat(a), b, {}});
     }},
    {"list", [](auto& c, auto&, auto&) { c.ask(ListRooms{}); }},
    {"away",
     [](auto& c, auto&, auto& b) {
       c.ask(SetPresence{Show::away, b});
     }},
    {"back",
     [](auto& c, auto&, auto&) {
       c.ask(SetPresence{Show::available, {}});
     }},
    {"ask",
     [](auto& c, auto& a, auto& b) {
       c.ask(Query{chat(a), static_cast<Query::Kind>(b.size() % 4)});
     }},
    {"watch",
     [](auto& c, auto& a, auto& b) {
       c.ask(Watch{chat(a), b.empty()});
     }},
    {"note",
     [](auto& c, auto& a, auto& b) {
       c.ask(SendText{chat(a), b, {}, Flavor::notice});
     }},
    {"close", [](auto& c, auto&, auto& b) { c.ask(Close{b}); }},
    {"pass", [](auto& c, auto& a, auto&) { c.pass(seconds_of(a)); }},
    {"lose", [](auto& c, auto&, auto&) { c.reopen(); }},
};

void perform(Connection& connection, std::string_view line) {
  const std::string_view name = line.substr(0, line.find(' '));
  const auto found = std::find_if(std::begin(actions), std::end(actions), [&](auto& a) { return a.name == name; });
  if (found == std::end(actions)) return;
  line.remove_prefix(std::min(name.size() + 1, line.size()));
  const std::string first(line.substr(0, line.find(' ')));
  line.remove_prefix(std::min(first.size() + 1, line.size()));
  found->perform(connection, base::sanitise_utf8(first), base::sanitise_utf8(line));
}

void register_with(Connection& connection, std::uint8_t choice) {
  constexpr std::string_view caps[] = {"", "echo-message", "labeled-response batch message-tags",
                                       "labeled-response batch echo-message server-time away-notify extended-join "
                                       "account-notify multi-prefix userhost-in-names chghost invite-notify"};
  const std::string chosen(caps[choice % std::size(caps)]);
  connection.receive(":srv CAP * LS :" + chosen);
  if (!chosen.empty()) connection.receive(":srv CAP * ACK :" + chosen);
  connection.receive(":srv 001 me :Welcome me!u1234@host.example");
  connection.receive(":srv 005 me NICKLEN=30 CHANTYPES=# PREFIX=(qaohv)~&@%+ CHANMODES=beI,k,l,imnpst :are supported");
  connection.receive(":srv 422 me :no motd");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint8_t choice = input.byte();
  Connection connection(input.rest());
  register_with(connection, choice);
  while (!input.empty()) {
    const std::string_view line = input.until('\n');
    if (line.starts_with('!')) {
      perform(connection, line.substr(1));
    } else {
      connection.receive(line);
    }
  }
  connection.close(true);
  return 0;
}

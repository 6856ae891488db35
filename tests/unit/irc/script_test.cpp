#include "script.hpp"

#include <fmt/format.h>

#include <map>

namespace irc_test {
namespace {

using namespace legacy;

std::string show(Affiliation a) {
  return std::vector<std::string>{"outcast", "none", "member", "admin", "owner"}[static_cast<std::size_t>(a)];
}
std::string show(Role r) {
  return std::vector<std::string>{"none", "visitor", "participant", "moderator"}[static_cast<std::size_t>(r)];
}
std::string show(Errc e) {
  static const std::map<Errc, std::string> names = {{Errc::none, "ok"},
                                                    {Errc::bad_address, "bad_address"},
                                                    {Errc::bad_request, "bad_request"},
                                                    {Errc::not_found, "not_found"},
                                                    {Errc::timeout, "timeout"},
                                                    {Errc::disconnected, "disconnected"},
                                                    {Errc::uncertain, "uncertain"},
                                                    {Errc::unreachable_now, "unreachable_now"},
                                                    {Errc::rejected_login, "rejected_login"},
                                                    {Errc::banned, "banned"},
                                                    {Errc::barred, "barred"},
                                                    {Errc::not_allowed, "not_allowed"},
                                                    {Errc::no_privilege, "no_privilege"},
                                                    {Errc::not_in_room, "not_in_room"},
                                                    {Errc::needs_registration, "needs_registration"},
                                                    {Errc::needs_password, "needs_password"},
                                                    {Errc::nick_taken, "nick_taken"},
                                                    {Errc::nick_invalid, "nick_invalid"},
                                                    {Errc::too_long, "too_long"},
                                                    {Errc::too_fast, "too_fast"},
                                                    {Errc::room_full, "room_full"},
                                                    {Errc::unsupported, "unsupported"},
                                                    {Errc::queue_full, "queue_full"},
                                                    {Errc::too_many_rooms, "too_many_rooms"},
                                                    {Errc::unreachable_host, "unreachable_host"},
                                                    {Errc::busy, "busy"},
                                                    {Errc::service_down, "service_down"},
                                                    {Errc::conflict, "conflict"},
                                                    {Errc::against_policy, "against_policy"},
                                                    {Errc::not_now, "not_now"},
                                                    {Errc::refused, "refused"},
                                                    {Errc::unacceptable, "unacceptable"},
                                                    {Errc::moved, "moved"}};
  const auto found = names.find(e);
  return found == names.end() ? "errc" + std::to_string(static_cast<int>(e)) : found->second;
}

std::string show(const Member& m) {
  std::string out = m.nick + "=" + show(m.affiliation) + "/" + show(m.role);
  if (m.show == Show::away) out += "(away" + (m.status.empty() ? "" : " " + m.status) + ")";
  if (m.is_bot) out += "(bot)";
  if (m.is_operator) out += "(operator)";
  return out;
}

struct Printer {
  std::string operator()(const Received& r) const {
    std::string out = r.chat.kind == ChatKind::network ? "server" : r.chat.id;
    if (!r.nick.empty()) out += "/" + r.nick;
    if (r.own) out += " own#" + std::to_string(r.ref);
    if (!r.own && r.ref != 0) out += " to #" + std::to_string(r.ref);
    if (r.flavor == Flavor::notice) out += " notice";
    if (!r.id.empty()) out += " id=" + r.id;
    if (r.when) out += " old";
    return out + ": " + r.text;
  }
  std::string operator()(const Joined& j) const {
    std::string out = "joined " + j.room.id + " as " + j.nick + ":";
    for (const auto& member : j.members) out += " " + show(member);
    if (!j.subject.text.empty()) out += " '" + j.subject.text + "' by " + j.subject.nick;
    return out + (j.traits.moderated ? " moderated" : "");
  }
  std::string operator()(const Occupant& o) const {
    return "occupant " + o.room.id + " " + show(o.member) + (o.actor.empty() ? "" : " by " + o.actor);
  }
  std::string operator()(const OccupantLeft& l) const {
    static const char* const exits[] = {"left", "quit", "kicked", "banned", "netsplit"};
    return fmt::format("{} {} {} ({}){}", exits[static_cast<int>(l.exit)], l.room.id, l.nick, l.reason,
                       l.actor.empty() ? "" : " by " + l.actor);
  }
  std::string operator()(const Renamed& r) const {
    return fmt::format("renamed {} {}{}{}", r.from, r.to, r.own ? " own" : "", r.asked ? " asked" : "");
  }
  std::string operator()(const Left& l) const {
    static const char* const whys[] = {"asked", "kicked", "banned", "forced", "connection_lost"};
    return fmt::format("we left {} {} ({}){}{}", l.room.id, whys[static_cast<int>(l.why)], l.reason,
                       l.actor.empty() ? "" : " by " + l.actor, l.moved_to.empty() ? "" : " to " + l.moved_to);
  }
  std::string operator()(const Subject& s) const {
    return "subject " + s.room.id + " '" + s.subject.text + "' by " + s.subject.nick;
  }
  std::string operator()(const RoomTraits& t) const {
    std::string out = "traits " + t.room.id;
    if (t.traits.moderated) out += " moderated";
    if (t.traits.members_only) out += " members";
    if (t.traits.password) out += " password";
    if (t.traits.hidden) out += " hidden";
    return out;
  }
  std::string operator()(const RoomChanged& c) const { return "mode " + c.room.id + " " + c.what + " by " + c.actor; }
  std::string operator()(const Invited& i) const { return "invited " + i.room.id + " by " + i.by; }
  std::string operator()(const PeerShow& p) const {
    const std::string watched = p.is_watched ? "watched " : "";
    if (p.show == Show::unavailable) return watched + "peer " + p.person.id + " unavailable";
    return watched + "peer " + p.person.id + (p.show == Show::away ? " away " + p.status : " available");
  }
  std::string operator()(const Delivery& d) const {
    static const char* const states[] = {"delivered", "failed", "uncertain"};
    return fmt::format("delivery {} {} {}: {}", states[static_cast<int>(d.state)], d.token, show(d.reason), d.text);
  }
  std::string operator()(const LinkState& l) const {
    static const char* const links[] = {"connecting", "online", "offline", "stopped"};
    return fmt::format("link {}{}{}", links[static_cast<int>(l.link)], l.nick.empty() ? "" : " as " + l.nick,
                       l.reason == Errc::none ? "" : " " + show(l.reason));
  }
  std::string operator()(const Rooms& r) const {
    std::string out = "rooms#" + std::to_string(r.ref);
    for (const auto& each : r.rooms) out += fmt::format(" {}({}: {})", each.id, each.occupants, each.topic);
    return out;
  }
  std::string operator()(const Bans& b) const {
    std::string out = "bans#" + std::to_string(b.ref);
    for (const auto& each : b.bans) out += " " + each.mask + (each.by.empty() ? "" : " by " + each.by);
    return out;
  }
  std::string operator()(const Outcome& o) const {
    return fmt::format("outcome#{} {}{}{}", o.ref, show(o.error), o.text.empty() ? "" : ": " + o.text,
                       o.moved_to.empty() ? "" : " to " + o.moved_to);
  }
  std::string operator()(const Answer& a) const {
    std::string out = fmt::format("answer#{} {}", a.ref, a.text);
    if (a.when) out += fmt::format("{} {}", std::chrono::system_clock::to_time_t(*a.when), a.offset.count());
    if (!a.nick.empty()) out += a.nick + " '" + a.realname + "'";
    for (const auto& detail : a.details) out += "; " + detail;
    return out;
  }
};

bool matches(const std::string& got, const std::string& expected) {
  if (!expected.ends_with("...")) return got == expected;
  return got.starts_with(expected.substr(0, expected.size() - 3));
}

// Labels are numbered; scripts don't care.
std::string without_label(const std::string& line) {
  return line.starts_with("@label=") ? line.substr(line.find(' ') + 1) : line;
}

}  // namespace

std::string show(const Event& event) {
  return std::visit(Printer{}, event);
}

irc::Identity Script::default_identity() {
  irc::Identity identity;
  identity.network = "net";
  identity.nick = "me";
  identity.username = "u1234";
  identity.realname = "Me";
  return identity;
}

Script::Script(irc::Identity identity, std::shared_ptr<legacy::Crowd> crowd)
    : state_(std::move(identity), std::move(crowd)), now_{irc::Time{} + 1000s, base::WallTime{} + 1000000s} {}

Script& Script::open(Where) {
  state_.opened(now_, "127.0.0.1:6667");
  drain();
  return *this;
}

Script& Script::open_without_tls() {
  state_.opened(now_, "127.0.0.1:6667", false);
  drain();
  return *this;
}

Script& Script::online(const std::string& caps, const std::string& isupport) {
  open();
  recv(":srv CAP * LS :" + caps);
  if (!caps.empty()) recv(":srv CAP * ACK :" + caps);
  recv(":srv 001 me :Welcome");
  recv(":srv 005 me CASEMAPPING=rfc1459 CHANTYPES=#& PREFIX=(qaohv)~&@%+ CHANMODES=b,k,l,imnpst MODES=3 NICKLEN=30 " +
       isupport + " :are supported by this server");
  recv(":srv 422 me :no MOTD");
  return skip();
}

Script& Script::in_room(const std::string& names) {
  submit(legacy::Join{room("#a"), "me", ""});
  recv(":me!u1234@host JOIN #a");
  recv(":srv 353 me = #a :" + names);
  recv(":srv 366 me #a :End of /NAMES list.");
  recv(":srv 324 me #a +nt");
  return skip();
}

Script& Script::recv(const std::string& line) {
  received_.push_back(line);
  const auto message = irc::Message::parse(line);
  if (message) state_.receive(*message, now_);
  drain();
  return *this;
}

Script& Script::submit(legacy::Request request) {
  state_.submit(++ref_, request, now_);
  drain();
  return *this;
}

Script& Script::pass(base::Clock::duration time) {
  now_.steady += time;
  state_.tick(now_);
  drain();
  return *this;
}

Script& Script::lose(const std::string& why) {
  state_.closed({legacy::Errc::disconnected, why, false}, now_);
  drain();
  return *this;
}

void Script::drain() {
  if (const auto work = state_.take_work()) {
    while (!work->advance(10'000)) continue;
    state_.computed(*work, now_);
  }
  // What is written can make State say more.
  for (auto lines = state_.take_lines(); !lines.empty(); lines = state_.take_lines()) {
    for (auto& line : lines) {
      EXPECT_EQ(line.text.find_first_of(std::string("\r\n\0", 3)), std::string::npos) << line.text;
      sent_.push_back(line.text);
      if (line.mark != 0) state_.written(line.mark, now_);
    }
  }
  for (const auto& event : state_.take_events()) heard_.push_back(show(event));
}

Script& Script::sends(const std::string& expected, Where where) {
  const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "sends");
  if (sent_.empty()) {
    ADD_FAILURE() << "nothing was sent instead of: " << expected;
    return *this;
  }
  EXPECT_TRUE(matches(without_label(sent_.front()), expected)) << "sent " << sent_.front() << "\nnot  " << expected;
  sent_.pop_front();
  return *this;
}

Script& Script::sends_nothing(Where where) {
  const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "sends_nothing");
  EXPECT_TRUE(sent_.empty()) << sent_.front();
  return *this;
}

Script& Script::event(const std::string& expected, Where where) {
  const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "event");
  if (heard_.empty()) {
    ADD_FAILURE() << "no event instead of: " << expected;
    return *this;
  }
  EXPECT_TRUE(matches(heard_.front(), expected)) << "heard " << heard_.front() << "\nnot   " << expected;
  heard_.pop_front();
  return *this;
}

Script& Script::no_event(Where where) {
  const testing::ScopedTrace trace(where.file_name(), static_cast<int>(where.line()), "no_event");
  EXPECT_TRUE(heard_.empty()) << heard_.front();
  return *this;
}

Script& Script::skip() {
  sent_.clear();
  heard_.clear();
  return *this;
}

}  // namespace irc_test

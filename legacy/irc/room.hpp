// What we know about one channel and the people in it. Plain data of State.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/fifo.hpp"
#include "legacy/adapter.hpp"
#include "legacy/irc/casemap.hpp"

namespace irc {

struct Person {
  std::string nick;     // in the network's spelling
  std::string letters;  // all prefix modes, by rank: "ov"
  std::string address;  // user@host, where known
  std::string account;
  legacy::Show show = legacy::Show::available;
  std::string status;
  bool is_bot = false;
  bool is_operator = false;
  std::uint32_t list = 0;  // the number of the last list of the room's names that they are in
  bool operator==(const Person&) const = default;
};

struct Room {
  std::string name;  // the spelling that all events use
  std::string key;
  bool asked = false;                       // someone wants to be in it: joined again after a lost connection
  bool joined = false;                      // the server says that we are in it
  bool listed = false;                      // the list of members is complete
  bool announced = false;                   // Joined was emitted
  base::Clock::time_point syncing_until{};  // NAMES were asked for again, and are not shown to the user
  bool is_listed_again = false;             // a list of names has begun after Joined...
  std::uint32_t list = 0;                   // ...which has this number
  bool modes_asked = false;                 // our own MODE query is under way
  legacy::Traits traits;
  legacy::SubjectText subject;
  CaseMap<Person> people;
  std::vector<legacy::Ref> waiting;  // Joins that get their Outcome with this room's
  std::vector<legacy::Event> early;  // what came between our JOIN and Joined
  base::Fifo<std::string> ids;       // of the last messages: a server may repeat them after a reconnect
  std::string banned_by;             // who set the last ban, and when: a kick soon after is part of it
  base::Clock::time_point banned_at{};
  std::string moved_to;                              // 470: where the server sends us instead
  std::optional<base::Clock::time_point> who_due;    // when WHO is to be asked
  base::Clock::time_point ranks_told{};              // to everybody; in a large room they wait...
  std::optional<base::Clock::time_point> ranks_due;  // ...until then
  std::vector<legacy::Bans::Ban> bans;               // as they were told last
};

}  // namespace irc

// The scenarios. Each plays one run and returns its figures; it throws when a message was lost.
#pragma once

#include <boost/json.hpp>
#include <cstdint>

namespace bottom {

// One user writes to a room, `window` messages under way: a PRIVMSG and the reflection for each.
boost::json::object xmpp_to_irc(std::uint64_t messages, std::uint64_t window);
// A line of IRC to each of the users' connections becomes a stanza to each; a message is one delivery.
boost::json::object irc_to_xmpp(std::uint64_t messages, std::uint64_t users);
boost::json::object joins(std::uint64_t users);
boost::json::object channel(std::uint64_t people);
boost::json::object netsplit(std::uint64_t people);
boost::json::object memory(std::uint64_t users);
boost::json::object start();

// What start() runs: connects, shakes hands, ends.
void shake_hands(std::uint16_t port);

}  // namespace bottom

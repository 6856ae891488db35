// Error numerics: what they mean for whom. The names are libircclient's (its header only), with those it lacks.
#pragma once

#include <libirc_rfcnumeric.h>

#include <cstdint>
#include <optional>

#include "legacy/adapter.hpp"

namespace irc {

// What we have asked the server for and wait to hear about.
enum class Ask : std::uint16_t {
  text = 1,
  join = 2,
  topic = 4,
  kick = 8,
  mode = 16,
  invite = 32,
  nick = 64,
  list = 128,
  raw = 256,  // a MODE that the user typed
  part = 512,
  ctcp = 1024,   // of a person's client
  whois = 2048,  // for a profile
  who = 4096,    // the people of a room
  ison = 8192,   // who of those that we watch is there
};
using Asks = std::uint16_t;
constexpr Asks operator|(Ask a, Ask b) {
  return static_cast<Asks>(static_cast<Asks>(a) | static_cast<Asks>(b));
}
constexpr Asks operator|(Asks a, Ask b) {
  return static_cast<Asks>(a | static_cast<Asks>(b));
}

inline constexpr Asks any_ask = 0x3FFF;
inline constexpr Asks any_of_the_user = 0x7FF;  // not what we ask by ourselves

// What its parameters say about the request.
enum class Names {
  nothing,
  target,   // the channel or nick that it was about
  command,  // the command, as the first one
};

struct Numeric {
  int code;
  legacy::Errc error;
  Asks asks;  // what it can be an answer to
  Names names;
};

// Errors only; those that nobody knows, from 400 up, are answers to what they name. Empty: not an error that answers a
// request.
std::optional<Numeric> find_numeric(int code);
// Whether a request of this kind is made with this command.
bool is_command_of(Ask ask, std::string_view command);
// "404" -> 404; 0 for what isn't one.
int numeric_code(std::string_view command);

// Numerics that libirc_rfcnumeric.h has no name for (modern.ircdocs.horse, IRCv3 SASL, InspIRCd).
namespace numeric {
inline constexpr int welcome = LIBIRC_RFC_RPL_WELCOME, your_host = LIBIRC_RFC_RPL_YOURHOST,
                     my_info = LIBIRC_RFC_RPL_MYINFO, isupport = 5, host_hidden = 396, channel_created = 329,
                     topic_who_time = 333, end_of_names = LIBIRC_RFC_RPL_ENDOFNAMES, logged_in = 900, logged_out = 901,
                     local_users = 265, global_users = 266, connections = 250, nick_locked = 902, sasl_success = 903,
                     sasl_fail = 904, sasl_too_long = 905, sasl_aborted = 906, sasl_already = 907,
                     sasl_mechanisms = 908;
}  // namespace numeric

}  // namespace irc

#include "legacy/irc/greeting.hpp"

#include <algorithm>
#include <array>

#include "legacy/irc/numerics.hpp"

namespace irc {
namespace {

constexpr auto time_for_asides = std::chrono::seconds(5);

// Names, numbers of users and the message of the day.
bool is_greeting_numeric(int code) {
  constexpr std::array codes{numeric::welcome,         numeric::your_host,          LIBIRC_RFC_RPL_CREATED,
                             numeric::my_info,         numeric::connections,        LIBIRC_RFC_RPL_LUSERCLIENT,
                             LIBIRC_RFC_RPL_LUSEROP,   LIBIRC_RFC_RPL_LUSERUNKNOWN, LIBIRC_RFC_RPL_LUSERCHANNELS,
                             LIBIRC_RFC_RPL_LUSERME,   numeric::local_users,        numeric::global_users,
                             LIBIRC_RFC_RPL_MOTDSTART, LIBIRC_RFC_RPL_MOTD,         LIBIRC_RFC_RPL_ENDOFMOTD,
                             LIBIRC_RFC_ERR_NOMOTD};
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

}  // namespace

void Greeting::end() noexcept {
  was_heard_ = was_heard_ || is_on_;
  is_on_ = false;
  asides_until_ = {};
}

bool Greeting::hides(const Message& message, Time now) {
  if (!is_on_ || !is_greeting_numeric(numeric_code(message.command))) return false;
  const bool is_hidden = was_heard_ || !is_wanted_;
  const bool is_last = message.command == "376" || message.command == "422";
  if (!is_last) return is_hidden;
  end();
  asides_until_ = now + time_for_asides;
  return is_hidden;
}

}  // namespace irc

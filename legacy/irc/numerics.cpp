#include "legacy/irc/numerics.hpp"

#include <algorithm>
#include <charconv>

namespace irc {
namespace {

using legacy::Errc;

// Sorted by code (spec section 1.5).
constexpr Numeric numerics[] = {
    {LIBIRC_RFC_RPL_TRYAGAIN, Errc::too_fast, any_ask, false},
    {LIBIRC_RFC_ERR_NOSUCHNICK, Errc::not_found,
     Ask::text | Ask::kick | Ask::mode | Ask::invite | Ask::raw | Ask::join | Ask::topic, true},
    {LIBIRC_RFC_ERR_NOSUCHSERVER, Errc::not_found, Ask::text | Ask::raw, false},
    {LIBIRC_RFC_ERR_NOSUCHCHANNEL, Errc::not_found, any_ask, true},
    {LIBIRC_RFC_ERR_CANNOTSENDTOCHAN, Errc::no_privilege, Ask::text | Ask::raw, true},
    {LIBIRC_RFC_ERR_TOOMANYCHANNELS, Errc::too_many_rooms, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_WASNOSUCHNICK, Errc::not_found, Ask::text | Ask::raw, true},
    {LIBIRC_RFC_ERR_TOOMANYTARGETS, Errc::not_allowed, Ask::text | Ask::join, true},
    {LIBIRC_RFC_ERR_NOSUCHSERVICE, Errc::not_allowed, Ask::text | Ask::raw, true},
    {LIBIRC_RFC_ERR_NORECIPIENT, Errc::bad_request, Asks(Ask::text), false},
    {LIBIRC_RFC_ERR_NOTEXTTOSEND, Errc::bad_request, Asks(Ask::text), false},
    {416, Errc::too_fast, Asks(Ask::list), false},
    {417, Errc::too_long, any_ask, false},
    {LIBIRC_RFC_ERR_UNKNOWNCOMMAND, Errc::unsupported, any_ask, false},
    {LIBIRC_RFC_ERR_NONICKNAMEGIVEN, Errc::nick_invalid, Asks(Ask::nick), false},
    {LIBIRC_RFC_ERR_ERRONEUSNICKNAME, Errc::nick_invalid, Asks(Ask::nick), false},
    {LIBIRC_RFC_ERR_NICKNAMEINUSE, Errc::nick_taken, Asks(Ask::nick), false},
    {435, Errc::banned, Asks(Ask::nick), false},
    {LIBIRC_RFC_ERR_NICKCOLLISION, Errc::nick_taken, Asks(Ask::nick), false},
    {LIBIRC_RFC_ERR_UNAVAILRESOURCE, Errc::nick_taken, Ask::nick | Ask::join, true},
    {438, Errc::too_fast, Ask::nick | Ask::text, false},
    {439, Errc::too_fast, Ask::text | Ask::join | Ask::invite, true},
    {440, Errc::unsupported, any_ask, false},
    {LIBIRC_RFC_ERR_USERNOTINCHANNEL, Errc::not_found, Ask::kick | Ask::mode | Ask::invite | Ask::raw, true},
    {LIBIRC_RFC_ERR_NOTONCHANNEL, Errc::not_in_room,
     Ask::text | Ask::topic | Ask::kick | Ask::mode | Ask::invite | Ask::raw | Ask::part, true},
    {LIBIRC_RFC_ERR_USERONCHANNEL, Errc::not_allowed, Asks(Ask::invite), true},
    {447, Errc::nick_invalid, Asks(Ask::nick), false},
    {448, Errc::not_allowed, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_NOTREGISTERED, Errc::unsupported, Ask::raw | Ask::list, false},
    {LIBIRC_RFC_ERR_NEEDMOREPARAMS, Errc::bad_request, any_ask, false},
    {LIBIRC_RFC_ERR_KEYSET, Errc::not_allowed, Ask::mode | Ask::raw, true},
    {470, Errc::not_allowed, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_CHANNELISFULL, Errc::room_full, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_UNKNOWNMODE, Errc::unsupported, Ask::mode | Ask::raw, false},
    {LIBIRC_RFC_ERR_INVITEONLYCHAN, Errc::needs_registration, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_BANNEDFROMCHAN, Errc::banned, Ask::join | Ask::text, true},
    {LIBIRC_RFC_ERR_BADCHANNELKEY, Errc::needs_password, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_BADCHANMASK, Errc::bad_address, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_NOCHANMODES, Errc::needs_registration, Ask::join | Ask::text | Ask::mode | Ask::raw, true},
    {LIBIRC_RFC_ERR_BANLISTFULL, Errc::too_many_rooms, Ask::mode | Ask::raw, true},
    {480, Errc::too_fast, Asks(Ask::join), true},
    {LIBIRC_RFC_ERR_NOPRIVILEGES, Errc::no_privilege, any_ask, false},
    {LIBIRC_RFC_ERR_CHANOPRIVSNEEDED, Errc::no_privilege,
     Ask::kick | Ask::mode | Ask::topic | Ask::invite | Ask::raw | Ask::text, true},
    {LIBIRC_RFC_ERR_RESTRICTED, Errc::not_allowed, Ask::kick | Ask::mode | Ask::nick | Ask::raw, false},
    {LIBIRC_RFC_ERR_UNIQOPPRIVSNEEDED, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw, false},
    {489, Errc::not_allowed, Asks(Ask::join), true},
    {490, Errc::not_allowed, Ask::join | Ask::text, true},
    {LIBIRC_RFC_ERR_NOOPERHOST, Errc::no_privilege, Ask::raw | Ask::mode, false},
    {499, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw, true},
    {LIBIRC_RFC_ERR_UMODEUNKNOWNFLAG, Errc::bad_request, Asks(Ask::raw), false},
    {LIBIRC_RFC_ERR_USERSDONTMATCH, Errc::not_allowed, Asks(Ask::raw), false},
    {520, Errc::no_privilege, Asks(Ask::join), true},
    {525, Errc::bad_request, Ask::join | Ask::mode | Ask::raw, true},
    {531, Errc::no_privilege, Asks(Ask::text), true},
    {696, Errc::bad_request, Ask::mode | Ask::raw, true},
    {716, Errc::no_privilege, Asks(Ask::text), true},
    {723, Errc::no_privilege, any_ask, false},
    {974, Errc::not_allowed, Ask::mode | Ask::raw, true},
};

static_assert(std::is_sorted(std::begin(numerics), std::end(numerics),
                             [](const Numeric& a, const Numeric& b) { return a.code < b.code; }));

}  // namespace

const Numeric* find_numeric(int code) {
  const auto found = std::lower_bound(std::begin(numerics), std::end(numerics), code,
                                      [](const Numeric& row, int wanted) { return row.code < wanted; });
  return found != std::end(numerics) && found->code == code ? found : nullptr;
}

int numeric_code(std::string_view command) {
  int code = 0;
  const auto [end, error] = std::from_chars(command.data(), command.data() + command.size(), code);
  return error == std::errc{} && command.size() == 3 && end == command.data() + 3 ? code : 0;
}

}  // namespace irc

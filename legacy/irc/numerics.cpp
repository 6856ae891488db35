#include "legacy/irc/numerics.hpp"

#include <algorithm>
#include <charconv>

#include "legacy/irc/casemap.hpp"

namespace irc {
namespace {

using legacy::Errc;

// Sorted by code (spec section 1.5).
constexpr Numeric numerics[] = {
    {LIBIRC_RFC_RPL_TRYAGAIN, Errc::busy, any_ask, Names::command},
    {LIBIRC_RFC_ERR_NOSUCHNICK, Errc::not_found,
     Ask::text | Ask::kick | Ask::mode | Ask::invite | Ask::raw | Ask::join | Ask::topic | Ask::ctcp | Ask::whois,
     Names::target},
    {LIBIRC_RFC_ERR_NOSUCHSERVER, Errc::unreachable_host, Ask::text | Ask::raw, Names::target},
    {LIBIRC_RFC_ERR_NOSUCHCHANNEL, Errc::not_found, any_ask, Names::target},
    {LIBIRC_RFC_ERR_CANNOTSENDTOCHAN, Errc::no_privilege, Ask::text | Ask::raw | Ask::ctcp, Names::target},
    {LIBIRC_RFC_ERR_TOOMANYCHANNELS, Errc::too_many_rooms, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_WASNOSUCHNICK, Errc::not_found, Ask::text | Ask::raw | Ask::whois, Names::target},
    {LIBIRC_RFC_ERR_TOOMANYTARGETS, Errc::against_policy, Ask::text | Ask::join, Names::target},
    {LIBIRC_RFC_ERR_NOSUCHSERVICE, Errc::against_policy, Ask::text | Ask::raw, Names::target},
    {LIBIRC_RFC_ERR_NORECIPIENT, Errc::bad_request, Asks(Ask::text), Names::nothing},
    {LIBIRC_RFC_ERR_NOTEXTTOSEND, Errc::bad_request, Asks(Ask::text), Names::nothing},
    {416, Errc::busy, Ask::list | Ask::who, Names::nothing},
    {417, Errc::too_long, Asks(Ask::text), Names::nothing},
    {LIBIRC_RFC_ERR_UNKNOWNCOMMAND, Errc::unsupported, any_ask, Names::command},
    {LIBIRC_RFC_ERR_NONICKNAMEGIVEN, Errc::nick_invalid, Asks(Ask::nick), Names::nothing},
    {LIBIRC_RFC_ERR_ERRONEUSNICKNAME, Errc::nick_invalid, Asks(Ask::nick), Names::nothing},
    {LIBIRC_RFC_ERR_NICKNAMEINUSE, Errc::nick_taken, Asks(Ask::nick), Names::nothing},
    {435, Errc::banned, Asks(Ask::nick), Names::nothing},
    {LIBIRC_RFC_ERR_NICKCOLLISION, Errc::nick_taken, Asks(Ask::nick), Names::nothing},
    {LIBIRC_RFC_ERR_UNAVAILRESOURCE, Errc::nick_taken, Ask::nick | Ask::join, Names::target},
    {438, Errc::too_fast, Ask::nick | Ask::text, Names::nothing},
    {439, Errc::too_fast, Ask::text | Ask::join | Ask::invite | Ask::ctcp, Names::target},
    {440, Errc::service_down, any_ask, Names::target},
    {LIBIRC_RFC_ERR_USERNOTINCHANNEL, Errc::not_found, Ask::kick | Ask::mode | Ask::invite | Ask::raw, Names::target},
    {LIBIRC_RFC_ERR_NOTONCHANNEL, Errc::not_in_room,
     Ask::text | Ask::topic | Ask::kick | Ask::mode | Ask::invite | Ask::raw | Ask::part, Names::target},
    {LIBIRC_RFC_ERR_USERONCHANNEL, Errc::conflict, Asks(Ask::invite), Names::target},
    {447, Errc::not_now, Asks(Ask::nick), Names::nothing},
    {448, Errc::not_allowed, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_NOTREGISTERED, Errc::unsupported, Ask::raw | Ask::list, Names::nothing},
    {LIBIRC_RFC_ERR_NEEDMOREPARAMS, Errc::bad_request, any_ask, Names::command},
    {LIBIRC_RFC_ERR_KEYSET, Errc::conflict, Ask::mode | Ask::raw, Names::target},
    {470, Errc::moved, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_CHANNELISFULL, Errc::room_full, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_UNKNOWNMODE, Errc::unsupported, Ask::mode | Ask::raw, Names::nothing},
    {LIBIRC_RFC_ERR_INVITEONLYCHAN, Errc::needs_registration, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_BANNEDFROMCHAN, Errc::banned, Ask::join | Ask::text, Names::target},
    {LIBIRC_RFC_ERR_BADCHANNELKEY, Errc::needs_password, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_BADCHANMASK, Errc::bad_address, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_NOCHANMODES, Errc::needs_registration, Ask::join | Ask::text | Ask::mode | Ask::raw, Names::target},
    {LIBIRC_RFC_ERR_BANLISTFULL, Errc::busy, Ask::mode | Ask::raw, Names::target},
    {480, Errc::busy, Asks(Ask::join), Names::target},
    {LIBIRC_RFC_ERR_NOPRIVILEGES, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw, Names::nothing},
    {LIBIRC_RFC_ERR_CHANOPRIVSNEEDED, Errc::no_privilege,
     Ask::kick | Ask::mode | Ask::topic | Ask::invite | Ask::raw | Ask::text, Names::target},
    {LIBIRC_RFC_ERR_RESTRICTED, Errc::not_allowed, Ask::kick | Ask::mode | Ask::nick | Ask::raw, Names::nothing},
    // Also "that channel must not be joined" (bahamut, UnrealIRCd 3): State::meaning().
    {LIBIRC_RFC_ERR_UNIQOPPRIVSNEEDED, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw | Ask::join,
     Names::nothing},
    {489, Errc::not_allowed, Asks(Ask::join), Names::target},
    {490, Errc::not_allowed, Ask::join | Ask::text, Names::target},
    {LIBIRC_RFC_ERR_NOOPERHOST, Errc::no_privilege, Ask::raw | Ask::mode, Names::nothing},
    {499, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw, Names::target},
    {LIBIRC_RFC_ERR_UMODEUNKNOWNFLAG, Errc::bad_request, Asks(Ask::raw), Names::nothing},
    {LIBIRC_RFC_ERR_USERSDONTMATCH, Errc::not_allowed, Asks(Ask::raw), Names::nothing},
    {519, Errc::no_privilege, Asks(Ask::join), Names::target},
    {520, Errc::no_privilege, Asks(Ask::join), Names::target},
    {525, Errc::bad_request, Ask::join | Ask::mode | Ask::raw, Names::target},
    {531, Errc::no_privilege, Ask::text | Ask::ctcp, Names::target},
    {696, Errc::bad_request, Ask::mode | Ask::raw, Names::target},
    {697, Errc::conflict, Ask::mode | Ask::raw, Names::target},
    {698, Errc::not_found, Ask::mode | Ask::raw, Names::target},
    {707, Errc::too_fast, Ask::text | Ask::ctcp | Ask::invite, Names::target},
    {716, Errc::no_privilege, Ask::text | Ask::ctcp, Names::target},
    {723, Errc::no_privilege, Ask::kick | Ask::mode | Ask::raw, Names::nothing},
    {742, Errc::not_allowed, Ask::mode | Ask::raw, Names::target},
    {743, Errc::bad_request, Ask::mode | Ask::raw, Names::target},
    {744, Errc::not_allowed, Asks(Ask::topic), Names::target},
    {926, Errc::not_allowed, Asks(Ask::join), Names::target},
    {936, Errc::against_policy, Ask::text | Ask::topic | Ask::ctcp, Names::target},
    {972, Errc::not_allowed, any_of_the_user, Names::command},
    {974, Errc::not_allowed, Ask::mode | Ask::raw, Names::target},
};

static_assert(std::is_sorted(std::begin(numerics), std::end(numerics),
                             [](const Numeric& a, const Numeric& b) { return a.code < b.code; }));

// Those from 600 up that refuse nothing, or nothing that we ask for (UnrealIRCd, solanum, InspIRCd, IRCv3): WATCH,
// WHOIS, DCCALLOW, STARTTLS, help, KNOCK, caller id, lists, MONITOR, METADATA, logins, lists of InspIRCd's modules.
constexpr std::pair<int, int> replies[] = {{600, 689}, {691, 691}, {700, 706}, {708, 715}, {717, 722},
                                           {724, 734}, {740, 741}, {750, 751}, {760, 779}, {900, 911},
                                           {940, 941}, {953, 954}, {960, 961}, {973, 973}, {975, 975}};

bool is_reply(int code) {
  return std::any_of(std::begin(replies), std::end(replies),
                     [code](const auto& range) { return range.first <= code && code <= range.second; });
}

struct Command {
  Ask ask;
  std::string_view command;
};

constexpr Command commands[] = {
    {Ask::text, "PRIVMSG"},  {Ask::join, "JOIN"},    {Ask::topic, "TOPIC"}, {Ask::kick, "KICK"}, {Ask::mode, "MODE"},
    {Ask::mode, "KICK"},  // a ban's second half
    {Ask::invite, "INVITE"}, {Ask::nick, "NICK"},    {Ask::list, "LIST"},   {Ask::raw, "MODE"},  {Ask::part, "PART"},
    {Ask::text, "NOTICE"},   {Ask::ctcp, "PRIVMSG"}, {Ask::whois, "WHOIS"}, {Ask::who, "WHO"},   {Ask::ison, "ISON"}};

}  // namespace

std::optional<Numeric> find_numeric(int code) {
  const auto found = std::lower_bound(std::begin(numerics), std::end(numerics), code,
                                      [](const Numeric& row, int wanted) { return row.code < wanted; });
  if (found != std::end(numerics) && found->code == code) return *found;
  const bool is_error = code >= 400 && (code < 600 || !is_reply(code));
  if (is_error) return Numeric{code, Errc::refused, any_of_the_user, Names::target};
  return std::nullopt;
}

bool is_command_of(Ask ask, std::string_view command) {
  return std::any_of(std::begin(commands), std::end(commands), [&](const Command& row) {
    return row.ask == ask && same(row.command, command, CaseMapping::ascii);
  });
}

int numeric_code(std::string_view command) {
  int code = 0;
  const auto [end, error] = std::from_chars(command.data(), command.data() + command.size(), code);
  return error == std::errc{} && command.size() == 3 && end == command.data() + 3 ? code : 0;
}

}  // namespace irc

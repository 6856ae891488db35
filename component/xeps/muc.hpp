// XEP-0045 1.35.5: the elements of a room's presences and errors.
#pragma once

#include <initializer_list>
#include <string_view>

#include "component/jid.hpp"
#include "component/xml_writer.hpp"

namespace component::muc {

inline constexpr std::string_view ns = "http://jabber.org/protocol/muc";
inline constexpr std::string_view ns_user = "http://jabber.org/protocol/muc#user";
inline constexpr std::string_view ns_admin = "http://jabber.org/protocol/muc#admin";
inline constexpr std::string_view ns_owner = "http://jabber.org/protocol/muc#owner";
inline constexpr std::string_view ns_request = "http://jabber.org/protocol/muc#request";
inline constexpr std::string_view ns_direct_invite = "jabber:x:conference";   // XEP-0249
inline constexpr std::string_view ns_stanza_id = "urn:xmpp:sid:0";            // XEP-0359
inline constexpr std::string_view ns_occupant_id = "urn:xmpp:occupant-id:0";  // XEP-0421

// Status codes of the registry that a gateway sends.
enum Status : int {
  no_status = 0,
  status_non_anonymous = 100,
  status_configuration_changed = 104,
  status_self = 110,
  status_nick_assigned = 210,
  status_banned = 301,
  status_nick_changed = 303,
  status_kicked = 307,
  status_shutdown = 332,
  status_connection_lost = 333,
};

struct Item {
  std::string_view affiliation = "none";
  std::string_view role = "none";
  std::string_view jid = {};
  std::string_view nick = {};  // the new one, in a nick change
  std::string_view actor = {};
  std::string_view reason = {};
  std::string_view elsewhere = {};  // the room is gone, and to be had there (section 10.9); write_user() only
};

// <x xmlns='...muc#user'><item/><status code=.../></x>
xml::Element user(const Item& item, std::initializer_list<int> statuses = {});
// The same, written; codes that are 0 are left out.
void write_user(xml::Writer& writer, const Item& item, std::initializer_list<int> statuses = {});
// Adds codes to the muc#user <x/> inside a presence or message, made when there is none.
void add_statuses(xml::Element& stanza, std::initializer_list<int> codes);
xml::Element occupant_id(std::string_view id);

// What a join asks for in <history/>: how many of the latest messages, and not older than `since`.
struct HistoryRequest {
  std::size_t max_stanzas = 20;
  std::size_t max_chars = std::string_view::npos;
  std::int64_t since = 0;  // seconds since the epoch; 0: any age
};
// x: the join's <x xmlns='...muc'/>; now: seconds since the epoch. Unreadable numbers count as absent.
HistoryRequest history_request(const xml::Element& x, std::int64_t now);

}  // namespace component::muc

#include "mapping/errors.hpp"

#include <algorithm>
#include <array>

namespace mapping {

namespace {

using component::Condition;
using component::ErrorType;
using legacy::Errc;

struct Row {
  Errc error;
  ErrorType type;
  Condition condition;
  std::string_view text;
};

constexpr std::array table{
    Row{Errc::bad_address, ErrorType::modify, Condition::jid_malformed, "This name can't exist on that network."},
    Row{Errc::unknown_network, ErrorType::cancel, Condition::item_not_found, "This gateway doesn't know that network."},
    Row{Errc::bad_request, ErrorType::modify, Condition::bad_request, "The network can't make sense of this."},
    Row{Errc::not_found, ErrorType::cancel, Condition::item_not_found, "Nobody there has this name."},
    Row{Errc::unreachable_host, ErrorType::cancel, Condition::remote_server_not_found,
        "The network's server name can't be found."},
    Row{Errc::timeout, ErrorType::wait, Condition::remote_server_timeout, "The network did not answer."},
    Row{Errc::disconnected, ErrorType::wait, Condition::remote_server_timeout,
        "There is no connection to the network."},
    Row{Errc::rejected_login, ErrorType::auth, Condition::not_authorized, "The network refused the login."},
    Row{Errc::banned, ErrorType::auth, Condition::forbidden, "You are banned there."},
    Row{Errc::barred, ErrorType::auth, Condition::forbidden, "You are banned from this network."},
    Row{Errc::not_allowed, ErrorType::cancel, Condition::not_allowed, "The network doesn't allow this."},
    Row{Errc::no_privilege, ErrorType::auth, Condition::forbidden, "Your rank there is too low for this."},
    Row{Errc::not_in_room, ErrorType::cancel, Condition::not_acceptable, "You are not a participant in this room."},
    Row{Errc::needs_registration, ErrorType::auth, Condition::registration_required,
        "This needs an invitation or a registered account."},
    Row{Errc::needs_password, ErrorType::auth, Condition::not_authorized, "The room needs the right password."},
    Row{Errc::nick_taken, ErrorType::cancel, Condition::conflict, "This nickname is in use."},
    Row{Errc::nick_invalid, ErrorType::modify, Condition::not_acceptable, "This nickname is not possible there."},
    Row{Errc::room_full, ErrorType::wait, Condition::service_unavailable, "The room is full."},
    Row{Errc::too_many_rooms, ErrorType::wait, Condition::resource_constraint, "You are in too many rooms."},
    Row{Errc::too_fast, ErrorType::wait, Condition::policy_violation, "Too fast for the network; try again later."},
    Row{Errc::too_long, ErrorType::modify, Condition::policy_violation, "This is longer than the network carries."},
    Row{Errc::queue_full, ErrorType::wait, Condition::resource_constraint, "Too much is waiting to be sent already."},
    Row{Errc::unsupported, ErrorType::cancel, Condition::feature_not_implemented, "The network can't carry this."},
    Row{Errc::emergency_number, ErrorType::cancel, Condition::not_allowed,
        "Emergency services can't be reached through this gateway. Use a telephone."},
    Row{Errc::provider_refused, ErrorType::cancel, Condition::not_acceptable, "The provider refused the message."},
    Row{Errc::undeliverable, ErrorType::cancel, Condition::item_not_found, "The message could not be delivered."},
    Row{Errc::unreachable_now, ErrorType::wait, Condition::recipient_unavailable,
        "The message could not be delivered in time."},
    Row{Errc::uncertain, ErrorType::wait, Condition::remote_server_timeout,
        "It is not known whether the message arrived."},
    Row{Errc::storage_failed, ErrorType::wait, Condition::resource_constraint,
        "The gateway could not store the message, so it was not sent."},
    Row{Errc::busy, ErrorType::wait, Condition::resource_constraint, "The network can't do this now; try again later."},
    Row{Errc::service_down, ErrorType::wait, Condition::service_unavailable, "What this needs is down there."},
    Row{Errc::conflict, ErrorType::cancel, Condition::conflict, "It is so already."},
    Row{Errc::against_policy, ErrorType::modify, Condition::policy_violation, "The network doesn't take this one."},
    Row{Errc::not_now, ErrorType::cancel, Condition::not_acceptable, "This is not possible there at present."},
    Row{Errc::refused, ErrorType::cancel, Condition::undefined_condition, "The network refused this."},
    Row{Errc::unacceptable, ErrorType::modify, Condition::not_acceptable, "The network doesn't take it like this."},
    Row{Errc::moved, ErrorType::modify, Condition::redirect, "The room is to be had under another name."},
    Row{Errc::opted_out, ErrorType::auth, Condition::forbidden,
        "The recipient has replied STOP and gets no more messages from this number."},
    Row{Errc::bad_number, ErrorType::modify, Condition::jid_malformed,
        "This is not a telephone number. Write it as + and country code, for example +15551234567."},
    Row{Errc::internal, ErrorType::cancel, Condition::internal_server_error, "Something went wrong in the gateway."},
};

}  // namespace

component::StanzaError to_stanza_error(legacy::Errc error, std::string_view text) {
  const auto row = std::find_if(table.begin(), table.end(), [&](const Row& r) { return r.error == error; });
  if (row == table.end()) {
    return {ErrorType::cancel, Condition::undefined_condition, std::string{text}, {}};
  }
  return {row->type, row->condition, std::string{text.empty() ? row->text : text}, {}};
}

}  // namespace mapping

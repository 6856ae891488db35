#include "legacy/irc/network.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/settings.hpp"

namespace irc {
namespace {

constexpr std::size_t max_realname = 100;

}  // namespace

base::Result<legacy::Chat, legacy::Errc> Network::parse(std::string_view id) const {
  if (id.empty() || !base::is_utf8(id)) return legacy::Errc::bad_address;
  if (learnt_.channel_types.find(id.front()) != std::string::npos) {
    if (!is_channel_name(id)) return legacy::Errc::bad_address;
    return legacy::Chat{legacy::ChatKind::room, std::string(id)};
  }
  if (!is_nick(id, "#&" + learnt_.channel_types)) return legacy::Errc::bad_address;
  return legacy::Chat{legacy::ChatKind::person, std::string(id)};
}

std::string Network::check(const legacy::Account& account) const {
  return find_problem(account, config_);
}

legacy::Features Network::features() const {
  legacy::Features features;
  features.rooms = true;
  features.presence = true;
  features.people = true;
  return features;
}

Access Network::access(const legacy::Account& account) const {
  Access access{usual_endpoints_, usual_encodings_, config_.burst, user_name(account.user)};
  auto endpoints = endpoints_of(account, config_);
  if (endpoints != *usual_endpoints_)
    access.endpoints = std::make_shared<const std::vector<base::Endpoint>>(std::move(endpoints));
  if (Encodings::are_set(account)) access.encodings = std::make_shared<const Encodings>(account, config_.encoding);
  // A server counts all users as one, by their address: the operator's bound is everybody's.
  if (const auto limit = throttle_limit(account)) {
    const bool has_bound = config_.burst > 0;
    access.burst = has_bound && (*limit < 0 || *limit > config_.burst) ? config_.burst : std::max(*limit, 0);
  }
  return access;
}

Identity Network::identity(const legacy::Account& account, bool has_tls) const {
  Identity identity;
  identity.network = config_.name;
  identity.nick = make_nick(account.field("nick"), max_nick);
  identity.nicks = nicks_of(account);
  identity.account = is_middle(account.field("username")) ? account.field("username") : std::string{};
  identity.username = ident_of(account).value_or(user_name(account.user));
  identity.realname = base::utf8_prefix(wire_safe(account.field("realname")), max_realname);
  identity.silence = config_.silence;
  identity.poll = config_.poll;
  identity.has_certificate = !account.field("certificate").empty();
  identity.continue_without_login = account.field("continue_without_login") == "true";
  identity.after_connect = commands_of(account);
  identity.shows_greeting = account.field("motd") == "true";
  identity.quit_message = config_.quit_message;
  // The operator's secret goes only where the operator said, and only to whom the operator trusts there.
  const auto has_chosen = [&account](const char* field) { return !account.field(field).empty(); };
  const bool is_elsewhere =
      has_chosen("ports") || has_chosen("tls_ports") || has_chosen("verify_cert") || has_chosen("fingerprint");
  if (!config_.webirc_password.value.empty() && !is_elsewhere) identity.webirc = webirc_line(account.user, config_);
  // Which network may hear the secrets: over this connection, or if it becomes one with TLS (STS).
  const bool was_plain = config_.endpoint.tls == base::Tls::off;
  const bool is_own = account.field("password_is_own") == "true";  // chosen for this network, not for all
  const bool with_tls = config_.password_ok || was_plain || is_own;
  const bool pass_with_tls = with_tls || !account.field("pass").empty();  // always chosen for this network
  const bool now = has_tls ? with_tls : was_plain ? config_.password_ok : config_.plain_ok;
  const std::string password = wire_safe(account.field("password"));
  const std::string pass = wire_safe(account.field("pass"));
  if (now || with_tls) (now ? identity.password : identity.tls_password) = password;
  const bool pass_now = has_tls ? pass_with_tls : now;
  if (pass_now || pass_with_tls) (pass_now ? identity.pass : identity.tls_pass) = pass;
  identity.password_withheld = (!now && !password.empty()) || (!pass_now && !pass.empty());
  return identity;
}

std::unique_ptr<legacy::Session> Network::open(legacy::Account account, legacy::Context context) {
  Access how = access(account);
  Identity who = identity(account, how.endpoints->front().tls != base::Tls::off);
  return std::make_unique<Session>(around_, std::move(who), std::move(how), context);
}

}  // namespace irc

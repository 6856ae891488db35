#include "legacy/irc/network.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "legacy/irc/names.hpp"

namespace irc {
namespace {

constexpr std::size_t max_password = 300;
constexpr std::size_t max_realname = 100;

bool is_one_line(std::string_view text) {
  return base::is_utf8(text) && std::none_of(text.begin(), text.end(),
                                             [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
}

// The name that IRC operators see: the same for a user for ever, without telling who it is.
std::string user_name(const std::string& user) {
  return "u" + base::to_hex(base::sha256(user)).substr(0, 9);
}

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
  const std::string nick = account.field("nick");
  if (!nick.empty() && !is_nick(nick))
    return "This nick can't be used on IRC: no spaces, no , * ? ! @, and no : $ # & ~ % + at the start.";
  const std::string username = account.field("username");
  if (!username.empty() && (!is_middle(username) || username.size() > max_name))
    return "The account name has no spaces and no colon at the start.";
  const std::string password = account.field("password");
  if (password.size() > max_password || !is_one_line(password)) return "The password is one line of at most 300 bytes.";
  if (!is_one_line(account.field("realname"))) return "The real name is one line.";
  return {};
}

legacy::Features Network::features() const {
  legacy::Features features;
  features.rooms = true;
  features.presence = true;
  features.people = true;
  return features;
}

std::unique_ptr<legacy::Session> Network::open(legacy::Account account, legacy::Context context) {
  Identity identity;
  identity.network = config_.name;
  identity.nick = make_nick(account.field("nick"), max_name);
  identity.account = is_middle(account.field("username")) ? account.field("username") : std::string{};
  const std::string password = wire_safe(account.field("password"));
  if (config_.password_ok) identity.password = password;
  identity.password_withheld = !password.empty() && !config_.password_ok;
  identity.username = user_name(account.user);
  identity.realname = base::utf8_prefix(wire_safe(account.field("realname")), max_realname);
  identity.silence = config_.silence;
  return std::make_unique<Session>(config_, std::move(identity), dialer_, learnt_, context);
}

}  // namespace irc

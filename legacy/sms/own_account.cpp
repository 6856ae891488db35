#include "legacy/sms/own_account.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "base/crypto.hpp"

namespace sms {
namespace {

// Which key of the provider's a field of the registration gives; empty: none.
struct Kind {
  std::string_view name, title;
  std::string_view account, login, secret, verify, option;
  std::string_view optional;  // the fields that may be empty, with blanks around them
  std::string_view inbound;   // path of texts
  bool has_secret_path;       // behind the secret
  bool has_groups = false;
};

constexpr std::array kinds{
    Kind{"twilio", "Twilio", "account_sid", "", "auth_token", "", "", "", "mo", false},
    Kind{"plivo", "Plivo", "auth_id", "", "auth_token", "", "", "", "mo", true},
    Kind{"telnyx", "Telnyx", "", "", "api_key", "public_key", "messaging_profile", " option ", "mo", false, true},
    Kind{"bandwidth", "Bandwidth", "account_id", "username", "password", "", "application_id", "", "callback", true,
         true},
    Kind{"vonage-sms", "Vonage SMS", "api_key", "", "api_secret", "signature_secret", "signature_method",
         " verify option ", "mo", true},
    Kind{"vonage-messages", "Vonage Messages", "api_key", "", "api_secret", "signature_secret", "", "", "mo", false},
    Kind{"messagebird", "MessageBird", "", "", "access_key", "signing_key", "", " verify ", "mo", true},
    Kind{"sinch", "Sinch", "service_plan_id", "", "api_token", "signature_secret", "region", " verify option ", "mo",
         true},
    Kind{"smsgate", "SMSGate (cloud)", "", "username", "password", "signing_key", "", "", "event", false},
};

const Kind* find(std::string_view name) {
  const auto* const found =
      std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == name; });
  return found == kinds.end() ? nullptr : found;
}

// As the registration's form calls them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> labels{{{"account", "Account"},
                                                                               {"login", "User name"},
                                                                               {"secret", "Secret"},
                                                                               {"verify", "Webhook key"},
                                                                               {"option", "Option"}}};

std::string_view key_of(const Kind& kind, std::string_view field) {
  if (field == "account") return kind.account;
  if (field == "login") return kind.login;
  if (field == "secret") return kind.secret;
  return field == "verify" ? kind.verify : kind.option;
}

bool is_optional(const Kind& kind, std::string_view field) {
  return kind.optional.find(fmt::format(" {} ", field)) != std::string_view::npos;
}

// What nobody has to write.
void complete(const Kind& kind, const legacy::Account& account, std::map<std::string, std::string>& keys) {
  const std::string hook = account.field("hook");
  if (kind.has_secret_path) keys["webhook_secret"] = hook;
  if (kind.name == "bandwidth") keys.insert({{"webhook_username", "wherry"}, {"webhook_password", hook}});
  if (kind.name == "smsgate")
    keys.insert({{"send_url", "https://api.sms-gate.app/3rdparty/v1/messages"}, {"number", account.field("number")}});
}

// The same way out as the operator's account there.
struct SameApi {
  const config::SmsProvider& operators;
  template <class Settings>
  void operator()(Settings& own) const {
    const auto* const other = std::get_if<Settings>(&operators);
    if constexpr (requires { own.api; }) {
      if (other != nullptr && !std::is_same_v<Settings, config::Sinch>) own.api = other->api;
      own.api.is_own = true;
    }
  }
};

}  // namespace

std::vector<ProviderName> titles_of(const std::vector<std::string>& names) {
  std::vector<ProviderName> out;
  for (const std::string& name : names) {
    if (const Kind* const kind = find(name)) out.push_back({name, std::string{kind->title}});
  }
  return out;
}

bool any_has_groups(const std::vector<std::string>& names) {
  return std::any_of(names.begin(), names.end(), [](const std::string& name) {
    const Kind* const kind = find(name);
    return kind != nullptr && kind->has_groups;
  });
}

bool has_own_provider(const legacy::Account& account) {
  return !account.field("provider").empty();
}

std::string account_mark(const legacy::Account& account) {
  if (!has_own_provider(account)) return {};
  return base::to_hex(base::sha256(
      fmt::format("{}\n{}\n{}", account.field("provider"), account.field("account"), account.field("login"))));
}

base::Result<OwnProvider, std::string> own_provider(const legacy::Account& account, const config::SmsNetwork& network) {
  const Kind* const kind = find(account.field("provider"));
  const auto& allowed = network.numbers.own_accounts;
  if (kind == nullptr || std::find(allowed.begin(), allowed.end(), kind->name) == allowed.end())
    return std::string{"This gateway does not take accounts at that provider."};
  std::map<std::string, std::string> keys;
  for (const auto& [field, label] : labels) {
    const auto key = key_of(*kind, field);
    const std::string value = account.field(std::string{field});
    if (key.empty()) continue;
    if (value.empty() && !is_optional(*kind, field)) return fmt::format("{} needs: {} ({}).", kind->title, label, key);
    if (!value.empty()) keys.emplace(key, value);
  }
  complete(*kind, account, keys);
  auto settings = config::read_own_account(std::string{kind->name}, keys);
  if (!settings) return settings.error();
  OwnProvider out{std::move(*settings), std::string{kind->title}, std::string{kind->inbound}, {}};
  std::visit(SameApi{network.provider}, out.settings);
  if (kind->name == "bandwidth")
    out.credentials = fmt::format(" with the user name wherry and the password {}", account.field("hook"));
  if (kind->has_secret_path) out.inbound_path = account.field("hook") + "/" + out.inbound_path;
  return out;
}

}  // namespace sms

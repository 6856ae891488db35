// A provider account that a user brings: what the registration says of it, as the provider's settings. Only providers
// with an address of their own, which no user chooses.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "config/sms.hpp"
#include "legacy/adapter.hpp"

namespace sms {

// How a provider is called in configurations and by people.
struct ProviderName {
  std::string name;   // "twilio"
  std::string title;  // "Twilio"
};
// Those of a list in the configuration.
std::vector<ProviderName> titles_of(const std::vector<std::string>& names);

// Whether one of these carries group texts.
bool any_has_groups(const std::vector<std::string>& names);

// Whether the registration names a provider.
bool has_own_provider(const legacy::Account& account);

// Differs between a user's accounts; empty: the operator's.
std::string account_mark(const legacy::Account& account);

struct OwnProvider {
  config::SmsProvider settings;
  std::string title;
  std::string inbound_path;  // what follows webhook_path() in the URL that the provider is told to call
  std::string credentials;   // that it calls with, in words; empty: none
};
// From the fields provider, account, login, secret, verify, option and hook. The API is reached as the network's own
// where that is at the same provider. The error is a sentence for the user.
base::Result<OwnProvider, std::string> own_provider(const legacy::Account& account, const config::SmsNetwork& network);

}  // namespace sms

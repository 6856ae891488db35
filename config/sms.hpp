// An SMS network: its provider, one of many, and what is the same with all of them. The keys of each provider stand in
// docs/sms.md.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "config/generic_sms.hpp"
#include "config/secret.hpp"
#include "config/sms_numbers.hpp"
#include "config/sms_rules.hpp"

namespace config {

struct Kannel {
  std::string send_url;  // "http://127.0.0.1:13013/cgi-bin/sendsms"
  std::string username;
  Secret password;
  std::string smsc;       // optional: route by this smsc-id
  Secret webhook_secret;  // a path segment of our webhook URLs: /kannel/<network>/<secret>/mo
  std::string ca_file;    // for https
};

// How a provider's HTTP API is reached.
struct SmsApi {
  std::string base_url;  // https, or http to this machine; without a slash at the end
  std::string ca_file;   // empty: the system's store
  bool is_own = false;   // of a user: files may lie at a private address only where the API itself is
};

struct Twilio {
  SmsApi api{"https://api.twilio.com", {}};
  std::string account_sid;  // "AC" and 32 hex digits
  Secret auth_token;        // signs the webhooks; without an API key it is the password, too
  std::string api_key_sid;  // optional: "SK...", sends instead of the account itself...
  Secret api_key_secret;    // ...with this password
};

struct Plivo {
  SmsApi api{"https://api.plivo.com", {}};
  std::string auth_id;
  Secret auth_token;  // of auth_id; signs the webhooks, too
  Secret webhook_secret;
};

struct Telnyx {
  SmsApi api{"https://api.telnyx.com", {}};
  Secret api_key;
  std::string public_key;         // 32 bytes in base64, verifies the webhooks
  std::string messaging_profile;  // optional; a number pool or an alphanumeric sender needs it
};

struct Bandwidth {
  SmsApi api{"https://messaging.bandwidth.com", {}};
  std::string account_id;
  std::string application_id;
  std::string username;
  Secret password;
  std::string webhook_username;  // what the application is told to call us with...
  Secret webhook_password;
  Secret webhook_secret;  // ...at an URL with this
};

struct VonageSms {
  SmsApi api{"https://rest.nexmo.com", {}};
  std::string api_key;
  Secret api_secret;
  Secret webhook_secret;    // a path segment of our webhook URLs
  Secret signature_secret;  // empty: the account does not sign
  std::string signature_method = "md5hash";
};

struct VonageMessages {
  SmsApi api{"https://api.nexmo.com", {}};
  std::string api_key;
  Secret api_secret;
  Secret signature_secret;  // signs the webhooks' tokens
};

struct MessageBird {
  SmsApi api{"https://rest.messagebird.com", {}};
  Secret access_key;
  Secret webhook_secret;  // a path segment of our webhook URLs
  Secret signing_key;     // empty: webhooks are not checked for a signature
};

struct Sinch {
  SmsApi api{"https://us.sms.api.sinch.com", {}};  // or eu, au, br, ca
  std::string service_plan_id;
  Secret api_token;
  Secret webhook_secret;    // a path segment of our webhook URLs
  Secret signature_secret;  // empty: the account does not sign
};

// The Android app.
struct SmsGate {
  std::string send_url;  // "http://192.0.2.5:8080/message", "https://api.sms-gate.app/3rdparty/v1/messages"
  std::string username;
  Secret password;
  Secret signing_key;  // of its webhooks
  std::string number;  // of the SIM, for texts that don't say to which they came
  int sim = 0;         // 1 to 3; 0: the app's choice
  std::string ca_file;
};

using SmsProvider = std::variant<Kannel, Twilio, Plivo, Telnyx, Bandwidth, VonageSms, VonageMessages, MessageBird,
                                 Sinch, SmsGate, GenericSms>;

// How a changed text is sent once more.
enum class Corrections {
  brief,  // the words that have changed
  whole,
  off,
};

// Another account, of the same users and numbers, for a part of what goes out.
struct SecondProvider {
  SmsProvider provider;
  std::vector<std::string> destinations;  // countries and prefixes whose texts go through it
  bool when_down = false;                 // and all, while the first can't be reached or refuses the account
};

struct SmsNetwork {
  std::string name = "sms";
  SmsProvider provider;
  std::string country_code;                 // "1", "49"; empty: only +numbers
  std::string international_prefix = "00";  // default by country: dial_plan.hpp
  std::string trunk_prefix = "0";
  std::vector<std::string> emergency;         // more numbers to refuse
  std::chrono::seconds give_up{86400};        // a message not handed over by then is reported as failed
  std::chrono::seconds uncertain_after{300};  // a send without an answer and without a report by then: the user is told
  std::chrono::seconds join_after{600};       // a long text whose segments don't all come is delivered without them
  int concurrency = 4;                        // requests to the provider at once
  int rate = 0;                               // segments handed over per second, of all users; 0: no limit
  Corrections corrections = Corrections::brief;
  bool reactions = false;  // are sent as texts of their own
  std::optional<SecondProvider> second;
  SmsRules rules;
  SmsNumbers numbers;
};

// An account at the provider of that name, of the keys that a [[component.network]] has for it. The error is a sentence
// that names what is wrong.
base::Result<SmsProvider, std::string> read_own_account(const std::string& provider,
                                                        const std::map<std::string, std::string>& keys);

}  // namespace config

// An SMS network: its provider, one of many, and what is the same with all of them. The keys of each provider stand in
// docs/sms.md.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "config/secret.hpp"

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
};

using SmsProvider = std::variant<Kannel>;

struct SmsNetwork {
  std::string name = "sms";
  SmsProvider provider;
  std::string country_code;  // "1", "49"; empty: only +numbers
  std::string international_prefix = "00";
  std::string trunk_prefix = "0";
  std::vector<std::string> emergency;         // more numbers to refuse
  std::chrono::seconds give_up{86400};        // a message not handed over by then is reported as failed
  std::chrono::seconds uncertain_after{300};  // a send without an answer and without a report by then: the user is told
  std::chrono::seconds join_after{600};       // a long text whose segments don't all come is delivered without them
  int concurrency = 4;                        // requests to the provider at once
};

}  // namespace config

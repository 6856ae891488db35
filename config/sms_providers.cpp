#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {
namespace {

// What becomes a part of a URL.
void check_id(Section& section, std::string_view key, const std::string& id, std::string_view start,
              std::string_view instead) {
  const bool is_plain = std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
  if (id.empty() || (is_plain && id.starts_with(start))) return;
  section.wrong(key, fmt::format("{} can't be {}", key, base::quoted(id)), std::string{instead});
}

}  // namespace

SmsProvider read_kannel(Section& section) {
  Kannel kannel;
  bool plain_ok = false;
  section.require("send_url", kannel.send_url, "\"http://127.0.0.1:13013/cgi-bin/sendsms\"");
  section.require("username", kannel.username, "the username of Kannel's sendsms-user group");
  section.secret("password", kannel.password, true);
  read_webhook_secret(section, kannel.webhook_secret);
  section.text("smsc", kannel.smsc);
  section.file("ca_file", kannel.ca_file);
  section.flag("plain_ok", plain_ok);
  if (!kannel.send_url.empty()) check_url(section, "send_url", kannel.send_url);
  if (kannel.send_url.starts_with("http://") && !is_loopback(host_of(kannel.send_url)) && !plain_ok) {
    section.wrong("send_url", "send_url would carry the password and all messages without TLS",
                  "an https URL, or plain_ok = true if the way there is private (a VPN, a container's network)");
  }
  return kannel;
}

SmsProvider read_twilio(Section& section) {
  Twilio twilio;
  read_api(section, twilio.api);
  section.require("account_sid", twilio.account_sid, "the Account SID, which starts with AC");
  section.secret("auth_token", twilio.auth_token, true);
  section.text("api_key_sid", twilio.api_key_sid);
  section.secret("api_key_secret", twilio.api_key_secret, !twilio.api_key_sid.empty());
  check_id(section, "account_sid", twilio.account_sid, "AC", "the Account SID, AC and 32 hex digits");
  check_id(section, "api_key_sid", twilio.api_key_sid, "SK", "the SID of an API key, SK and 32 hex digits");
  if (twilio.api_key_sid.empty() && !twilio.api_key_secret.value.empty()) {
    section.wrong("api_key_secret", "api_key_secret without api_key_sid", "api_key_sid = \"SK...\" beside it");
  }
  return twilio;
}

SmsProvider read_plivo(Section& section) {
  Plivo plivo;
  read_api(section, plivo.api);
  section.require("auth_id", plivo.auth_id, "the Auth ID of the account, which starts with MA or SA");
  section.secret("auth_token", plivo.auth_token, true);
  read_webhook_secret(section, plivo.webhook_secret);
  check_id(section, "auth_id", plivo.auth_id, "", "the Auth ID of the account, letters and digits");
  return plivo;
}

SmsProvider read_telnyx(Section& section) {
  Telnyx telnyx;
  read_api(section, telnyx.api);
  section.secret("api_key", telnyx.api_key, true);
  section.require("public_key", telnyx.public_key, "the account's public key, 44 characters of base64");
  section.text("messaging_profile", telnyx.messaging_profile);
  const auto key = base::from_base64(telnyx.public_key);
  if (!telnyx.public_key.empty() && (!key || key->size() != 32)) {
    section.wrong("public_key", "public_key is not an Ed25519 key",
                  "the account's public key as Telnyx shows it, 44 characters of base64");
  }
  return telnyx;
}

SmsProvider read_bandwidth(Section& section) {
  Bandwidth bandwidth;
  read_api(section, bandwidth.api);
  section.require("account_id", bandwidth.account_id, "the account's number");
  section.require("application_id", bandwidth.application_id, "the id of a messaging application");
  section.require("username", bandwidth.username, "the user name of an API user");
  section.secret("password", bandwidth.password, true);
  section.require("webhook_username", bandwidth.webhook_username, "the user name that the application calls us with");
  section.secret("webhook_password", bandwidth.webhook_password, true);
  read_webhook_secret(section, bandwidth.webhook_secret);
  check_id(section, "account_id", bandwidth.account_id, "", "the account's number, digits only");
  return bandwidth;
}

}  // namespace config

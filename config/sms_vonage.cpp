#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {

SmsProvider read_vonage_sms(Section& section) {
  VonageSms vonage;
  read_api(section, vonage.api);
  section.require("api_key", vonage.api_key, "the API key that Vonage's dashboard shows first");
  section.secret("api_secret", vonage.api_secret, true);
  read_webhook_secret(section, vonage.webhook_secret);
  section.secret("signature_secret", vonage.signature_secret, false);
  section.choice<std::string>(
      "signature_method", vonage.signature_method,
      {{"md5hash", "md5hash"}, {"md5", "md5"}, {"sha1", "sha1"}, {"sha256", "sha256"}, {"sha512", "sha512"}});
  return vonage;
}

SmsProvider read_vonage_messages(Section& section) {
  VonageMessages vonage;
  read_api(section, vonage.api);
  section.require("api_key", vonage.api_key, "the API key that Vonage's dashboard shows first");
  section.secret("api_secret", vonage.api_secret, true);
  section.secret("signature_secret", vonage.signature_secret, true);
  return vonage;
}

}  // namespace config

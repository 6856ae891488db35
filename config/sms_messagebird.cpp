#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {

SmsProvider read_messagebird(Section& section) {
  MessageBird bird;
  read_api(section, bird.api);
  section.secret("access_key", bird.access_key, true);
  read_webhook_secret(section, bird.webhook_secret);
  section.secret("signing_key", bird.signing_key, false);
  return bird;
}

}  // namespace config

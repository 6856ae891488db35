#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {

SmsProvider read_sinch(Section& section) {
  Sinch sinch;
  section.choice<std::string>("region", sinch.api.base_url,
                              {{"us", "https://us.sms.api.sinch.com"},
                               {"eu", "https://eu.sms.api.sinch.com"},
                               {"au", "https://au.sms.api.sinch.com"},
                               {"br", "https://br.sms.api.sinch.com"},
                               {"ca", "https://ca.sms.api.sinch.com"}});
  read_api(section, sinch.api);
  section.require("service_plan_id", sinch.service_plan_id, "the service plan's id, from Sinch's dashboard");
  section.secret("api_token", sinch.api_token, true);
  read_webhook_secret(section, sinch.webhook_secret);
  section.secret("signature_secret", sinch.signature_secret, false);
  return sinch;
}

}  // namespace config

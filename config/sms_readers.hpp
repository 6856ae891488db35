// One reader per SMS provider, and what they share. Internal to config/.
#pragma once

#include "config/reader.hpp"
#include "config/sms.hpp"

namespace config {

SmsProvider read_kannel(Section& section);
SmsProvider read_twilio(Section& section);
SmsProvider read_plivo(Section& section);
SmsProvider read_telnyx(Section& section);
SmsProvider read_bandwidth(Section& section);
SmsProvider read_vonage_sms(Section& section);
SmsProvider read_vonage_messages(Section& section);
SmsProvider read_messagebird(Section& section);
SmsProvider read_sinch(Section& section);
SmsProvider read_smsgate(Section& section);
SmsProvider read_generic(Section& section);
SmsNumbers read_sms_numbers(Section& section);

// base_url and ca_file. An http URL is one to this machine: keys and texts go nowhere without TLS.
void read_api(Section& section, SmsApi& into);
// A part of the URLs at which the provider calls us, for those that don't sign (all of) what they say.
void read_webhook_secret(Section& section, Secret& into);
// The host in an http or https URL, without brackets.
std::string host_of(std::string_view url);

}  // namespace config

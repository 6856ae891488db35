#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {

SmsProvider read_smsgate(Section& section) {
  SmsGate gate;
  bool plain_ok = false;
  section.require("send_url", gate.send_url, "\"http://<address of the phone>:8080/message\"");
  section.require("username", gate.username, "the username that the app shows");
  section.secret("password", gate.password, true);
  section.secret("signing_key", gate.signing_key, true);
  section.text("number", gate.number);
  section.number("sim", gate.sim, 1, 3);
  section.file("ca_file", gate.ca_file);
  section.flag("plain_ok", plain_ok);
  if (!gate.send_url.empty()) check_url(section, "send_url", gate.send_url);
  if (gate.send_url.starts_with("http://") && !is_loopback(host_of(gate.send_url)) && !plain_ok) {
    section.wrong("send_url", "send_url would carry the password and all messages without TLS",
                  "an https URL, or plain_ok = true if the way to the phone is private (your own wireless network)");
  }
  return gate;
}

}  // namespace config

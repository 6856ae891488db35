#include "config/sections.hpp"
#include "config/sms_readers.hpp"

namespace config {

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

}  // namespace config

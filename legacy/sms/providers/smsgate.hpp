// SMSGate, the Android app (sms-providers.md, section 10), in its local or cloud mode: JSON both ways; it knows a
// message again by the id that we give it. Webhooks for sms:received, sms:sent, sms:delivered, sms:failed and
// mms:downloaded, all at <public_url>/smsgate/<network>/event, signed with the app's signing key.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class SmsGate final : public Provider {
 public:
  SmsGate(config::SmsGate settings, const std::string& network, std::string public_url);

  Traits traits() const override;
  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  std::size_t longest_call() const override { return std::size_t{4} << 20; }  // an MMS comes whole, in base64
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;

 private:
  config::SmsGate settings_;
  std::string path_;
  std::string public_url_;
};

bool is_smsgate_signed(const base::HttpRequest& request, const std::string& key, base::WallTime now);
// Our ids are longer than the 36 characters that it takes: the tag's digits become base64. Back again.
std::string to_smsgate_id(const std::string& id);
std::string from_smsgate_id(const std::string& id);

}  // namespace sms

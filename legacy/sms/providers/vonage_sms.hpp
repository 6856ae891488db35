// Vonage's SMS API (sms-providers.md, section 2): form out, with Basic credentials; webhooks by GET or POST, as form or
// JSON, at <public_url>/vonage/<network>/<secret>/mo (inbound) and /dlr (given with each message), signed by `sig`
// where the account has that switched on. Texts of several segments come and are reported segment by segment.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class VonageSms final : public Provider {
 public:
  VonageSms(config::VonageSms settings, const std::string& network, std::string public_url);

  Traits traits() const override;
  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;

 private:
  config::VonageSms settings_;
  std::string path_;
  std::string public_url_;
};

// Whether `sig` is the one of these fields and the timestamp is young. Methods: md5hash, md5, sha1, sha256, sha512.
bool is_vonage_signed(const base::HttpHeaders& fields, const std::string& method, const std::string& secret,
                      base::WallTime now);

}  // namespace sms

// Sinch's SMS API, XMS (sms-providers.md, section 7): JSON both ways. Webhooks at
// <public_url>/sinch/<network>/<secret>/ mo (the service plan's callback URL) and /dlr (given with each batch), signed
// where the account has a secret for it.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Sinch final : public Provider {
 public:
  Sinch(config::Sinch settings, const std::string& network, std::string public_url);

  Traits traits() const override;
  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;
  base::HttpCall media_call(const std::string& url) const override;

 private:
  config::Sinch settings_;
  std::string path_;
  std::string public_url_;
};

bool is_sinch_signed(const base::HttpRequest& request, const std::string& secret, base::WallTime now);

}  // namespace sms

// Vonage's Messages API v1 (sms-providers.md, section 3): JSON both ways; webhooks carry a JWT over the body, at
// <public_url>/vonage-messages/<network>/mo (inbound) and /dlr (given with each message).
#pragma once

#include "base/jwt.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {

class VonageMessages final : public Provider {
 public:
  VonageMessages(config::VonageMessages settings, const std::string& network, std::string public_url);

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
  config::VonageMessages settings_;
  std::string path_;
  std::string public_url_;
};

// The Authorization header's token: HS256 by Vonage, at most five minutes old, over this very body.
base::Result<boost::json::object, base::JwtFault> check_vonage_token(const base::HttpRequest& request,
                                                                     const std::string& secret, base::WallTime now);

}  // namespace sms

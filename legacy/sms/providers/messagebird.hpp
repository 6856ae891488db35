// MessageBird's REST API (sms-providers.md, section 8): JSON out; reports by GET at <public_url>/messagebird/<network>/
// <secret>/dlr, inbound as a form at .../mo (a flow that calls an HTTP endpoint), signed where there is a signing key:
// a JWT over URL and body, or the older HMAC.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class MessageBird final : public Provider {
 public:
  MessageBird(config::MessageBird settings, const std::string& network, std::string public_url);

  Traits traits() const override;
  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;

 private:
  config::MessageBird settings_;
  std::string path_;
  std::string public_url_;
};

// `url` is the whole URL as it was called.
bool is_messagebird_signed(const base::HttpRequest& request, const std::string& url, const std::string& key,
                           base::WallTime now);

}  // namespace sms

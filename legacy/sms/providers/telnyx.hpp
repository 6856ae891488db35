// Telnyx, messages v2 (sms-providers.md, section 5). Its webhooks are signed with Ed25519 over time and body, so their
// URLs need no secret: <public_url>/telnyx/<network>/mo and .../dlr?id=<ours>.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Telnyx final : public Provider {
 public:
  Telnyx(config::Telnyx settings, const std::string& network, std::string public_url);

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
  config::Telnyx settings_;
  std::string path_;
  std::string public_url_;
};

// telnyx-signature-ed25519 over telnyx-timestamp, "|" and the body, at most five minutes old. `public_key` in base64.
bool is_signed_by_telnyx(const base::HttpRequest& request, const std::string& public_key, base::WallTime now);

}  // namespace sms

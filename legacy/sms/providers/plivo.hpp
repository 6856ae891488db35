// Plivo's Message resource (sms-providers.md, section 4). What it signs leaves out the query and, for messages, the
// form, so its webhooks need a secret too: <public_url>/plivo/<network>/<secret>/mo and .../dlr?id=<ours>.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Plivo final : public Provider {
 public:
  Plivo(config::Plivo settings, const std::string& network, std::string public_url);

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
  config::Plivo settings_;
  std::string path_;
  std::string public_url_;
};

// X-Plivo-Signature-V3 where there is one, else -V2, which messages have.
bool is_signed_by_plivo(const base::HttpRequest& request, const std::string& url, const std::string& token);

}  // namespace sms

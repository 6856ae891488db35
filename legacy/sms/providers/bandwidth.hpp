// Bandwidth, messages v2 (sms-providers.md, section 6). It signs nothing: its webhooks need a secret in their URL and
// Basic credentials, both set in the application there: <public_url>/bandwidth/<network>/<secret>/callback.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Bandwidth final : public Provider {
 public:
  Bandwidth(config::Bandwidth settings, const std::string& network);

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
  config::Bandwidth settings_;
  std::string path_;
};

}  // namespace sms

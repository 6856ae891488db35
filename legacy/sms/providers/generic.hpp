// A provider that the configuration describes (docs/sms-generic.md). Webhooks arrive at <public_url>/generic/<network>/
// mo and /dlr, with the secret before that where it is what authenticates them.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Generic final : public Provider {
 public:
  Generic(config::GenericSms settings, const std::string& network, std::string public_url);

  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;

 private:
  std::string report_url(const std::string& id) const;
  std::string hmac_of(std::string_view text) const;
  bool is_signed(const base::HttpRequest& request, base::WallTime now) const;
  Notice read_message(const base::HttpRequest& request) const;
  Notice read_report(const base::HttpRequest& request, const base::HttpHeaders& query) const;

  config::GenericSms settings_;
  std::string path_;
  std::string public_url_;
};

}  // namespace sms

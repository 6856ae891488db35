// Kannel 1.4.5 (sms-providers.md, sections 9 and 13; tried): cgi-bin/sendsms out, post-url or get-url and dlr-url in.
//
// Its smsbox needs: sendsms-user with concatenation = true and max-messages = 10; smsbox with mo-recode = true and
// http-request-retry > 0 (otherwise a text is lost while we are down); sms-service with max-messages = 0,
// omit-empty = true, catch-all = true and either
//   post-url = "<public_url>/kannel/<network>/<secret>/mo?id=%I", send-sender = true, or
//   get-url  = "<public_url>/kannel/<network>/<secret>/mo?from=%p&to=%P&text=%b&time=%T&id=%I&coding=%c&charset=%C"
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Kannel final : public Provider {
 public:
  Kannel(config::Kannel settings, const std::string& network, std::string public_url);

  base::HttpCall request(const Outbound& message) const override;
  Verdict verdict(const base::HttpResponse& response) const override;
  std::string webhook_path() const override { return path_; }
  Pass pass() const override;
  Notice notice(const base::HttpRequest& request, base::WallTime now) const override;
  std::string id_advice() const override;
  base::HttpResponse thanks() const override;

 private:
  std::string report_url(const std::string& id) const;

  config::Kannel settings_;
  std::string path_;
  std::string public_url_;
};

}  // namespace sms

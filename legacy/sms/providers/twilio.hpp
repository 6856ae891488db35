// Twilio's Messages resource (sms-providers.md, section 1). Its webhooks are signed in full, URL and form, with the
// account's auth token, so their URLs need no secret: <public_url>/twilio/<network>/mo and .../dlr?id=<ours>.
#pragma once

#include "legacy/sms/provider.hpp"

namespace sms {

class Twilio final : public Provider {
 public:
  Twilio(config::Twilio settings, const std::string& network, std::string public_url);

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
  std::string authorization() const;

  config::Twilio settings_;
  std::string path_;
  std::string public_url_;
};

// X-Twilio-Signature, made with the auth token over the called URL and, but for JSON, over the form.
bool is_signed_by_twilio(const base::HttpRequest& request, const std::string& url, const std::string& token);

}  // namespace sms

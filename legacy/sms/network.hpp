// SMS as a network: a session per user who has registered a phone number, over the operator's account at a provider or
// over one of the user's own.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/guard.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/trunk.hpp"

namespace sms {

class Session;

class Network final : public legacy::Network {
 public:
  // The client and the server must outlive it; without a server, or without a public_url, nothing comes in and no
  // reports are asked for. `records` are the network's own: what everybody has used, and who wants no more texts.
  // Without them that is remembered as long as the network lives.
  Network(config::SmsNetwork config, base::HttpClient& client, base::HttpServer* server, const std::string& public_url,
          std::unique_ptr<legacy::State> records = nullptr, MediaRules media = {});
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const std::string& name() const override { return config_.name; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override;
  std::string check(const legacy::Account& account) const override;
  legacy::Features features() const override;
  std::unique_ptr<legacy::Session> open(legacy::Account account, legacy::Context context) override;

  // One call of a webhook of the operator's account.
  void on_webhook(const base::HttpRequest& request, base::HttpReply reply) {
    trunk_.on_webhook(request, std::move(reply));
  }

 private:
  friend class Session;

  struct Own {
    std::shared_ptr<Trunk> trunk;  // null: the user has no account at a provider, or one that check() refuses
    std::string advice;            // for the user: what the provider has to be told
  };
  void alarm(const std::string& text) const { tell_admins(name() + ": " + text); }
  Own own_of(const legacy::Account& account, Trunk::Alarm alarm);
  std::unique_ptr<Trunk> make_second();

  config::SmsNetwork config_;
  Numbering numbering_;
  Guard guard_;
  Trunk::Way way_;
  Trunk trunk_;
  std::unique_ptr<Trunk> second_;                    // null: there is none
  std::map<std::string, std::weak_ptr<Trunk>> own_;  // by user
};

}  // namespace sms

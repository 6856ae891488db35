// One configured IRC network (legacy::Network). Outlives its sessions; the dialler outlives it.
#pragma once

#include <string>

#include "legacy/irc/session.hpp"
#include "legacy/irc/settings.hpp"

namespace irc {

class Network final : public legacy::Network {
 public:
  Network(config::IrcNetwork config, base::Dialer& dialer, Facilities facilities = {})
      : config_(std::move(config)),
        usual_endpoints_(std::make_shared<const std::vector<base::Endpoint>>(endpoints_of({}, config_))),
        usual_encodings_(std::make_shared<const Encodings>(legacy::Account{}, config_.encoding)),
        queue_(config_.connects_at_once),
        around_{config_, dialer, learnt_, queue_, facilities} {
    set_usual(usual_settings(config_));
  }

  const std::string& name() const override { return config_.name; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override;
  std::string check(const legacy::Account& account) const override;
  legacy::Features features() const override;
  std::unique_ptr<legacy::Session> open(legacy::Account account, legacy::Context context) override;

 private:
  Access access(const legacy::Account& account) const;
  Identity identity(const legacy::Account& account, bool has_tls) const;

  config::IrcNetwork config_;
  std::shared_ptr<const std::vector<base::Endpoint>> usual_endpoints_;
  std::shared_ptr<const Encodings> usual_encodings_;
  Learnt learnt_;
  ConnectQueue queue_;
  Surroundings around_;
};

}  // namespace irc

// One configured IRC network (legacy::Network). Outlives its sessions; the dialler outlives it.
#pragma once

#include <string>

#include "legacy/irc/session.hpp"

namespace irc {

class Network final : public legacy::Network {
 public:
  Network(config::IrcNetwork config, base::Dialer& dialer) : config_(std::move(config)), dialer_(dialer) {}

  const std::string& name() const override { return config_.name; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override;
  std::string check(const legacy::Account& account) const override;
  legacy::Features features() const override;
  std::unique_ptr<legacy::Session> open(legacy::Account account, legacy::Context context) override;

 private:
  config::IrcNetwork config_;
  base::Dialer& dialer_;
  Learnt learnt_;
};

}  // namespace irc

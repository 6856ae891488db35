#include "legacy/sms/provider.hpp"
#include "legacy/sms/providers/bandwidth.hpp"
#include "legacy/sms/providers/kannel.hpp"
#include "legacy/sms/providers/plivo.hpp"
#include "legacy/sms/providers/telnyx.hpp"
#include "legacy/sms/providers/twilio.hpp"

namespace sms {
namespace {

// One per alternative of config::SmsProvider.
struct Maker {
  using Made = std::unique_ptr<Provider>;
  const std::string& network;
  const std::string& public_url;

  Made operator()(const config::Kannel& settings) const {
    return std::make_unique<Kannel>(settings, network, public_url);
  }
  Made operator()(const config::Twilio& settings) const {
    return std::make_unique<Twilio>(settings, network, public_url);
  }
  Made operator()(const config::Plivo& settings) const {
    return std::make_unique<Plivo>(settings, network, public_url);
  }
  Made operator()(const config::Telnyx& settings) const {
    return std::make_unique<Telnyx>(settings, network, public_url);
  }
  Made operator()(const config::Bandwidth& settings) const { return std::make_unique<Bandwidth>(settings, network); }
};

}  // namespace

std::unique_ptr<Provider> make_provider(const config::SmsNetwork& network, const std::string& public_url) {
  std::string url = public_url;
  while (url.ends_with('/')) url.pop_back();
  return std::visit(Maker{network.name, url}, network.provider);
}

}  // namespace sms

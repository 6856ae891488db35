#include "legacy/sms/provider.hpp"
#include "legacy/sms/providers/bandwidth.hpp"
#include "legacy/sms/providers/generic.hpp"
#include "legacy/sms/providers/kannel.hpp"
#include "legacy/sms/providers/messagebird.hpp"
#include "legacy/sms/providers/plivo.hpp"
#include "legacy/sms/providers/sinch.hpp"
#include "legacy/sms/providers/smsgate.hpp"
#include "legacy/sms/providers/telnyx.hpp"
#include "legacy/sms/providers/twilio.hpp"
#include "legacy/sms/providers/vonage_messages.hpp"
#include "legacy/sms/providers/vonage_sms.hpp"

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
  Made operator()(const config::VonageSms& settings) const {
    return std::make_unique<VonageSms>(settings, network, public_url);
  }
  Made operator()(const config::VonageMessages& settings) const {
    return std::make_unique<VonageMessages>(settings, network, public_url);
  }
  Made operator()(const config::MessageBird& settings) const {
    return std::make_unique<MessageBird>(settings, network, public_url);
  }
  Made operator()(const config::Sinch& settings) const {
    return std::make_unique<Sinch>(settings, network, public_url);
  }
  Made operator()(const config::SmsGate& settings) const {
    return std::make_unique<SmsGate>(settings, network, public_url);
  }
  Made operator()(const config::GenericSms& settings) const {
    return std::make_unique<Generic>(settings, network, public_url);
  }
};

}  // namespace

std::unique_ptr<Provider> make_provider(const config::SmsNetwork& network, const std::string& public_url) {
  std::string url = public_url;
  while (url.ends_with('/')) url.pop_back();
  return std::visit(Maker{network.name, url}, network.provider);
}

}  // namespace sms

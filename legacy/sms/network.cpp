#include "legacy/sms/network.hpp"

#include <fmt/format.h>

#include "legacy/sms/group.hpp"
#include "legacy/sms/own_account.hpp"
#include "legacy/sms/session.hpp"

namespace sms {
namespace {

bool is_reply_address(const Number& number) {
  return number.kind() != Number::Kind::alphanumeric;
}

}  // namespace

Network::Network(config::SmsNetwork config, base::HttpClient& client, base::HttpServer* server,
                 const std::string& public_url, std::unique_ptr<legacy::State> records, MediaRules media)
    : config_(std::move(config)),
      numbering_{config_.country_code, config_.international_prefix, config_.trunk_prefix, config_.emergency},
      guard_(config_.rules, config_.country_code, std::move(records), config_.numbers.numbers),
      way_{client, server, public_url, ask_slot(), media},
      trunk_(config_, way_, numbering_,
             {[this](const std::string& text) { alarm(text); }, [this](const std::string& text) { alarm(text); }}),
      second_(make_second()) {}

std::unique_ptr<Trunk> Network::make_second() {
  if (!config_.second) return nullptr;
  config::SmsNetwork config = config_;
  config.name += "-second";
  config.provider = config_.second->provider;
  const auto tell = [this](const std::string& text) { alarm("second provider: " + text); };
  return std::make_unique<Trunk>(std::move(config), way_, numbering_, Trunk::Alarms{tell, tell});
}

base::Result<legacy::Chat, legacy::Errc> Network::parse(std::string_view id) const {
  if (Group::is_group(id)) {
    const auto group = Group::parse(id, numbering_);
    if (!group) return group.error();
    return legacy::Chat{legacy::ChatKind::room, group->str()};
  }
  const auto number = Number::parse(id, numbering_);
  if (!number) return number.error();
  return legacy::Chat{legacy::ChatKind::person, number->str()};
}

std::string Network::check(const legacy::Account& account) const {
  const auto text = account.field("number");
  if (text.empty()) return "a phone number is needed";
  const auto number = Number::parse(text, numbering_);
  if (!number || !is_reply_address(*number)) {
    return numbering_.country_code.empty() ? "this is not a phone number; write it as + and country code, +15551234567"
                                           : "this is not a phone number";
  }
  if (has_own_provider(account)) {
    const auto own = own_provider(account, config_);
    return own ? std::string{} : own.error();
  }
  const auto owner = trunk_.user_of(number->str());
  return owner.empty() || owner == account.user ? std::string{} : "this number is in use by another user";
}

Network::Own Network::own_of(const legacy::Account& account, Trunk::Alarm alarm) {
  if (!has_own_provider(account)) return {};
  auto own = own_provider(account, config_);
  if (!own) return {};
  config::SmsNetwork config = config_;
  config.name += "-" + tag_of(account.user);
  config.provider = std::move(own->settings);
  config.rate = 0;  // is about the operator's account
  std::erase_if(own_, [](const auto& each) { return each.second.expired(); });
  // A session that is ending still has its own.
  auto& kept = own_[account.user];
  if (const auto old = kept.lock()) old->retire();
  Own out;
  out.trunk = std::make_shared<Trunk>(std::move(config), way_, numbering_, Trunk::Alarms{std::move(alarm), {}});
  kept = out.trunk;
  out.advice = way_.server == nullptr
                   ? own->title + " can't call this gateway, so no texts and no delivery reports come in."
                   : fmt::format("So that texts for {} arrive here, have {} call {}{}{}", account.field("number"),
                                 own->title, out.trunk->webhook_url(), own->inbound_path, own->credentials);
  return out;
}

legacy::Features Network::features() const {
  legacy::Features features;
  const bool has_groups =
      trunk_.provider().traits().most_recipients > 0 || any_has_groups(config_.numbers.own_accounts);
  features.rooms = guard_.rules().mms && has_groups;
  features.delivery_reports = true;
  features.always_on = true;
  return features;
}

std::unique_ptr<legacy::Session> Network::open(legacy::Account account, legacy::Context context) {
  trunk_.use(context.executor);
  if (second_) second_->use(context.executor);
  return std::make_unique<Session>(std::move(account), context, *this);
}

}  // namespace sms

#include "legacy/irc/caps.hpp"

#include <algorithm>

namespace irc {
namespace {

constexpr std::size_t max_offered = 200;
constexpr std::size_t max_request = 400;  // bytes of names in one REQ line

constexpr std::string_view wanted[] = {"message-tags",      "batch",
                                       "labeled-response",  "echo-message",
                                       "server-time",       "account-tag",
                                       "account-notify",    "extended-join",
                                       "away-notify",       "chghost",
                                       "setname",           "multi-prefix",
                                       "userhost-in-names", "extended-monitor",
                                       "draft/pre-away",    "draft/channel-rename"};

}  // namespace

bool Caps::is_wanted(const std::string& cap) const {
  if (cap == "sasl") return want_sasl_;
  return std::find(std::begin(wanted), std::end(wanted), cap) != std::end(wanted);
}

std::string Caps::value(const std::string& cap) const {
  const auto found = offered_.find(cap);
  return found == offered_.end() ? std::string{} : found->second;
}

bool Caps::is_bouncers() const {
  return std::any_of(offered_.begin(), offered_.end(), [](const auto& offer) {
    return offer.first.starts_with("znc.in/") || offer.first.starts_with("soju.im/");
  });
}

std::vector<std::string> Caps::receive(const Message& message) {
  const std::string& verb = message.param(1);
  if (verb == "LS") return on_list(message, false);
  if (verb == "NEW") return on_list(message, true);
  if (verb == "ACK") return on_ack(message.last());
  if (verb == "NAK") return on_nak(message.last());
  if (verb == "DEL") on_del(message.last());
  return {};
}

std::vector<std::string> Caps::on_list(const Message& message, bool is_new) {
  std::vector<std::string> fresh;
  for (const auto& word : words(message.last())) {
    const auto equals = std::min(word.find('='), word.size());
    const std::string name = word.substr(0, equals);
    if (offered_.size() >= max_offered) break;
    offered_[name] = equals < word.size() ? word.substr(equals + 1) : std::string{};
    if (is_new) fresh.push_back(name);
  }
  const bool more = message.params.size() > 3 && message.param(2) == "*";
  if (more || (listed_ && !is_new)) return {};
  if (!is_new) {
    listed_ = true;
    for (const auto& [name, value] : offered_) fresh.push_back(name);
  }
  std::erase_if(fresh, [this](const auto& cap) { return !is_wanted(cap) || enabled_.contains(cap); });
  return request(fresh);
}

std::vector<std::string> Caps::request(const std::vector<std::string>& caps) {
  std::vector<std::string> lines;
  std::string names;
  for (const auto& cap : caps) {
    if (names.size() + cap.size() > max_request) lines.push_back("CAP REQ :" + std::exchange(names, {}));
    names += (names.empty() ? "" : " ") + cap;
  }
  if (!names.empty()) lines.push_back("CAP REQ :" + names);
  pending_ += static_cast<int>(lines.size());
  return lines;
}

std::vector<std::string> Caps::on_ack(std::string_view caps) {
  pending_ = std::max(0, pending_ - 1);
  for (const auto& cap : words(caps)) {
    if (cap.front() == '-') {
      enabled_.erase(cap.substr(1));
    } else if (is_wanted(cap)) {
      enabled_.insert(cap);
    }
  }
  return {};
}

// One refused capability refuses the whole line, so each is asked for once more on its own.
std::vector<std::string> Caps::on_nak(std::string_view caps) {
  pending_ = std::max(0, pending_ - 1);
  const auto names = words(caps);
  std::vector<std::string> lines;
  for (const auto& cap : names) {
    const bool again = names.size() > 1 && is_wanted(cap) && refused_.insert(cap).second;
    if (again) lines.push_back("CAP REQ :" + cap);
  }
  pending_ += static_cast<int>(lines.size());
  return lines;
}

void Caps::on_del(std::string_view caps) {
  for (const auto& cap : words(caps)) {
    if (cap == "sts") continue;
    offered_.erase(cap);
    enabled_.erase(cap);
  }
}

}  // namespace irc

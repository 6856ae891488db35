#include "legacy/irc/sasl.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"

namespace irc {
namespace {

constexpr std::size_t chunk_size = 400;
constexpr std::size_t max_challenge = 64 * 1024;

class Plain : public SaslMechanism {
 public:
  explicit Plain(Credentials credentials) : credentials_(std::move(credentials)) {}
  std::string_view name() const override { return "PLAIN"; }
  // authzid = authcid, as spec section 7 has it.
  std::optional<std::string> answer(std::string_view) override {
    const std::string& account = credentials_.account;
    return account + '\0' + account + '\0' + credentials_.password;
  }

 private:
  Credentials credentials_;
};

bool offers(std::string_view list, std::string_view mechanism) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == mechanism) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

}  // namespace

std::unique_ptr<SaslMechanism> choose_mechanism(std::string_view offered, const Credentials& credentials) {
  if (credentials.password.empty() || credentials.account.empty()) return nullptr;
  if (offered.empty() || offers(offered, "PLAIN")) return std::make_unique<Plain>(credentials);
  return nullptr;
}

std::string Sasl::opening() const {
  return "AUTHENTICATE " + std::string(mechanism_->name());
}

std::vector<std::string> Sasl::receive(std::string_view chunk) {
  if (chunk != "+") challenge_ += chunk;
  if (challenge_.size() > max_challenge) return {"AUTHENTICATE *"};
  if (chunk.size() == chunk_size) return {};
  const auto decoded = base::from_base64(std::exchange(challenge_, {}));
  const auto answer = decoded ? mechanism_->answer(*decoded) : std::nullopt;
  if (!answer) return {"AUTHENTICATE *"};
  std::vector<std::string> lines;
  const std::string text = base::to_base64(*answer);
  for (std::size_t at = 0; at < text.size(); at += chunk_size)
    lines.push_back("AUTHENTICATE " + text.substr(at, chunk_size));
  if (text.size() % chunk_size == 0) lines.emplace_back("AUTHENTICATE +");
  return lines;
}

}  // namespace irc

#include "legacy/irc/sasl.hpp"

#include <algorithm>
#include <utility>

#include "base/crypto.hpp"
#include "legacy/irc/sasl_scram.hpp"

namespace irc {
namespace {

constexpr std::size_t chunk_size = 400;
constexpr std::size_t max_challenge = 64 * 1024;
constexpr int most_logins = 5;
constexpr auto login_window = std::chrono::minutes(10);
constexpr std::size_t nonce_size = 18;  // bytes; a multiple of three has no padding in base64

class Plain final : public SaslMechanism {
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

// RFC 4422 appendix A: who we are is what the certificate of the connection says.
class External final : public SaslMechanism {
 public:
  std::string_view name() const override { return "EXTERNAL"; }
  std::optional<std::string> answer(std::string_view) override { return std::string{}; }
};

bool offers(std::string_view list, std::string_view mechanism) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (list.substr(0, end) == mechanism) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

std::string nonce() {
  return base::to_base64(base::random_bytes(nonce_size));
}

}  // namespace

std::unique_ptr<SaslMechanism> choose_mechanism(std::string_view offered, const Credentials& credentials,
                                                const std::set<std::string>& tried) {
  const bool has_password = !credentials.password.empty() && !credentials.account.empty();
  const auto may = [&](const std::string& name) { return offers(offered, name) && !tried.contains(name); };
  if (credentials.has_certificate && may("EXTERNAL")) return std::make_unique<External>();
  if (has_password && may("SCRAM-SHA-512"))
    return std::make_unique<Scram>(base::Digest::sha512, credentials.account, credentials.password, nonce());
  if (has_password && may("SCRAM-SHA-256"))
    return std::make_unique<Scram>(base::Digest::sha256, credentials.account, credentials.password, nonce());
  if (has_password && (may("PLAIN") || (offered.empty() && !tried.contains("PLAIN"))))
    return std::make_unique<Plain>(credentials);
  // A server that doesn't say what it offers, and nothing else to log in with.
  const bool may_guess = offered.empty() && credentials.has_certificate && !tried.contains("EXTERNAL");
  if (may_guess) return std::make_unique<External>();
  return nullptr;
}

std::string Sasl::opening() const {
  return "AUTHENTICATE " + mechanism();
}

std::vector<std::string> Sasl::receive(std::string_view chunk) {
  begun_ = true;
  if (chunk != "+") challenge_ += chunk;
  if (challenge_.size() > max_challenge) {
    challenge_.clear();
    return {"AUTHENTICATE *"};
  }
  if (chunk.size() == chunk_size) return {};
  const auto decoded = base::from_base64(std::exchange(challenge_, {}));
  const auto answer = decoded ? mechanism_->answer(*decoded) : std::nullopt;
  taken_ = !mechanism_->work();
  return taken_ ? lines_of(answer) : std::vector<std::string>{};
}

std::vector<std::string> Sasl::lines_of(const std::optional<std::string>& answer) {
  if (!answer) return {"AUTHENTICATE *"};
  std::vector<std::string> lines;
  const std::string text = base::to_base64(*answer);
  for (std::size_t at = 0; at < text.size(); at += chunk_size)
    lines.push_back("AUTHENTICATE " + text.substr(at, chunk_size));
  if (text.size() % chunk_size == 0) lines.emplace_back("AUTHENTICATE +");
  return lines;
}

bool LoginLimit::take(base::Clock::time_point now) {
  if (now - since_ > login_window) count_ = 0;
  if (count_ == 0) since_ = now;
  return count_++ < most_logins;
}

}  // namespace irc

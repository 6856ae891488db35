#include "legacy/irc/sasl.hpp"

#include <openssl/evp.h>

#include <algorithm>

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
  const auto decoded = from_base64(std::exchange(challenge_, {}));
  const auto answer = decoded ? mechanism_->answer(*decoded) : std::nullopt;
  if (!answer) return {"AUTHENTICATE *"};
  std::vector<std::string> lines;
  const std::string text = base64(*answer);
  for (std::size_t at = 0; at < text.size(); at += chunk_size)
    lines.push_back("AUTHENTICATE " + text.substr(at, chunk_size));
  if (text.size() % chunk_size == 0) lines.emplace_back("AUTHENTICATE +");
  return lines;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');
  const int length =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(length));
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  if (text.empty()) return std::string{};
  std::string out(3 * text.size() / 4, '\0');
  const int length =
      EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(text.data()),
                      static_cast<int>(text.size()));
  if (length < 0) return std::nullopt;
  const auto padding = std::min<std::size_t>(2, text.size() - 1 - text.find_last_not_of('='));
  out.resize(static_cast<std::size_t>(length) - padding);
  return out;
}

}  // namespace irc

#include "legacy/irc/sasl_scram.hpp"

#include <charconv>

#include "base/crypto.hpp"
#include "base/stringprep.hpp"

namespace irc {
namespace {

constexpr std::string_view header = "n,,";  // no channel binding, no authzid
// RFC 7677 section 4 asks servers for the first; the second takes half a second.
constexpr int fewest_iterations = 4096;
constexpr int most_iterations = 1'000'000;

// RFC 5802 section 5.1: "," and "=" in a name.
std::string escape_name(std::string_view name) {
  std::string out;
  for (const char c : name) out += c == ',' ? "=2C" : c == '=' ? "=3D" : std::string(1, c);
  return out;
}

// Cuts "x=value" off the front; nullopt when the attribute is another one.
std::optional<std::string_view> take(std::string_view& message, char attribute) {
  if (message.size() < 2 || message[0] != attribute || message[1] != '=') return std::nullopt;
  const auto end = std::min(message.find(','), message.size());
  const std::string_view value = message.substr(2, end - 2);
  message.remove_prefix(std::min(end + 1, message.size()));
  return value;
}

std::string exclusive_or(std::string a, std::string_view b) {
  for (std::size_t i = 0; i < a.size(); ++i) a[i] = static_cast<char>(a[i] ^ b[i]);
  return a;
}

std::optional<int> to_number(std::string_view text) {
  int number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

Scram::Scram(base::Digest digest, std::string account, std::string password, std::string nonce)
    : digest_(digest),
      account_(std::move(account)),
      password_(base::saslprep(password).value_or(password)),
      nonce_(std::move(nonce)) {}

std::string_view Scram::name() const {
  return digest_ == base::Digest::sha256 ? "SCRAM-SHA-256" : "SCRAM-SHA-512";
}

std::nullopt_t Scram::fail(std::string why) {
  failure_ = std::move(why);
  step_ = Step::first;
  work_.reset();
  return std::nullopt;
}

std::optional<std::string> Scram::answer(std::string_view challenge) {
  switch (step_) {
    case Step::first:
      if (!failure_.empty() || !challenge.empty()) return fail("the server does not speak SCRAM as it should");
      step_ = Step::proof;
      first_bare_ = "n=" + escape_name(account_) + ",r=" + nonce_;
      return std::string(header) + first_bare_;
    case Step::proof: prepare_proof(challenge); return std::nullopt;
    case Step::verify: return verify(challenge);
    case Step::computing:
    case Step::done: break;
  }
  return fail("the server does not speak SCRAM as it should");
}

void Scram::prepare_proof(std::string_view challenge) {
  std::string_view rest = challenge;
  const auto nonce = take(rest, 'r');
  const auto salt_text = nonce ? take(rest, 's') : std::nullopt;
  const auto count_text = salt_text ? take(rest, 'i') : std::nullopt;
  const auto salt = count_text ? base::from_base64(*salt_text) : std::nullopt;
  const auto count = salt ? to_number(*count_text) : std::nullopt;
  if (!count || salt->empty()) {
    fail("the server does not speak SCRAM as it should");
  } else if (!nonce->starts_with(nonce_) || nonce->size() == nonce_.size()) {
    fail("the server has answered somebody else's login");
  } else if (*count < fewest_iterations || *count > most_iterations) {
    fail("the server asks for " + std::to_string(*count) + " rounds of hashing; wherry does 4096 to 1000000");
  } else {
    step_ = Step::computing;
    final_bare_ = "c=" + base::to_base64(header) + ",r=" + std::string(*nonce);
    signed_text_ = first_bare_ + "," + std::string(challenge) + "," + final_bare_;
    work_ = std::make_shared<base::Pbkdf2>(digest_, password_, *salt, *count);
  }
}

std::optional<std::string> Scram::answer_computed() {
  if (step_ != Step::computing) return std::nullopt;
  const std::string salted = work_->key();
  work_.reset();
  const std::string client_key = base::hmac(digest_, salted, "Client Key");
  const std::string client_signature = base::hmac(digest_, base::hash(digest_, client_key), signed_text_);
  signature_ = base::hmac(digest_, base::hmac(digest_, salted, "Server Key"), signed_text_);
  step_ = Step::verify;
  return final_bare_ + ",p=" + base::to_base64(exclusive_or(client_key, client_signature));
}

std::optional<std::string> Scram::verify(std::string_view challenge) {
  std::string_view rest = challenge;
  if (const auto error = take(rest, 'e')) return fail("the server refuses the login");
  const auto text = take(rest, 'v');
  const auto signature = text ? base::from_base64(*text) : std::nullopt;
  if (!signature || !base::equal_in_constant_time(*signature, signature_))
    return fail("the server does not know the password: it could not prove who it is");
  step_ = Step::done;
  return std::string{};
}

}  // namespace irc

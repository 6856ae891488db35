#include "base/crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <array>
#include <stdexcept>

namespace base {

namespace {

constexpr std::size_t nonce_size = 12;
constexpr std::size_t tag_size = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const noexcept { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

void require(bool good, const char* what) {
  if (!good) throw std::runtime_error(what);
}

unsigned char* bytes_of(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// A context with key, nonce and associated data set; `direction` is OpenSSL's: 1 encrypts, 0 decrypts.
Cipher start(std::string_view key, std::string_view nonce, std::string_view associated, int direction) {
  require(key.size() == key_size, "AES-256 needs a key of 32 bytes");
  Cipher cipher{EVP_CIPHER_CTX_new()};
  require(cipher != nullptr, "no memory for a cipher");
  require(EVP_CipherInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, bytes_of(key), bytes_of(nonce), direction) == 1,
          "AES-256-GCM could not be set up");
  int used = 0;
  require(
      EVP_CipherUpdate(cipher.get(), nullptr, &used, bytes_of(associated), static_cast<int>(associated.size())) == 1,
      "AES-256-GCM refused its associated data");
  return cipher;
}

}  // namespace

std::string random_bytes(std::size_t count) {
  std::string out(count, '\0');
  require(RAND_bytes(bytes_of(out), static_cast<int>(count)) == 1, "no randomness");
  return out;
}

std::string sha256(std::string_view bytes) {
  std::string out(32, '\0');
  require(EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, EVP_sha256(), nullptr) == 1, "SHA-256 failed");
  return out;
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::string out(32, '\0');
  const auto* result = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
                            bytes_of(out), nullptr);
  require(result != nullptr, "HMAC failed");
  return out;
}

struct Hmac::Kept {
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{EVP_MAC_CTX_new(algorithm.get()),
                                                                    &EVP_MAC_CTX_free};
};

Hmac::Hmac(std::string_view key) : kept_(std::make_unique<Kept>()) {
  std::string digest = "SHA256";
  const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", digest.data(), 0), OSSL_PARAM_construct_end()};
  require(kept_->context && EVP_MAC_init(kept_->context.get(), bytes_of(key), key.size(), parameters.data()) == 1,
          "HMAC could not be set up");
}

Hmac::~Hmac() = default;

std::string Hmac::operator()(std::string_view bytes) {
  std::string out(32, '\0');
  EVP_MAC_CTX* const context = kept_->context.get();
  std::size_t size = 0;
  const bool good = EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                    EVP_MAC_update(context, bytes_of(bytes), bytes.size()) == 1 &&
                    EVP_MAC_final(context, bytes_of(out), &size, out.size()) == 1;
  require(good && size == out.size(), "HMAC failed");
  return out;
}

std::string to_hex(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out(bytes.size() * 2, '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    out[2 * i] = digits[byte >> 4];
    out[2 * i + 1] = digits[byte & 15];
  }
  return out;
}

std::string to_base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');  // OpenSSL ends it with a NUL
  out.resize(static_cast<std::size_t>(EVP_EncodeBlock(bytes_of(out), bytes_of(bytes), static_cast<int>(bytes.size()))));
  return out;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.empty()) return std::string{};
  // OpenSSL would skip spaces around the text and take padding for zeros.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view digits = text.substr(0, text.size() - padding);
  const bool is_clean = digits.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") ==
                        std::string_view::npos;
  if (text.size() % 4 != 0 || !is_clean) return std::nullopt;
  std::string out(text.size() / 4 * 3, '\0');
  if (EVP_DecodeBlock(bytes_of(out), bytes_of(text), static_cast<int>(text.size())) < 0) return std::nullopt;
  out.erase(out.size() - padding);
  return out;
}

bool is_ed25519_signed(std::string_view public_key, std::string_view bytes, std::string_view signature) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(public_key), public_key.size()), &EVP_PKEY_free};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
  require(key && context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1,
          "Ed25519 could not be set up");
  return EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(bytes), bytes.size()) == 1;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

namespace {

std::string finish_seal(EVP_CIPHER_CTX* cipher, std::string_view nonce, std::string_view plain) {
  std::string out(nonce_size + plain.size() + tag_size, '\0');
  out.replace(0, nonce_size, nonce);
  int used = 0;
  unsigned char* body = bytes_of(out) + nonce_size;
  require(EVP_CipherUpdate(cipher, body, &used, bytes_of(plain), static_cast<int>(plain.size())) == 1,
          "AES-256-GCM failed");
  require(EVP_CipherFinal_ex(cipher, body + used, &used) == 1, "AES-256-GCM failed");
  require(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, tag_size, body + plain.size()) == 1, "AES-256-GCM failed");
  return out;
}

}  // namespace

std::string seal(std::string_view key, std::string_view plain, std::string_view associated) {
  const std::string nonce = random_bytes(nonce_size);
  const Cipher cipher = start(key, nonce, associated, 1);
  return finish_seal(cipher.get(), nonce, plain);
}

struct Sealer::Kept {
  Cipher cipher{EVP_CIPHER_CTX_new()};
  std::string nonces;
  std::size_t used = 0;  // of nonces

  std::string_view next_nonce() {
    constexpr std::size_t stock = 256;
    if (used == nonces.size()) {
      nonces = random_bytes(stock * nonce_size);
      used = 0;
    }
    used += nonce_size;
    return std::string_view{nonces}.substr(used - nonce_size, nonce_size);
  }
};

Sealer::Sealer() : kept_(std::make_unique<Kept>()) {
  require(kept_->cipher != nullptr, "no memory for a cipher");
  require(EVP_CipherInit_ex(kept_->cipher.get(), EVP_aes_256_gcm(), nullptr, nullptr, nullptr, 1) == 1,
          "AES-256-GCM could not be set up");
}
Sealer::~Sealer() = default;
Sealer::Sealer(Sealer&&) noexcept = default;

std::string Sealer::seal(std::string_view key, std::string_view plain, std::string_view associated) {
  require(key.size() == key_size, "AES-256 needs a key of 32 bytes");
  EVP_CIPHER_CTX* const cipher = kept_->cipher.get();
  const std::string_view nonce = kept_->next_nonce();
  int used = 0;
  require(EVP_CipherInit_ex(cipher, nullptr, nullptr, bytes_of(key), bytes_of(nonce), 1) == 1 &&
              EVP_CipherUpdate(cipher, nullptr, &used, bytes_of(associated), static_cast<int>(associated.size())) == 1,
          "AES-256-GCM could not be set up");
  return finish_seal(cipher, nonce, plain);
}

std::optional<std::string> unseal(std::string_view key, std::string_view sealed, std::string_view associated) {
  if (sealed.size() < nonce_size + tag_size) return std::nullopt;
  const std::string_view body = sealed.substr(nonce_size, sealed.size() - nonce_size - tag_size);
  std::string tag{sealed.substr(sealed.size() - tag_size)};
  const Cipher cipher = start(key, sealed.substr(0, nonce_size), associated, 0);
  std::string out(body.size(), '\0');
  int used = 0;
  const bool good =
      EVP_CipherUpdate(cipher.get(), bytes_of(out), &used, bytes_of(body), static_cast<int>(body.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1 &&
      EVP_CipherFinal_ex(cipher.get(), bytes_of(out) + used, &used) == 1;
  if (!good) return std::nullopt;
  return out;
}

}  // namespace base

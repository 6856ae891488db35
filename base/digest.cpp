#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/params.h>

#include <array>
#include <stdexcept>

namespace base {
namespace {

const EVP_MD* algorithm(Digest digest) noexcept {
  switch (digest) {
    case Digest::md5: return EVP_md5();
    case Digest::sha1: return EVP_sha1();
    case Digest::sha256: return EVP_sha256();
    case Digest::sha384: return EVP_sha384();
    case Digest::sha512: break;
  }
  return EVP_sha512();
}

std::string room_for(Digest digest) {
  return std::string(static_cast<std::size_t>(EVP_MD_get_size(algorithm(digest))), '\0');
}

unsigned char* bytes_of(std::string& text) noexcept {
  return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) noexcept {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

std::string hash(Digest digest, std::string_view bytes) {
  std::string out = room_for(digest);
  const int done = EVP_Digest(bytes.data(), bytes.size(), bytes_of(out), nullptr, algorithm(digest), nullptr);
  if (done != 1) throw std::runtime_error("a hash failed");
  return out;
}

std::string hmac(Digest digest, std::string_view key, std::string_view bytes) {
  std::string out = room_for(digest);
  const auto* done = HMAC(algorithm(digest), key.data(), static_cast<int>(key.size()), bytes_of(bytes), bytes.size(),
                          bytes_of(out), nullptr);
  if (done == nullptr) throw std::runtime_error("HMAC failed");
  return out;
}

struct Pbkdf2::Mac {
  std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> algorithm{EVP_MAC_fetch(nullptr, "HMAC", nullptr), &EVP_MAC_free};
  std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{EVP_MAC_CTX_new(algorithm.get()),
                                                                    &EVP_MAC_CTX_free};
};

Pbkdf2::Pbkdf2(Digest digest, std::string_view password, std::string_view salt, int iterations)
    : mac_(std::make_unique<Mac>()), left_(iterations) {
  std::string name = EVP_MD_get0_name(algorithm(digest));
  const std::array parameters{OSSL_PARAM_construct_utf8_string("digest", name.data(), 0), OSSL_PARAM_construct_end()};
  // A key of no length is not the same as no key, which would be the last one.
  const auto* const key = password.empty() ? bytes_of(std::string_view("")) : bytes_of(password);
  if (EVP_MAC_init(mac_->context.get(), key, password.size(), parameters.data()) != 1)
    throw std::runtime_error("PBKDF2 could not be set up");
  last_ = std::string(salt) + std::string("\0\0\0\1", 4);
  key_ = room_for(digest);
}

Pbkdf2::~Pbkdf2() = default;

bool Pbkdf2::advance(int most) {
  for (int done = 0; done < most && left_ > 0; ++done, --left_) next();
  return left_ == 0;
}

void Pbkdf2::next() {
  EVP_MAC_CTX* const context = mac_->context.get();
  std::size_t size = 0;
  const bool is_done = EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
                       EVP_MAC_update(context, bytes_of(std::string_view(last_)), last_.size()) == 1;
  last_.resize(key_.size());
  if (!is_done || EVP_MAC_final(context, bytes_of(last_), &size, last_.size()) != 1)
    throw std::runtime_error("PBKDF2 failed");
  for (std::size_t at = 0; at < key_.size(); ++at) key_[at] = static_cast<char>(key_[at] ^ last_[at]);
}

}  // namespace base

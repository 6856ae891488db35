#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

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

std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, int iterations) {
  std::string out = room_for(digest);
  const int done = PKCS5_PBKDF2_HMAC(password.data(), static_cast<int>(password.size()), bytes_of(salt),
                                     static_cast<int>(salt.size()), iterations, algorithm(digest),
                                     static_cast<int>(out.size()), bytes_of(out));
  if (done != 1) throw std::runtime_error("PBKDF2 failed");
  return out;
}

}  // namespace base

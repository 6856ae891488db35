// Hashes, HMAC and PBKDF2 over them, by OpenSSL. Strings are bytes here. A failure of OpenSSL itself is
// a broken invariant and throws std::runtime_error.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace base {

// MD5 and SHA-1 only under an HMAC, or where somebody else's protocol prescribes them.
enum class Digest { md5, sha1, sha256, sha384, sha512 };

std::string hash(Digest digest, std::string_view bytes);
std::string hmac(Digest digest, std::string_view key, std::string_view bytes);

// PBKDF2 (RFC 8018 section 5.2) in pieces: a hundred thousand iterations take some 50 ms. The key is as long as the
// digest. One thread at a time.
class Pbkdf2 {
 public:
  Pbkdf2(Digest digest, std::string_view password, std::string_view salt, int iterations);
  ~Pbkdf2();
  Pbkdf2(const Pbkdf2&) = delete;
  Pbkdf2& operator=(const Pbkdf2&) = delete;

  // At most so many iterations more. True: that was all.
  bool advance(int most);
  // When advance() has said that it is there.
  const std::string& key() const noexcept { return key_; }

 private:
  struct Mac;
  void next();

  std::unique_ptr<Mac> mac_;
  std::string last_, key_;
  int left_;
};

}  // namespace base

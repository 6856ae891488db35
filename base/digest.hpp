// Hashes, HMAC and PBKDF2 over them, by OpenSSL. Strings are bytes here. A failure of OpenSSL itself is
// a broken invariant and throws std::runtime_error.
#pragma once

#include <string>
#include <string_view>

namespace base {

// MD5 and SHA-1 only under an HMAC, or where somebody else's protocol prescribes them.
enum class Digest { md5, sha1, sha256, sha384, sha512 };

std::string hash(Digest digest, std::string_view bytes);
std::string hmac(Digest digest, std::string_view key, std::string_view bytes);
// RFC 8018 section 5.2, as long as the digest. A hundred thousand iterations take a tenth of a second.
std::string pbkdf2(Digest digest, std::string_view password, std::string_view salt, int iterations);

}  // namespace base

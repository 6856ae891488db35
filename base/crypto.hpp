// SHA-256, HMAC-SHA-256, AES-256-GCM, Ed25519 and comparison in constant time, over OpenSSL. Strings are bytes here.
// A failure of OpenSSL itself (no memory, no randomness) is a broken invariant and throws std::runtime_error.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace base {

inline constexpr std::size_t key_size = 32;

// Cryptographically strong random bytes.
std::string random_bytes(std::size_t count);

std::string sha256(std::string_view bytes);
std::string hmac_sha256(std::string_view key, std::string_view bytes);
// hmac_sha256() under one key for many small texts: what OpenSSL sets up for it is kept. One thread at a time.
class Hmac {
 public:
  explicit Hmac(std::string_view key);
  ~Hmac();
  std::string operator()(std::string_view bytes);

 private:
  struct Kept;
  std::unique_ptr<Kept> kept_;
};
std::string to_hex(std::string_view bytes);
// RFC 4648 section 4, with padding. Decoding is strict: no spaces, no missing padding; empty otherwise.
std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);

// Time depends on the sizes only.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

// Ed25519 (RFC 8032): a public key of 32 bytes, a signature of 64. Anything of another size is no signature.
bool is_ed25519_signed(std::string_view public_key, std::string_view bytes, std::string_view signature);

// AES-256-GCM: 12 random bytes of nonce, the ciphertext, 16 bytes of tag. `associated` is authenticated, not stored.
// Random nonces are safe for 2^32 seals under one key (NIST SP 800-38D, 8.3).
std::string seal(std::string_view key, std::string_view plain, std::string_view associated);
// Empty: wrong key, wrong associated data or changed bytes.
std::optional<std::string> unseal(std::string_view key, std::string_view sealed, std::string_view associated);

// seal() for many small texts: what OpenSSL sets up for the cipher is kept, and nonces are drawn in stock. unseal()
// opens them. One thread at a time.
class Sealer {
 public:
  Sealer();
  ~Sealer();
  Sealer(Sealer&&) noexcept;
  std::string seal(std::string_view key, std::string_view plain, std::string_view associated);

 private:
  struct Kept;
  std::unique_ptr<Kept> kept_;
};

}  // namespace base

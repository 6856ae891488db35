#include "base/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <climits>
#include <stdexcept>

namespace base {

void random_bytes(std::span<unsigned char> into) {
  if (into.size() > INT_MAX || RAND_bytes(into.data(), static_cast<int>(into.size())) != 1) {
    throw std::runtime_error("the random generator of OpenSSL failed");
  }
}

std::uint64_t random_u64() {
  std::array<unsigned char, 8> bytes{};
  random_bytes(bytes);
  std::uint64_t value = 0;
  for (const unsigned char byte : bytes) value = value << 8 | byte;
  return value;
}

double random_unit() {
  return static_cast<double>(random_u64() >> 11) * 0x1.0p-53;
}

std::string random_id() {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  std::array<unsigned char, 22> bytes{};
  random_bytes(bytes);
  std::string out;
  out.reserve(bytes.size());
  for (const unsigned char byte : bytes) out += alphabet[byte & 63];
  return out;
}

}  // namespace base

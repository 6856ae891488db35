#include "base/random.hpp"

#include <openssl/rand.h>

#include <array>
#include <climits>
#include <cstring>
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

namespace {

// A call of OpenSSL's generator costs the same for 22 bytes and for hundreds.
class Pool {
 public:
  void take(std::span<unsigned char> into) {
    if (left_.size() < into.size()) {
      random_bytes(bytes_);
      left_ = bytes_;
    }
    std::memcpy(into.data(), left_.data(), into.size());
    left_ = left_.subspan(into.size());
  }

 private:
  std::array<unsigned char, 1024> bytes_{};
  std::span<unsigned char> left_;
};

}  // namespace

std::string random_id() {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  thread_local Pool pool;
  std::array<unsigned char, 22> bytes{};
  pool.take(bytes);
  std::string out(bytes.size(), '\0');
  for (std::size_t i = 0; i < bytes.size(); ++i) out[i] = alphabet[bytes[i] & 63];
  return out;
}

}  // namespace base

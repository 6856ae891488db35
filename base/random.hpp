// Secure randomness (OpenSSL's generator).
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace base {

// Throws std::runtime_error when the generator fails: nothing sensible can be done without it.
void random_bytes(std::span<unsigned char> into);
std::uint64_t random_u64();
// Uniform in [0, 1).
double random_unit();
// 128 bits as 22 characters of [A-Za-z0-9_-].
std::string random_id();

}  // namespace base

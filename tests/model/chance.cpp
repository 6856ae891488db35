#define OPENSSL_SUPPRESS_DEPRECATED  // the way that needs no provider of our own
#include "tests/model/chance.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <random>

namespace model {

namespace {

std::minstd_rand engine;

int fill(unsigned char* into, int count) {
  std::generate_n(into, count, [] { return static_cast<unsigned char>(engine() >> 8); });
  return 1;
}

int yes() {
  return 1;
}

}  // namespace

void repeat_chance(std::uint32_t seed) {
  static const RAND_METHOD method{nullptr, fill, nullptr, nullptr, fill, yes};
  engine.seed(seed);
  RAND_set_rand_method(&method);
}

}  // namespace model

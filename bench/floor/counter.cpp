#include "bench/floor/counter.hpp"

#include <algorithm>
#include <stdexcept>

namespace bottom {

std::uint64_t Counter::take(const Wire& wire) {
  if (!wire.read(bytes_)) throw std::runtime_error("the gateway's half has closed");
  std::uint64_t found = 0;
  std::size_t counted = 0;
  for (auto at = bytes_.find(needle_); at != std::string::npos; at = bytes_.find(needle_, counted)) {
    counted = at + needle_.size();
    ++found;
  }
  // What may be the beginning of the next one stays.
  const std::size_t tail = std::min(bytes_.size() - counted, needle_.size() - 1);
  bytes_.erase(0, bytes_.size() - tail);
  total_ += found;
  return found;
}

}  // namespace bottom

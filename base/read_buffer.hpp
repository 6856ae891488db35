// The buffer of a connection's reader: small while little arrives, since most connections are idle most of the time.
#pragma once

#include <algorithm>
#include <span>
#include <vector>

namespace base {

class ReadBuffer {
 public:
  static constexpr std::size_t smallest = 512, largest = 64 * 1024;  // bytes

  // Valid until adapt().
  std::span<char> span() { return bytes_; }

  // After each read: grows when that filled it, and is small again after the first that hardly used it; most
  // connections say much at their beginning and then little.
  void adapt(std::size_t used) {
    if (used == bytes_.size()) return resize(std::min(largest, used * 4));
    if (used * 4 < bytes_.size()) resize(smallest);
  }

 private:
  void resize(std::size_t size) {
    if (size != bytes_.size()) bytes_ = std::vector<char>(size);
  }

  std::vector<char> bytes_ = std::vector<char>(smallest);
};

}  // namespace base

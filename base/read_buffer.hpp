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

  // After each read: grows when that filled it, shrinks after many that hardly used it.
  void adapt(std::size_t used) {
    if (used == bytes_.size()) return resize(std::min(largest, used * 4));
    small_reads_ = used * 8 < bytes_.size() ? small_reads_ + 1 : 0;
    if (small_reads_ > patience && bytes_.size() > smallest) resize(smallest);
  }

 private:
  static constexpr int patience = 32;

  void resize(std::size_t size) {
    small_reads_ = 0;
    if (size != bytes_.size()) bytes_ = std::vector<char>(size);
  }

  std::vector<char> bytes_ = std::vector<char>(smallest);
  int small_reads_ = 0;
};

}  // namespace base

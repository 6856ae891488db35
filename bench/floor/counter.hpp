// How often something occurs in a stream that comes in pieces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/floor/wire.hpp"

namespace bottom {

class Counter {
 public:
  explicit Counter(std::string_view needle) : needle_(needle) {}

  // Reads what is there; how many more there are. Throws when the other end has closed.
  std::uint64_t take(const Wire& wire);
  std::uint64_t total() const { return total_; }

 private:
  std::string_view needle_;
  std::string bytes_;
  std::uint64_t total_ = 0;
};

}  // namespace bottom

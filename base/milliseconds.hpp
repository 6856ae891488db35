// Wall-clock time as a number, as records and tables hold it: milliseconds since 1970, UTC.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace base {

inline std::int64_t to_milliseconds(WallTime time) noexcept {
  return std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count();
}
inline WallTime from_milliseconds(std::int64_t count) noexcept {
  return WallTime{std::chrono::milliseconds(count)};
}

}  // namespace base

// What the fuzz targets share. Each target is one file with LLVMFuzzerTestOneInput; under the fuzz preset it is linked
// with libFuzzer, everywhere with replay.cpp, which feeds it the files of its corpus as an ordinary test.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace fuzz {

// A broken promise ends the run: libFuzzer keeps the input.
inline void require(bool kept, std::string_view promise, std::string_view seen = {}) {
  if (kept) return;
  fmt::print(stderr, "broken: {}\nseen: {:?}\n", promise, seen);
  std::abort();
}

// Cuts choices off the front of the input; zero when it is used up.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  std::uint8_t byte() {
    if (rest_.empty()) return 0;
    const auto first = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return first;
  }
  // Up to the delimiter, which is dropped.
  std::string_view until(char delimiter) {
    const auto end = rest_.find(delimiter);
    const auto part = rest_.substr(0, end);
    rest_.remove_prefix(end == rest_.npos ? rest_.size() : end + 1);
    return part;
  }
  std::string_view rest() const { return rest_; }
  bool empty() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

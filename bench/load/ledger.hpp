// What was said and what arrived. Every message carries its stream (who speaks, or who is to hear it), its number there
// and a checksum; the ledger tells lost, doubled, reordered and corrupt ones, and how long each took.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace load {

using Clock = std::chrono::steady_clock;
using Time = Clock::time_point;

struct Counts {
  std::uint64_t sent = 0, arrived = 0, doubled = 0, reordered = 0, corrupt = 0, errors = 0;
  std::uint64_t lost() const { return sent - arrived; }
  bool is_clean() const { return lost() + doubled + reordered + corrupt + errors == 0; }
  Counts& operator+=(const Counts& other);
};

// What a message says about itself.
struct Label {
  std::uint32_t speaker = 0;
  std::uint64_t sequence = 0;
};

// The text of a message: "speaker sequence checksum words".
std::string compose(Label label);
// False: not one of ours, or changed on the way.
bool recognise(std::string_view text, Label& label);

class Ledger {
 public:
  explicit Ledger(std::size_t streams) : streams_(streams) {}

  // The next number of a stream.
  std::uint64_t sent(std::size_t stream, Time now);
  // Returns whether it was awaited, not a double.
  bool arrived(std::size_t stream, std::uint64_t sequence, Time now);
  void corrupt() { ++counts_.corrupt; }
  void error() { ++counts_.errors; }

  const Counts& counts() const { return counts_; }
  std::uint64_t in_flight() const { return counts_.sent - counts_.arrived; }
  bool is_complete() const { return counts_.arrived == counts_.sent; }
  // Forget how long the ones so far took.
  void forget_latencies() { latencies_.clear(); }
  // Milliseconds, sorted.
  std::vector<double> latencies() const;

 private:
  struct Stream {
    std::vector<Time> sent_at;
    std::vector<bool> seen;
    std::uint64_t next = 0;  // one more than the highest that arrived
  };
  std::vector<Stream> streams_;
  std::vector<double> latencies_;
  Counts counts_;
};

// The value below which that part (0 to 1) of the sorted values lies; 0 without values.
double quantile(const std::vector<double>& sorted, double part);

}  // namespace load

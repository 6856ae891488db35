#include "bench/load/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "bench/load/scan.hpp"

namespace load {
namespace {

// Ordinary talk, with what has to be escaped in XML and what is not ASCII.
constexpr std::array<std::string_view, 4> talk = {
    "did anybody look at the build that broke last night, it fails in the linker",
    "yes, and it's the same as in March: if a < b && c > d then the table isn't sorted",
    "Grüße aus Köln, ich schaue mir das heute Nachmittag an – danke fürs Melden!",
    "ok",
};

std::uint32_t checksum(std::string_view text) {
  std::uint32_t hash = 2166136261u;  // FNV-1a
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash;
}

std::string payload(Label label) {
  return fmt::format("{} {} {}", label.speaker, label.sequence, talk[label.sequence % talk.size()]);
}

}  // namespace

Counts& Counts::operator+=(const Counts& other) {
  sent += other.sent;
  arrived += other.arrived;
  doubled += other.doubled;
  reordered += other.reordered;
  corrupt += other.corrupt;
  errors += other.errors;
  return *this;
}

std::string compose(Label label) {
  const std::string text = payload(label);
  return fmt::format("{:08x} {}", checksum(text), text);
}

bool recognise(std::string_view text, Label& label) {
  const std::string_view said = after(text, ' ');
  const std::int64_t sum = number(up_to(text, ' '), 16);
  const std::int64_t speaker = number(up_to(said, ' '));
  const std::int64_t sequence = number(up_to(after(said, ' '), ' '));
  if (speaker < 0 || sequence < 0 || sum != checksum(said)) return false;
  label = {static_cast<std::uint32_t>(speaker), static_cast<std::uint64_t>(sequence)};
  return true;
}

std::uint64_t Ledger::sent(std::size_t stream, Time now) {
  Stream& s = streams_.at(stream);
  s.sent_at.push_back(now);
  s.seen.push_back(false);
  ++counts_.sent;
  return s.sent_at.size() - 1;
}

bool Ledger::arrived(std::size_t stream, std::uint64_t sequence, Time now) {
  if (stream >= streams_.size() || sequence >= streams_[stream].sent_at.size()) {
    ++counts_.corrupt;
    return false;
  }
  Stream& s = streams_[stream];
  if (s.seen[sequence]) {
    ++counts_.doubled;
    return false;
  }
  s.seen[sequence] = true;
  ++counts_.arrived;
  if (sequence < s.next) ++counts_.reordered;
  s.next = std::max(s.next, sequence + 1);
  latencies_.push_back(std::chrono::duration<double, std::milli>(now - s.sent_at[sequence]).count());
  return true;
}

std::vector<double> Ledger::latencies() const {
  std::vector<double> sorted = latencies_;
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

double quantile(const std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  const auto at = static_cast<std::size_t>(part * static_cast<double>(sorted.size()));
  return sorted[std::min(at, sorted.size() - 1)];
}

}  // namespace load

// Which stanzas the server is known to have taken. XEP-0114 confirms nothing, but a server handles a stream in order:
// once it has answered a ping, it has taken everything written before it. One ping is under way at a time and covers
// all stanzas before it. No I/O in here.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace component {

class Fence {
 public:
  using Confirmed = std::function<void(bool)>;

  // `sequence` grows with each call: the stanza's place in the outbox (Outbox::pushed() after the push).
  void add(std::uint64_t sequence, Confirmed confirmed) { waiting_.push_back({sequence, std::move(confirmed)}); }
  bool is_waiting() const noexcept { return !waiting_.empty(); }

  // A ping with that id stands at that place. Only while none is under way.
  void begin(std::string id, std::uint64_t sequence);
  bool is_under_way() const noexcept { return !id_.empty(); }
  std::uint64_t sequence() const noexcept { return sequence_; }
  bool is_answered_by(std::string_view id) const noexcept { return is_under_way() && id == id_; }

  // The ping was answered: what stood before it is confirmed. Callbacks may call add().
  void finish();
  // The stream ended: what had been written fails, what is still queued waits for the next stream's ping.
  void abandon(std::uint64_t written);

 private:
  struct Waiting {
    std::uint64_t sequence;
    Confirmed confirmed;
  };
  void release(std::uint64_t up_to, bool confirmed);

  std::deque<Waiting> waiting_;
  std::string id_;
  std::uint64_t sequence_ = 0;
};

}  // namespace component

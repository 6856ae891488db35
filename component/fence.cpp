#include "component/fence.hpp"

namespace component {

void Fence::begin(std::string id, std::uint64_t sequence) {
  id_ = std::move(id);
  sequence_ = sequence;
}

void Fence::finish() {
  id_.clear();
  release(sequence_, true);
}

void Fence::abandon(std::uint64_t written) {
  id_.clear();
  release(written, false);
}

void Fence::release(std::uint64_t up_to, bool confirmed) {
  std::deque<Waiting> released;
  while (!waiting_.empty() && waiting_.front().sequence <= up_to) {
    released.push_back(std::move(waiting_.front()));
    waiting_.pop_front();
  }
  for (const Waiting& waiting : released) waiting.confirmed(confirmed);
}

}  // namespace component

#include "base/http_bodies.hpp"

#include <algorithm>

namespace base {

bool HttpBodies::enter(Id id, const std::string& address, std::size_t size, Time now, std::function<void()> go) {
  if (waiting_.empty() && fits(size)) {
    under_way_[id] = {address, size, now};
    used_ += size;
    return true;
  }
  waiting_.push_back({id, {address, size, now}, std::move(go)});
  return false;
}

void HttpBodies::leave(Id id, Time now) {
  std::erase_if(waiting_, [&](const Waiting& each) { return each.id == id; });
  if (const auto found = under_way_.find(id); found != under_way_.end()) {
    used_ -= found->second.size;
    under_way_.erase(found);
  }
  std::vector<std::function<void()>> ready;
  while (!waiting_.empty() && fits(waiting_.front().body.size)) {
    Waiting next = std::move(waiting_.front());
    waiting_.pop_front();
    next.body.since = now;
    used_ += next.body.size;
    under_way_[next.id] = std::move(next.body);
    ready.push_back(std::move(next.go));
  }
  for (const auto& go : ready) go();
}

std::size_t HttpBodies::share_of(const std::string& address) const {
  std::size_t sum = 0;
  for (const auto& [id, body] : under_way_) sum += body.address == address ? body.size : 0;
  return sum;
}

// The slow ones, slowest first, as many as the first in line needs. If all are quick enough, one of an address that has
// more than half of the room, where whoever waits has none.
std::vector<HttpBodies::Id> HttpBodies::to_leave(Time now, const std::function<std::size_t(Id)>& received) const {
  std::vector<std::pair<double, Id>> slow;
  std::vector<std::pair<double, Id>> greedy;
  if (waiting_.empty()) return {};
  const Body& next = waiting_.front().body;
  for (const auto& [id, body] : under_way_) {
    const double seconds = std::chrono::duration<double>(now - body.since).count();
    if (now - body.since < rules_.grace) continue;
    const double rate = static_cast<double>(received(id)) / seconds;
    if (rate < static_cast<double>(rules_.slowest)) slow.emplace_back(rate, id);
    if (body.address != next.address && share_of(body.address) > rules_.room / 2) greedy.emplace_back(rate, id);
  }
  std::sort(slow.begin(), slow.end());
  std::vector<Id> out;
  std::size_t used = used_;
  for (const auto& [rate, id] : slow) {
    if (used + next.size <= rules_.room) break;
    used -= under_way_.at(id).size;
    out.push_back(id);
  }
  if (out.empty() && !greedy.empty() && share_of(next.address) == 0)
    out.push_back(std::min_element(greedy.begin(), greedy.end())->second);
  return out;
}

}  // namespace base

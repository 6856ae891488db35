#include "legacy/irc/crowd_work.hpp"

namespace irc {

void CrowdWork::visit(const Room& room, Visit visit, End end) {
  begin([this, name = room.name, visit = std::move(visit), end = std::move(end), next = std::string()]() mutable {
    Room* const room = find(name);
    if (room == nullptr) return true;
    for (auto at = room->people.from(next); at != room->people.end();) {
      if (!may_take_one()) {
        next = at->first;
        return false;
      }
      const auto here = at++;
      if (!visit(*room, here->second.value)) room->people.erase(here);
    }
    if (end) end(*room);
    return true;
  });
}

void CrowdWork::refold(const Room& room, CaseMapping mapping, Choose choose) {
  if (room.people.mapping() == mapping) return;
  begin([this, name = room.name, mapping, choose = std::move(choose)] { return refold_some(name, mapping, choose); });
}

bool CrowdWork::refold_some(const std::string& name, CaseMapping mapping, const Choose& choose) {
  Room* const room = find(name);
  if (room == nullptr) {
    drop_refolded();
    return true;
  }
  if (!refolded_) refolded_.emplace(mapping);
  while (!room->people.empty()) {
    if (!may_take_one()) return false;
    auto twin = refolded_->adopt_first_of(room->people);
    if (!twin.empty()) choose(*room, *refolded_->entry(twin.mapped().name), twin.mapped());
  }
  room->people = *std::exchange(refolded_, std::nullopt);
  return true;
}

// A room that was left meanwhile has nobody in it.
Room* CrowdWork::find(const std::string& name) {
  Room* const room = rooms_.find(name);
  return room != nullptr && room->joined ? room : nullptr;
}

bool CrowdWork::may_take_one() {
  if (left_ == 0) return false;
  --left_;
  return true;
}

// A job may begin another one.
void CrowdWork::begin(Job job) {
  jobs_.push_back(std::move(job));
  if (jobs_.size() == 1) run();
}

void CrowdWork::go_on() {
  begin_turn();
  run();
}

void CrowdWork::run() {
  while (!jobs_.empty() && jobs_.front()()) jobs_.pop_front();
}

void CrowdWork::drop() {
  jobs_.clear();
  drop_refolded();
}

void CrowdWork::drop_refolded() {
  if (refolded_) discard(*refolded_);
  refolded_.reset();
}

bool CrowdWork::hold(legacy::Ref ref, const legacy::Request& request) {
  if (held_.size() >= most_held) return false;
  held_.push_back({ref, request});
  return true;
}

void CrowdWork::discard(People& people) {
  if (!people.empty()) discarded_.push_back(people.take_all());
}

}  // namespace irc

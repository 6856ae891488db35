// How many people of rooms are kept in memory: for each user, in the rooms of all of his networks, and for all users
// together. A server says who is in its rooms, and each takes up a kilobyte or two.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "legacy/adapter.hpp"

namespace mapping {

class Population {
 public:
  // 0: without that bound.
  struct Limits {
    std::size_t all = 0;
    std::size_t user = 0;
  };
  // Who has fewer is not refused because of what the others have.
  static constexpr std::size_t modest = 10'000;

  explicit Population(Limits limits) : limits_(limits) {}
  Population(const Population&) = delete;
  Population& operator=(const Population&) = delete;

  // What the sessions of that user (bare JID) share. Must outlive them.
  std::shared_ptr<legacy::Crowd> of(const std::string& user);
  std::size_t size() const noexcept { return all_; }

 private:
  class UserCrowd;

  Limits limits_;
  std::size_t all_ = 0;
  std::map<std::string, std::weak_ptr<legacy::Crowd>> crowds_;
};

}  // namespace mapping

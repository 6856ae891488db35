// Users whom the operator lets in no more, also whole domains, until it is taken back. On the disk; reads are from
// memory.
#pragma once

#include <memory>
#include <set>
#include <string>

#include "component/jid.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

class Blocklist {
 public:
  explicit Blocklist(std::unique_ptr<legacy::State> records);

  bool contains(const component::Jid& user) const;
  // Bare JIDs and domains.
  const std::set<std::string>& all() const noexcept { return blocked_; }
  // done(true): it is on the disk.
  void add(const std::string& whom, std::function<void(bool)> done);
  void remove(const std::string& whom, std::function<void(bool)> done);

 private:
  std::unique_ptr<legacy::State> records_;  // "user/<address>"
  std::set<std::string> blocked_;
};

}  // namespace mapping

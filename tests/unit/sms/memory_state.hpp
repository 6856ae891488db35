// legacy::State in memory, with a disk that lags behind, may fail, and is all that is left after a crash.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "legacy/adapter.hpp"

namespace sms {

class MemoryState final : public legacy::State {
 public:
  std::optional<std::string> load(std::string_view key) override {
    const auto found = live.find(std::string(key));
    if (found == live.end()) return std::nullopt;
    return found->second;
  }
  void save(std::string_view key, std::string_view value) override { live[std::string(key)] = value; }
  void erase(std::string_view key) override { live.erase(std::string(key)); }
  std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& entry : live) {
      if (entry.first.starts_with(prefix)) out.emplace_back(entry);
    }
    return out;
  }
  void commit(std::function<void(bool)> done) override { waiting.push_back(std::move(done)); }

  // Runs the commits that wait, also those they cause. False: there were none.
  bool flush() {
    const bool is_any = !waiting.empty();
    for (int i = 0; i < 100 && !waiting.empty(); ++i) {
      const auto all = std::exchange(waiting, {});
      if (!fails) disk = live;
      for (const auto& done : all) done(!fails);
    }
    return is_any;
  }
  void crash() {
    live = disk;
    waiting.clear();
  }
  std::size_t count(std::string_view prefix) { return list(prefix).size(); }

  std::map<std::string, std::string> live;
  std::map<std::string, std::string> disk;
  std::vector<std::function<void(bool)>> waiting;
  bool fails = false;
};

}  // namespace sms

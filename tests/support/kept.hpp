// Records of an adapter in memory, which several States share one after the other, as they share a disk.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "legacy/adapter.hpp"

namespace support {

class KeptRecords {
 public:
  std::unique_ptr<legacy::State> open() { return std::make_unique<View>(records); }
  std::map<std::string, std::string> records;

 private:
  class View final : public legacy::State {
   public:
    explicit View(std::map<std::string, std::string>& records) : records_(records) {}
    std::optional<std::string> load(std::string_view key) override {
      const auto found = records_.find(std::string(key));
      if (found == records_.end()) return std::nullopt;
      return found->second;
    }
    void save(std::string_view key, std::string_view value) override { records_[std::string(key)] = value; }
    void erase(std::string_view key) override { records_.erase(std::string(key)); }
    std::vector<std::pair<std::string, std::string>> list(std::string_view prefix) override {
      std::vector<std::pair<std::string, std::string>> out;
      for (const auto& entry : records_) {
        if (entry.first.starts_with(prefix)) out.emplace_back(entry);
      }
      return out;
    }
    void commit(std::function<void(bool)> done) override { done(true); }

   private:
    std::map<std::string, std::string>& records_;
  };
};

}  // namespace support

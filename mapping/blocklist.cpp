#include "mapping/blocklist.hpp"

namespace mapping {

namespace {

const std::string prefix = "user/";

}  // namespace

Blocklist::Blocklist(std::unique_ptr<legacy::State> records) : records_(std::move(records)) {
  for (const auto& [key, value] : records_->list(prefix)) blocked_.insert(key.substr(prefix.size()));
}

bool Blocklist::contains(const component::Jid& user) const {
  if (blocked_.empty()) return false;
  return blocked_.contains(user.bare_str()) || blocked_.contains(std::string(user.domain()));
}

void Blocklist::add(const std::string& whom, std::function<void(bool)> done) {
  blocked_.insert(whom);
  records_->save(prefix + whom, "1");
  records_->commit(std::move(done));
}

void Blocklist::remove(const std::string& whom, std::function<void(bool)> done) {
  blocked_.erase(whom);
  records_->erase(prefix + whom);
  records_->commit(std::move(done));
}

}  // namespace mapping

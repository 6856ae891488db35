#include "app/databases.hpp"

#include <algorithm>
#include <stdexcept>

#include "app/domain.hpp"
#include "app/key_file.hpp"

namespace app {
namespace {

constexpr std::chrono::seconds patience{5};  // with a backup that is just being made

}  // namespace

config::Secret key_of(const config::Config& config) {
  auto key = database_key(config);
  if (!key) throw std::runtime_error(key.error());
  return std::move(*key);
}

std::unique_ptr<mapping::Store> open_store(asio::io_context& loop, const config::Config& config,
                                           const config::Secret& key) {
  auto store = mapping::Store::open(loop.get_executor(), config.database, key.value, patience);
  if (!store) throw std::runtime_error(store.error());
  return std::move(*store);
}

std::unique_ptr<mapping::Archive> open_archive(asio::io_context& loop, const config::Config& config,
                                               const config::Secret& key) {
  const auto& all = config.components;
  const bool is_wanted = std::any_of(all.begin(), all.end(), [](const auto& each) { return keeps_archive(each); });
  if (!is_wanted) return nullptr;
  auto archive = mapping::Archive::open(loop.get_executor(), config.database + "-archive", key.value, patience);
  if (!archive) throw std::runtime_error(archive.error());
  for (const config::Component& each : all) {
    (*archive)->keep(each.domain, {static_cast<int>(each.archive_age.count()), each.archive_messages});
  }
  return std::move(*archive);
}

}  // namespace app

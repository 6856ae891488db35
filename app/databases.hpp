// The files that hold what survives a restart, as the configuration names them.
#pragma once

#include <memory>
#include <vector>

#include "config/config.hpp"
#include "mapping/archive.hpp"
#include "mapping/store.hpp"

namespace app {

// All three throw std::runtime_error with a sentence for the operator.
config::Secret key_of(const config::Config& config);
std::unique_ptr<mapping::Store> open_store(asio::io_context& loop, const config::Config& config,
                                           const config::Secret& key);
// Null: no component keeps one.
std::unique_ptr<mapping::Archive> open_archive(asio::io_context& loop, const config::Config& config,
                                               const config::Secret& key);

}  // namespace app

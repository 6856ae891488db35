// The database's key at the first start.
#pragma once

#include <string>

#include "base/result.hpp"
#include "config/config.hpp"

namespace app {

// The configured key, or a new one in database_key_file (mode 0600, synced), made only when there is no database yet.
// The error is a sentence for the operator.
base::Result<config::Secret, std::string> database_key(const config::Config& config);

}  // namespace app

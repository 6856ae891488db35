#pragma once

#include <string>

namespace config {

// Never formatted: fmt has no formatter for it, on purpose.
struct Secret {
  std::string value;
};

}  // namespace config

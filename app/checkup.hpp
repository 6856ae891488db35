// What `wherry check` looks at beyond the text of the configuration: the machine that it is for.
#pragma once

#include "config/config.hpp"

namespace app {

struct Checkup {
  config::Problems wrong;     // wherry would not start, or everybody could read its secrets
  config::Problems doubtful;  // it may be right where the service runs
};
Checkup check_up(const config::Config& config);

}  // namespace app

// What a configuration leaves open to strangers, or to a bill without an end: `wherry check` and the log name each
// place. Internal to config/.
#pragma once

#include "config/reader.hpp"

namespace config {

// `component` has been read from that section.
void warn_of_doors(Section& section, Report& report, const Component& component);
void warn_of_listener(Section& section, const Http& http);

}  // namespace config

// The gateway's own randomness (pauses, ids) as a sequence that a number repeats: for tests only.
#pragma once

#include <cstdint>

namespace model {

void repeat_chance(std::uint32_t seed);

}  // namespace model

// When another attempt to get back into a room may go better, by why the last one failed.
#pragma once

#include "legacy/adapter.hpp"

namespace mapping {

enum class Hope {
  soon,             // by itself, in minutes
  next_connection,  // when something has changed: an account, an invitation
  none,             // never without the user's doing
};

Hope hope_after(legacy::Errc error) noexcept;

}  // namespace mapping

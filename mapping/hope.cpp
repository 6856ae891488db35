#include "mapping/hope.hpp"

#include <algorithm>
#include <array>

namespace mapping {

Hope hope_after(legacy::Errc error) noexcept {
  using legacy::Errc;
  constexpr std::array soon{Errc::timeout,      Errc::busy,      Errc::too_fast, Errc::queue_full,
                            Errc::service_down, Errc::room_full, Errc::not_now,  Errc::too_many_rooms};
  constexpr std::array never{Errc::none,        Errc::banned, Errc::bad_address, Errc::bad_request,
                             Errc::not_allowed, Errc::moved,  Errc::unsupported, Errc::against_policy};
  if (std::find(soon.begin(), soon.end(), error) != soon.end()) return Hope::soon;
  return std::find(never.begin(), never.end(), error) == never.end() ? Hope::next_connection : Hope::none;
}

}  // namespace mapping

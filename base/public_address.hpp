// Whether an address is one of the public Internet: what users may name without reaching into the operator's own
// networks.
#pragma once

#include "base/asio.hpp"

namespace base {

// False for this machine, private, link-local, shared, documentation, benchmarking, multicast and reserved addresses
// (the IANA special-purpose registries, RFC 6890), also where an IPv6 address stands for such an IPv4 one.
bool is_public(const asio::ip::address& address) noexcept;

}  // namespace base

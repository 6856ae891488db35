#include "base/public_address.hpp"

#include <algorithm>
#include <array>

namespace base {
namespace {

using asio::ip::address_v4;
using asio::ip::address_v6;

struct Block {
  std::uint32_t start;
  int bits;
};

constexpr std::array special{
    Block{0x00000000, 8},   // this network
    Block{0x0A000000, 8},   // private
    Block{0x64400000, 10},  // shared by a provider's customers
    Block{0x7F000000, 8},   // this machine
    Block{0xA9FE0000, 16},  // link-local
    Block{0xAC100000, 12},  // private
    Block{0xC0000000, 24},  // protocol assignments
    Block{0xC0000200, 24},  // documentation
    Block{0xC0586300, 24},  // 6to4 relays
    Block{0xC0A80000, 16},  // private
    Block{0xC6120000, 15},  // benchmarks
    Block{0xC6336400, 24},  // documentation
    Block{0xCB007100, 24},  // documentation
    Block{0xE0000000, 4},   // multicast
    Block{0xF0000000, 4},   // reserved, broadcast
};

bool is_public_v4(std::uint32_t address) noexcept {
  return std::none_of(special.begin(), special.end(),
                      [address](const Block& block) { return (address ^ block.start) >> (32 - block.bits) == 0; });
}

std::uint32_t v4_at(const address_v6::bytes_type& bytes, std::size_t at) noexcept {
  std::uint32_t out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | bytes[at + i];
  return out;
}

bool is_public_v6(const address_v6& address) noexcept {
  const auto bytes = address.to_bytes();
  const std::uint32_t start = v4_at(bytes, 0);
  if (address.is_v4_mapped()) return is_public_v4(v4_at(bytes, 12));
  const bool is_nat64 = start == 0x0064FF9B && std::all_of(&bytes[4], &bytes[12], [](auto byte) { return byte == 0; });
  if (is_nat64) return is_public_v4(v4_at(bytes, 12));
  if (start >> 16 == 0x2002) return is_public_v4(v4_at(bytes, 2));  // 6to4
  const bool is_global_unicast = start >> 29 == 1;
  const bool is_protocol = start >> 9 == 0x20010000 >> 9;  // 2001::/23, Teredo among them
  const bool is_documentation = start == 0x20010DB8 || start >> 12 == 0x3FFF0;
  return is_global_unicast && !is_protocol && !is_documentation;
}

}  // namespace

bool is_public(const asio::ip::address& address) noexcept {
  return address.is_v4() ? is_public_v4(address.to_v4().to_uint()) : is_public_v6(address.to_v6());
}

}  // namespace base

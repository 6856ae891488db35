#include "legacy/irc/ident.hpp"

#include <charconv>
#include <optional>
#include <utility>

namespace irc {
namespace {

// An IPv4 address may come as IPv6.
asio::ip::address simple(const asio::ip::address& address) {
  if (!address.is_v6() || !address.to_v6().is_v4_mapped()) return address;
  return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::optional<unsigned> number(std::string_view text) {
  unsigned out = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return out;
}

}  // namespace

IdentTable::Entry::Entry(IdentTable& table, std::uint16_t local_port, const Peer& remote, std::string user)
    : table_(&table),
      at_(table.users_.emplace(std::tuple(local_port, simple(remote.address()), remote.port()), std::move(user))) {}

IdentTable::Entry::Entry(Entry&& other) noexcept : table_(std::exchange(other.table_, nullptr)), at_(other.at_) {}

IdentTable::Entry::~Entry() {
  if (table_ != nullptr) table_->users_.erase(at_);
}

std::string IdentTable::answer(std::string_view query, const asio::ip::address& from) const {
  const auto comma = query.find(',');
  if (comma == query.npos) return {};
  const auto local = number(trim(query.substr(0, comma)));
  const auto remote = number(trim(query.substr(comma + 1)));
  if (!local || !remote) return {};
  const std::string ports = std::to_string(*local) + " , " + std::to_string(*remote) + " : ";
  const bool is_sane = *local > 0 && *local <= 65535 && *remote > 0 && *remote <= 65535;
  if (!is_sane) return ports + "ERROR : INVALID-PORT";
  const auto [first, last] = users_.equal_range(
      std::tuple(static_cast<std::uint16_t>(*local), simple(from), static_cast<std::uint16_t>(*remote)));
  if (first == last) return ports + "ERROR : NO-USER";
  return ports + "USERID : OTHER : " + std::prev(last)->second;
}

}  // namespace irc

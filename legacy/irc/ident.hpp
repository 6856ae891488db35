// Who the users behind our connections are, for IRC servers that ask (RFC 1413): the table and its answers, without
// sockets. Operators can act on one user that way and not on the whole gateway.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <tuple>

#include "base/asio.hpp"

namespace irc {

class IdentTable {
 public:
  using Peer = asio::ip::tcp::endpoint;

  // One connection, or one that is being made. Removes itself.
  class Entry {
   public:
    Entry(IdentTable& table, std::uint16_t local_port, const Peer& remote, std::string user);
    Entry(Entry&& other) noexcept;
    Entry& operator=(Entry&&) = delete;
    ~Entry();

   private:
    using At = std::multimap<std::tuple<std::uint16_t, asio::ip::address, std::uint16_t>, std::string>::iterator;
    IdentTable* table_;
    At at_;
  };

  // The answer to one line from that address, without CRLF; empty: nothing is said to that.
  std::string answer(std::string_view query, const asio::ip::address& from) const;

 private:
  std::multimap<std::tuple<std::uint16_t, asio::ip::address, std::uint16_t>, std::string> users_;
};

}  // namespace irc

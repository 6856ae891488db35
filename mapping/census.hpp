// How many connections to networks there are: in all, of each user, and of the users of each domain. Each is a
// descriptor, which all users share, and a session on a server that counts those that come from one address.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "component/error.hpp"
#include "component/jid.hpp"

namespace mapping {

class Census {
 public:
  // 0: without that bound.
  struct Limits {
    std::size_t all = 0;
    std::size_t user = 0;
    std::size_t domain = 0;  // of one that is not our own server's
  };
  // One connection; it counts until this is gone.
  using Seat = std::shared_ptr<const void>;

  explicit Census(Limits limits) : limits_(limits) {}
  Census(const Census&) = delete;
  Census& operator=(const Census&) = delete;

  // is_local: the user's domain is that of our own server. Must outlive its seats.
  base::Result<Seat, component::StanzaError> admit(const component::Jid& user, bool is_local);

 private:
  using Counts = std::map<std::string, std::size_t, std::less<>>;

  void leave(const std::string& user, const std::string& domain);

  Limits limits_;
  std::size_t all_ = 0;
  Counts users_, domains_;  // without those that have none
};

}  // namespace mapping

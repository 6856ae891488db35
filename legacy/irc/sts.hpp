// Strict transport security (IRCv3 sts): a server that is reached without TLS says at which port it has it, and over
// TLS for how long it is to be reached with TLS only. What was promised is kept for everybody and over restarts.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"

namespace irc {

// The value of the capability; what is missing or no number is not there.
struct StsOffer {
  std::optional<std::uint16_t> port;
  std::optional<std::chrono::seconds> duration;
  static StsOffer parse(std::string_view value);
};

// The policies, by host name in any case. Loop thread only.
class StsPolicies {
 public:
  // `records` are this object's alone.
  explicit StsPolicies(std::unique_ptr<legacy::State> records) : records_(std::move(records)) {}

  // The port at which the host is to be reached with TLS; nullopt: no policy, or it has run out.
  std::optional<std::uint16_t> port(const std::string& host, base::WallTime now);
  // Said over TLS at that port; a duration of 0 removes the policy. `by` names the user who brought a host that the
  // operator did not, else it is empty: of those there is room for twenty of each user, and for a thousand.
  struct Promise {
    std::uint16_t port = 0;
    std::chrono::seconds duration{};
    std::string by;  // one word
  };
  void keep(const std::string& host, const Promise& promise, base::WallTime now);
  // A connection at that port has ended: the time counts from now.
  void renew(const std::string& host, base::WallTime now);

 private:
  struct Policy {
    Promise promise;
    std::int64_t until = 0;  // seconds since 1970
  };
  bool has_room(const std::string& by) const;
  std::optional<Policy> load(const std::string& host, base::WallTime now);

  std::unique_ptr<legacy::State> records_;
};

}  // namespace irc

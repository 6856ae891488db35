// The hashing that logins need (SCRAM), beside the loop: the server says how much it is. One thread for all; logins
// take turns of some milliseconds, so that a short one does not wait for the end of long ones.
#pragma once

#include <functional>
#include <memory>

#include "base/digest.hpp"
#include "base/offload.hpp"

namespace irc {

class Hasher {
 public:
  explicit Hasher(asio::any_io_executor executor);

  // done is called on the loop when all is computed: never before this returns, not after the end of this, and not when
  // nobody but this holds `work` any more, which is how it is given up.
  void run(std::shared_ptr<base::Pbkdf2> work, std::function<void()> done);

 private:
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  base::Offload thread_;
};

}  // namespace irc

// Certificates to log in with: making a key takes milliseconds, so it is done beside the loop, one after another, and
// for each user one at a time.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "base/offload.hpp"

namespace mapping {

class CertificateMaker {
 public:
  explicit CertificateMaker(asio::any_io_executor executor)
      : thread_(std::move(executor), 1, base::Offload::AtEnd::abandon) {}

  // done gets it in PEM with its key, or nothing when it failed; never before this returns, and not after the end of
  // this. False: one is being made for `whom`, or too many are.
  bool make(const std::string& whom, std::function<void(const std::string&)> done);

 private:
  std::set<std::string> making_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  base::Offload thread_;
};

}  // namespace mapping

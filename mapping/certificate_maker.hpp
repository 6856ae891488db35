// Certificates to log in with: making a key takes milliseconds, so it is done beside the loop, one after another, and
// for each user one at a time.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "base/certificate.hpp"
#include "base/offload.hpp"

namespace mapping {

class CertificateMaker {
 public:
  explicit CertificateMaker(asio::any_io_executor executor)
      : thread_(std::move(executor), 1, base::Offload::AtEnd::abandon) {}

  struct Made {
    std::string pem;  // with its key; empty: it failed
    std::optional<base::Fingerprints> fingerprints;
  };

  // done is called neither before this returns nor after our end. False: one is being made for `whom`, or too many are.
  bool make(const std::string& whom, std::function<void(const Made&)> done);

 private:
  std::set<std::string> making_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  base::Offload thread_;
};

}  // namespace mapping

#include "mapping/certificate_maker.hpp"

#include "base/certificate.hpp"

namespace mapping {

namespace {

constexpr std::size_t most_at_once = 1000;  // that is seconds

}  // namespace

bool CertificateMaker::make(const std::string& whom, std::function<void(const Made&)> done) {
  if (making_.size() >= most_at_once || !making_.insert(whom).second) return false;
  const auto made = std::make_shared<Made>();
  thread_.post(
      [made] {
        made->pem = base::make_certificate("wherry");
        made->fingerprints = base::fingerprints(made->pem);
      },
      [this, whom, made, done = std::move(done), alive = std::weak_ptr(alive_)] {
        if (!alive.lock()) return;
        making_.erase(whom);
        done(*made);
      });
  return true;
}

}  // namespace mapping

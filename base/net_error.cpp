#include "base/net_error.hpp"

namespace base {
namespace {

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-virtual-dtor"  // Boost's base class has a protected one, ours is never deleted
class NetCategory final : public boost::system::error_category {
 public:
  const char* name() const noexcept override { return "net"; }
  std::string message(int code) const override {
    switch (static_cast<NetErrc>(code)) {
      case NetErrc::unknown_host: return "the host name does not resolve";
      case NetErrc::certificate_rejected: return "the server's certificate is not valid for this host";
      case NetErrc::fingerprint_mismatch: return "the server's certificate is not the pinned one";
      case NetErrc::tls_failed: return "the TLS handshake failed";
      case NetErrc::bad_ca_file: return "the CA file can't be read";
      case NetErrc::bad_certificate: return "your certificate can't be used";
      case NetErrc::bad_local_address: return "the outgoing address can't be used for this host";
      case NetErrc::not_public: return "the host is not on the public Internet";
    }
    return "unknown error";
  }
};
#pragma GCC diagnostic pop

}  // namespace

const boost::system::error_category& net_category() noexcept {
  static const NetCategory category;
  return category;
}

}  // namespace base

// Why a connection could not be opened, beside Asio's own codes (timed_out, connection_refused, ...).
#pragma once

#include "base/result.hpp"

namespace base {

enum class NetErrc {
  unknown_host = 1,      // the name does not resolve
  certificate_rejected,  // not issued by a known authority, expired, or for another name
  fingerprint_mismatch,  // not the pinned certificate
  tls_failed,            // no TLS there, or no common version or cipher
  bad_ca_file,           // our own CA file can't be read
  bad_certificate,       // our own certificate can't be used
  bad_local_address,     // the address to connect from is not ours, or of another family than all of the host's
  not_public,            // the host has no public address, and only those are allowed
};

const boost::system::error_category& net_category() noexcept;
inline error_code make_error_code(NetErrc code) noexcept {
  return {static_cast<int>(code), net_category()};
}

}  // namespace base

template <>
struct boost::system::is_error_code_enum<base::NetErrc> : std::true_type {};

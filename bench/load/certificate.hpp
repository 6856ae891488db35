// A TLS server context with a certificate for 127.0.0.1, made on the spot and signed by itself.
#pragma once

#include <memory>
#include <string>

#include "base/asio.hpp"

namespace load {

// Writes the certificate in PEM to `file`, for those who are to trust it.
std::unique_ptr<asio::ssl::context> make_tls_server(const std::string& file);

}  // namespace load

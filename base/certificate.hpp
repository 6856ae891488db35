// Client certificates: a key and the certificate that it has signed itself, together in one PEM text. Who checks them
// compares fingerprints, so nothing else in them matters. A failure of OpenSSL itself throws std::runtime_error.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace base {

// EC P-256, valid for twenty years. `name` is its common name, at most 64 bytes of it. Whoever has the text has the
// key.
std::string make_certificate(std::string_view name);

// Of the certificate's DER, as lower-case hex.
struct Fingerprints {
  std::string sha256;
  std::string sha512;
};
// nullopt: not one certificate with the private key that belongs to it.
std::optional<Fingerprints> fingerprints(std::string_view pem);

// Whether there is at least one certificate in it that can be read.
bool holds_certificate(std::string_view pem);

// 64 hex digits in lower case from what people write: either case, with colons or blanks. nullopt: no SHA-256
// fingerprint.
std::optional<std::string> parse_fingerprint(std::string_view text);

}  // namespace base

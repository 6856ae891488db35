#include "base/certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <stdexcept>

#include "base/crypto.hpp"
#include "base/digest.hpp"
#include "base/utf8.hpp"

namespace base {
namespace {

constexpr long validity = 20L * 366 * 86400;  // seconds
constexpr std::size_t longest_name = 64;      // X.520: ub-common-name

struct Free {
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(BIO* p) const noexcept { BIO_free(p); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Memory = std::unique_ptr<BIO, Free>;

void require(bool good) {
  if (!good) throw std::runtime_error("a certificate could not be made");
}

std::string text_of(BIO* memory) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(memory, &data);
  return {data, static_cast<std::size_t>(size)};
}

Memory reader(std::string_view pem) {
  return Memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

void describe(X509* certificate, std::string_view name) {
  const std::string common(utf8_prefix(name, longest_name));
  const auto* bytes = reinterpret_cast<const unsigned char*>(common.c_str());
  X509_NAME* const subject = X509_get_subject_name(certificate);
  std::array<unsigned char, 8> serial{};
  require(RAND_bytes(serial.data(), static_cast<int>(serial.size())) == 1);
  std::uint64_t number = 1;
  for (const unsigned char byte : serial) number = (number << 7U) ^ byte;
  require(X509_set_version(certificate, X509_VERSION_3) == 1 &&
          ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), number) == 1 &&
          X509_gmtime_adj(X509_getm_notBefore(certificate), -86400) != nullptr &&
          X509_gmtime_adj(X509_getm_notAfter(certificate), validity) != nullptr &&
          X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, -1, -1, 0) == 1 &&
          X509_set_issuer_name(certificate, subject) == 1);
}

}  // namespace

std::string make_certificate(std::string_view name) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate(X509_new());
  const Memory out(BIO_new(BIO_s_mem()));
  require(key && certificate && out);
  describe(certificate.get(), name);
  require(X509_set_pubkey(certificate.get(), key.get()) == 1 &&
          X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0 &&
          PEM_write_bio_PrivateKey(out.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) == 1 &&
          PEM_write_bio_X509(out.get(), certificate.get()) == 1);
  return text_of(out.get());
}

std::optional<Fingerprints> fingerprints(std::string_view pem) {
  const Key key(PEM_read_bio_PrivateKey(reader(pem).get(), nullptr, nullptr, nullptr));
  const Certificate certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr));
  if (!key || !certificate || X509_check_private_key(certificate.get(), key.get()) != 1) return std::nullopt;
  unsigned char* der = nullptr;
  const int size = i2d_X509(certificate.get(), &der);
  require(size > 0);
  const std::string bytes(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
  OPENSSL_free(der);
  return Fingerprints{to_hex(hash(Digest::sha256, bytes)), to_hex(hash(Digest::sha512, bytes))};
}

bool holds_certificate(std::string_view pem) {
  return Certificate(PEM_read_bio_X509(reader(pem).get(), nullptr, nullptr, nullptr)) != nullptr;
}

std::optional<std::string> parse_fingerprint(std::string_view text) {
  std::optional<std::string> digits(text);
  std::erase_if(*digits, [](char c) { return c == ':' || c == ' '; });
  std::transform(digits->begin(), digits->end(), digits->begin(),
                 [](char c) { return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c; });
  if (digits->size() != 64 || digits->find_first_not_of("0123456789abcdef") != std::string::npos) digits.reset();
  return digits;
}

}  // namespace base

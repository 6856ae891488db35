// The dialer's TLS against a server of our own on the loopback interface, with a CA that is made for the run.
#include <gtest/gtest.h>
#include <openssl/x509v3.h>

#include <filesystem>

#include "base/certificate.hpp"
#include "base/dialer.hpp"
#include "base/net_error.hpp"
#include "base/spawn.hpp"
#include "tests/support/loop.hpp"

// GCC 12 -O1 inlines only one half of a coroutine frame's allocation and then takes the other for a stranger's.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

using namespace base;
using namespace std::chrono_literals;

namespace {

struct Free {
  void operator()(X509* p) const noexcept { X509_free(p); }
  void operator()(EVP_PKEY* p) const noexcept { EVP_PKEY_free(p); }
  void operator()(X509_EXTENSION* p) const noexcept { X509_EXTENSION_free(p); }
};
using Certificate = std::unique_ptr<X509, Free>;
using Key = std::unique_ptr<EVP_PKEY, Free>;

struct Identity {
  Key key{EVP_EC_gen("P-256")};
  Certificate certificate{X509_new()};
};

void add_extension(X509* certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, Free> made(X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  X509_add_ext(certificate, made.get(), -1);
}

// Signed by `issuer`, or by itself. `valid`: from yesterday for so many days.
Identity make_identity(const std::string& name, const Identity* issuer, int valid = 30, const std::string& key = "EC") {
  Identity made;
  if (key == "RSA") made.key.reset(EVP_RSA_gen(2048));
  X509* const certificate = made.certificate.get();
  static long serial = 0;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -2 * 86400);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 86400L * valid);
  X509_NAME* const subject = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0);
  X509_set_issuer_name(certificate, X509_get_subject_name(issuer ? issuer->certificate.get() : certificate));
  X509_set_pubkey(certificate, made.key.get());
  if (issuer) {
    add_extension(certificate, NID_subject_alt_name, name);
  } else {
    add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
  }
  X509_sign(certificate, issuer ? issuer->key.get() : made.key.get(), EVP_sha256());
  return made;
}

std::string sha256_of(X509* certificate) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) hex += fmt::format("{}{:02X}", i > 0 ? ":" : "", digest[i]);
  return hex;
}

std::string sha256_of(const Identity& identity) {
  return sha256_of(identity.certificate.get());
}

// What the server does with a connection.
struct Play {
  bool is_polite = true;          // ends with a close_notify
  bool answers_hello = true;      // else it says nothing at all
  std::string* client = nullptr;  // asks for the client's certificate; its SHA-256, or "none"
};

using TlsSocket = asio::ssl::stream<asio::ip::tcp::socket>;

asio::awaitable<void> serve(asio::ip::tcp::acceptor* acceptor, asio::ssl::context* context, Play play) {
  auto socket = co_await acceptor->async_accept(asio::use_awaitable);
  TlsSocket tls(std::move(socket), *context);
  std::array<char, 64> buffer{};
  const auto bytes = asio::buffer(buffer);
  if (!play.answers_hello) {
    error_code failed;
    while (!failed) {
      const auto [f, n] = co_await tls.next_layer().async_read_some(bytes, asio::as_tuple(asio::use_awaitable));
      failed = f;
    }
    co_return;
  }
  const auto [refused] = co_await tls.async_handshake(TlsSocket::server, asio::as_tuple(asio::use_awaitable));
  if (refused) co_return;
  if (play.client != nullptr) {
    const Certificate certificate(SSL_get1_peer_certificate(tls.native_handle()));
    *play.client = certificate ? sha256_of(certificate.get()) : "none";
  }
  const auto [failed, size] = co_await tls.async_read_some(bytes, asio::as_tuple(asio::use_awaitable));
  if (failed) co_return;
  const auto answer = asio::buffer(buffer.data(), size);
  co_await asio::async_write(tls, answer, asio::as_tuple(asio::use_awaitable));
  if (play.is_polite) co_await tls.async_shutdown(asio::as_tuple(asio::use_awaitable));
}

struct Seen {
  error_code failed;  // of dialling
  std::string echo;   // to "hello"
  error_code end;     // of the read behind it
  std::string what;   // describe()
  bool done = false;
};

asio::awaitable<void> talk(Dialer* dialer, Endpoint endpoint, Seen* seen) {
  auto dialing = dialer->dial(std::move(endpoint));
  auto stream = co_await std::move(dialing);
  seen->done = true;
  if (!stream) {
    seen->failed = stream.error();
    co_return;
  }
  seen->what = (*stream)->describe();
  const std::string hello = "hello";
  co_await (*stream)->write_all(hello);
  std::array<char, 64> buffer{};
  const auto size = co_await (*stream)->read_some(buffer);
  if (size) seen->echo.assign(buffer.data(), *size);
  const auto end = co_await (*stream)->read_some(buffer);
  if (!end) seen->end = end.error();
  (*stream)->close();
}

class TlsTest : public testing::Test {
 protected:
  TlsTest() {
    std::FILE* const file = std::fopen(ca_file.c_str(), "w");
    PEM_write_X509(file, ca.certificate.get());
    std::fclose(file);
  }
  ~TlsTest() override { std::filesystem::remove(ca_file); }

  Endpoint endpoint(const std::string& host = "127.0.0.1", const std::string& fingerprint = {}) const {
    return {host, acceptor.local_endpoint().port(), Tls::verified, ca_file, fingerprint};
  }
  void start(const Identity& server, Play play) {
    SSL_CTX_use_certificate(context.native_handle(), server.certificate.get());
    SSL_CTX_use_PrivateKey(context.native_handle(), server.key.get());
    if (play.client != nullptr)
      SSL_CTX_set_verify(context.native_handle(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
    spawn(loop.executor(), "server", serve(&acceptor, &context, play));
  }
  Seen dial(const Identity& server, Endpoint to, Play play = {}) {
    start(server, play);
    Seen seen;
    spawn(loop.executor(), "client", talk(&dialer, std::move(to), &seen));
    loop.io.run();
    return seen;
  }

  support::Loop loop;
  const Identity ca = make_identity("wherry test CA", nullptr);
  const std::string ca_file = testing::TempDir() + "wherry-tls-test-" + std::to_string(getpid()) + ".pem";
  asio::ssl::context context{asio::ssl::context::tls_server};
  asio::ip::tcp::acceptor acceptor{loop.io, {asio::ip::address_v4::loopback(), 0}};
  TcpDialer dialer{loop.executor()};
};

}  // namespace

TEST_F(TlsTest, TalksToAServerOfATrustedAuthority) {
  const Seen seen = dial(make_identity("IP:127.0.0.1", &ca), endpoint());
  EXPECT_EQ(seen.failed, error_code());
  EXPECT_EQ(seen.echo, "hello");
  EXPECT_EQ(seen.end, asio::error::eof);
  EXPECT_TRUE(seen.what.ends_with(" TLSv1.3")) << seen.what;
}

TEST_F(TlsTest, ChecksTheNameThatWasAskedFor) {
  const Seen seen = dial(make_identity("DNS:localhost", &ca), endpoint("localhost"));
  EXPECT_EQ(seen.failed, error_code());
  EXPECT_EQ(seen.echo, "hello");
}

TEST_F(TlsTest, TakesACloseWithoutNotifyForTheEnd) {
  const Seen seen = dial(make_identity("IP:127.0.0.1", &ca), endpoint(), {.is_polite = false});
  EXPECT_EQ(seen.echo, "hello");
  EXPECT_EQ(seen.end, asio::error::eof);
}

TEST_F(TlsTest, RefusesWhatItCantVerify) {
  const Identity other = make_identity("wherry test CA", nullptr);  // of the same name, with another key
  const struct {
    const char* what;
    Identity server;
  } rows[] = {
      {"another authority", make_identity("IP:127.0.0.1", &other)},
      {"signed by itself", make_identity("127.0.0.1", nullptr)},
      {"another address", make_identity("IP:127.0.0.2", &ca)},
      {"a name, not the address", make_identity("DNS:127.0.0.1", &ca)},
      {"another name", make_identity("DNS:example.org", &ca)},
      {"expired", make_identity("IP:127.0.0.1", &ca, -1)},
  };
  for (const auto& row : rows) {
    const Seen seen = dial(row.server, endpoint());
    EXPECT_EQ(seen.failed, NetErrc::certificate_rejected) << row.what;
    loop.io.restart();
  }
}

TEST_F(TlsTest, RefusesAnAddressWhereTheNameIsWrong) {
  const Seen seen = dial(make_identity("DNS:localhost.example.org", &ca), endpoint("localhost"));
  EXPECT_EQ(seen.failed, NetErrc::certificate_rejected);
}

TEST_F(TlsTest, APinnedCertificateNeedsNothingElse) {
  const Identity server = make_identity("nobody", nullptr);
  const Seen seen = dial(server, endpoint("127.0.0.1", sha256_of(server)));
  EXPECT_EQ(seen.failed, error_code());
  EXPECT_EQ(seen.echo, "hello");
}

TEST_F(TlsTest, AnotherCertificateThanThePinnedOneIsRefused) {
  const Identity pinned = make_identity("nobody", nullptr);
  const Seen seen = dial(make_identity("IP:127.0.0.1", &ca), endpoint("127.0.0.1", sha256_of(pinned)));
  EXPECT_EQ(seen.failed, NetErrc::fingerprint_mismatch);
  EXPECT_EQ(seen.echo, "");
}

struct Observed : DialObserver {
  void on_bound(const asio::ip::tcp::endpoint& ours, const asio::ip::tcp::endpoint& theirs) override {
    local = ours;
    remote = theirs;
  }
  void on_wrong_certificate(const std::string& sha256) override { wrong = sha256; }
  asio::ip::tcp::endpoint local, remote;
  std::string wrong;
};

TEST_F(TlsTest, TellsWhichCertificateIsNotThePinnedOne) {
  const Identity server = make_identity("nobody", nullptr), pinned = make_identity("nobody", nullptr);
  Observed observed;
  Endpoint to = endpoint("127.0.0.1", sha256_of(pinned));
  to.observer = &observed;
  EXPECT_EQ(dial(server, to).failed, NetErrc::fingerprint_mismatch);
  EXPECT_EQ(observed.wrong, parse_fingerprint(sha256_of(server)));
  EXPECT_EQ(observed.remote, acceptor.local_endpoint());
  EXPECT_NE(observed.local.port(), 0);
}

TEST_F(TlsTest, ConnectsFromTheAddressThatWasChosen) {
  Observed observed;
  Endpoint to = endpoint();
  to.local_address = "127.0.0.2";
  to.observer = &observed;
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), to).echo, "hello");
  EXPECT_EQ(observed.local.address().to_string(), "127.0.0.2");
  EXPECT_EQ(observed.wrong, "");
}

TEST_F(TlsTest, RefusesAnAddressThatIsNoneOfOurs) {
  Endpoint other_family = endpoint(), strange = endpoint();
  other_family.local_address = "::1";
  strange.local_address = "192.0.2.1";
  Seen first, second;
  spawn(loop.executor(), "client", talk(&dialer, other_family, &first));
  spawn(loop.executor(), "client", talk(&dialer, strange, &second));
  loop.io.run();
  EXPECT_EQ(first.failed, NetErrc::bad_local_address);
  EXPECT_EQ(second.failed, asio::error::basic_errors(EADDRNOTAVAIL));
}

TEST_F(TlsTest, AnUnverifiedEndpointTakesAnyCertificate) {
  Endpoint to = endpoint();
  to.tls = Tls::unverified;
  EXPECT_EQ(dial(make_identity("nobody", nullptr), to).echo, "hello");
}

TEST_F(TlsTest, PresentsACertificateWhereThereIsOne) {
  std::string client;
  Endpoint to = endpoint();
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), to, {.client = &client}).echo, "hello");
  EXPECT_EQ(client, "none");
  loop.io.restart();
  to.certificate = make_certificate("romeo");
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), to, {.client = &client}).echo, "hello");
  EXPECT_EQ(parse_fingerprint(client), fingerprints(to.certificate)->sha256);
  to.certificate = "nonsense";
  loop.io.restart();
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), to).failed, NetErrc::bad_certificate);
}

// One with a group of 10,000 bits would stop the loop for half a second.
TEST_F(TlsTest, NoServerGetsFiniteFieldDiffieHellman) {
  SSL_CTX* const server = context.native_handle();
  SSL_CTX_set_max_proto_version(server, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(server, "kDHE");
  SSL_CTX_set_dh_auto(server, 1);
  const Seen seen = dial(make_identity("IP:127.0.0.1", &ca, 30, "RSA"), endpoint());
  EXPECT_EQ(seen.failed, NetErrc::tls_failed);
  SSL_CTX_set_cipher_list(server, "kDHE:ECDHE");
  loop.io.restart();
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca, 30, "RSA"), endpoint()).echo, "hello");
}

TEST_F(TlsTest, NorOneOfItsGroupsInTls13) {
  SSL_CTX* const server = context.native_handle();
  SSL_CTX_set_min_proto_version(server, TLS1_3_VERSION);
  SSL_CTX_set1_groups_list(server, "ffdhe8192:ffdhe2048");
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), endpoint()).failed, NetErrc::tls_failed);
  SSL_CTX_set1_groups_list(server, "ffdhe8192:P-384");
  loop.io.restart();
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), endpoint()).echo, "hello");
}

TEST_F(TlsTest, RefusesChainsWithoutEnd) {
  const Identity more = make_identity("one more", nullptr);
  for (int i = 0; i < 300; ++i) {
    X509_up_ref(more.certificate.get());
    SSL_CTX_add_extra_chain_cert(context.native_handle(), more.certificate.get());
  }
  EXPECT_EQ(dial(make_identity("IP:127.0.0.1", &ca), endpoint()).failed, NetErrc::tls_failed);
}

TEST_F(TlsTest, GivesUpOnAHandshakeThatNeverEnds) {
  start(make_identity("IP:127.0.0.1", &ca), {.answers_hello = false});
  Seen seen;
  spawn(loop.executor(), "client", talk(&dialer, endpoint(), &seen));
  // The connection is made by the kernel, in real time.
  for (int turn = 0; turn < 50; ++turn) loop.io.run_for(2ms);
  EXPECT_FALSE(seen.done);
  loop.advance(14s);
  EXPECT_FALSE(seen.done);
  loop.advance(2s);
  EXPECT_TRUE(seen.done);
  EXPECT_EQ(seen.failed, asio::error::timed_out);
}

TEST_F(TlsTest, RefusesAServerWithoutTls) {
  asio::ip::tcp::acceptor plain(loop.io, {asio::ip::address_v4::loopback(), 0});
  const auto greet = [&]() -> asio::awaitable<void> {
    auto socket = co_await plain.async_accept(asio::use_awaitable);
    const std::string greeting = ":srv NOTICE * :hello\r\n";
    co_await asio::async_write(socket, asio::buffer(greeting), asio::as_tuple(asio::use_awaitable));
  };
  asio::co_spawn(loop.io, greet, asio::detached);
  Endpoint to = endpoint();
  to.port = plain.local_endpoint().port();
  Seen seen;
  spawn(loop.executor(), "client", talk(&dialer, std::move(to), &seen));
  loop.io.run();
  EXPECT_TRUE(seen.done);
  EXPECT_TRUE(seen.failed);
  EXPECT_NE(seen.failed, NetErrc::certificate_rejected);
}

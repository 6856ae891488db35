// `wherry import-biboumi`: from the command line to the report.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "app/databases.hpp"
#include "app/domain.hpp"
#include "app/import_biboumi.hpp"
#include "base/crypto.hpp"
#include "base/curl.hpp"
#include "base/dialer.hpp"

namespace app {

namespace {

constexpr int failed = 1;
constexpr int misused = 2;

// Null: there is none, or it has to be named.
const config::Component* component_of(const config::Config& config, const std::string& domain) {
  std::vector<const config::Component*> found;
  for (const config::Component& component : config.components) {
    if (component.sms.empty() && (domain.empty() || component.domain == domain)) found.push_back(&component);
  }
  return found.size() == 1 ? found.front() : nullptr;
}

void print(const ImportReport& report) {
  fmt::print("Taken: {}\n", report.taken.size());
  for (const std::string& line : report.taken) fmt::print("  {}\n", line);
  fmt::print("Left: {}\n", report.left.size());
  for (const std::string& line : report.left) fmt::print("  {}\n", line);
}

}  // namespace

int import_biboumi(const config::Config& config, const std::string& path, const std::string& domain) {
  const config::Component* const component = component_of(config, domain);
  if (!component) {
    fmt::print(stderr, "wherry: {}\n",
               domain.empty() ? "name the component for IRC with --component DOMAIN"
                              : fmt::format("the configuration has no component {} for IRC", domain));
    return misused;
  }
  asio::io_context loop{1};
  const config::Secret key = key_of(config);
  auto store = open_store(loop, config, key);
  auto archive = open_archive(loop, config, key);
  base::TcpDialer dialer(loop.get_executor());
  base::CurlClient http_client(loop.get_executor());
  const Shared shared{loop.get_executor(),
                      dialer,
                      http_client,
                      nullptr,
                      *store,
                      archive.get(),
                      config.http.public_url,
                      base::hmac_sha256(key.value, "occupant ids"),
                      {}};
  mapping::Identity identity = identity_of(shared, *component);
  BiboumiImport import(loop, *component, identity, *store, keeps_archive(*component) ? archive.get() : nullptr);
  const auto report = import.run(path);
  if (!report) fmt::print(stderr, "wherry: {}\n", report.error());
  if (report) print(*report);
  return report ? EXIT_SUCCESS : failed;
}

}  // namespace app

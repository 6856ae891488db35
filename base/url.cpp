#include "base/url.hpp"

#include <curl/curl.h>

#include <memory>

#include "base/ascii.hpp"

namespace base {
namespace {

struct UrlDeleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
using Handle = std::unique_ptr<CURLU, UrlDeleter>;

// Null: not a URL of the web.
Handle parse(const std::string& url) {
  Handle handle(curl_url());
  if (!handle || curl_url_set(handle.get(), CURLUPART_URL, url.c_str(), 0) != CURLUE_OK) return nullptr;
  return handle;
}

std::string part(const Handle& handle, CURLUPart which, unsigned flags = 0) {
  char* text = nullptr;
  if (curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK) return {};
  std::string out(text);
  curl_free(text);
  return out;
}

}  // namespace

std::optional<Origin> origin_of(const std::string& url) {
  const auto handle = parse(url);
  if (!handle || !part(handle, CURLUPART_USER).empty() || !part(handle, CURLUPART_PASSWORD).empty())
    return std::nullopt;
  Origin origin{ascii_lower(part(handle, CURLUPART_SCHEME)), ascii_lower(part(handle, CURLUPART_HOST)),
                part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT)};
  if (origin.host.starts_with('[')) origin.host = origin.host.substr(1, origin.host.size() - 2);
  if ((origin.scheme != "http" && origin.scheme != "https") || origin.host.empty()) return std::nullopt;
  return origin;
}

std::optional<std::string> follow(const std::string& called, const std::string& location) {
  const auto handle = parse(called);
  if (!handle || curl_url_set(handle.get(), CURLUPART_URL, location.c_str(), 0) != CURLUE_OK) return std::nullopt;
  auto url = part(handle, CURLUPART_URL);
  if (!origin_of(url)) return std::nullopt;
  return url;
}

}  // namespace base

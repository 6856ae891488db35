#include "legacy/sms/provider.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "base/url.hpp"
#include "base/utf8.hpp"

namespace sms {
namespace {

constexpr std::array transient = {429, 500, 502, 503, 504};
constexpr std::size_t longest_words = 200;
constexpr std::chrono::seconds longest_wait{86400};

// Seconds or an HTTP date (RFC 9110, section 10.2.3).
std::optional<std::chrono::seconds> parse_retry_after(const std::string& text, base::WallTime now) {
  if (text.empty()) return std::nullopt;
  unsigned seconds = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, seconds);
  if (parsed.ptr == end && parsed.ec == std::errc{}) {
    return std::min(longest_wait, std::chrono::seconds(seconds));
  }
  std::tm parts{};
  if (::strptime(text.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &parts) == nullptr) return std::nullopt;
  const std::chrono::seconds until{::timegm(&parts)};  // nanoseconds would not hold the year 9999
  const auto wait = until - std::chrono::floor<std::chrono::seconds>(now.time_since_epoch());
  return std::clamp(wait, std::chrono::seconds::zero(), longest_wait);
}

Verdict::Kind kind_of(int status) {
  if (status >= 200 && status < 300) return Verdict::Kind::accepted;
  if (status == 401 || status == 403) return Verdict::Kind::stopped;
  const bool is_transient = std::find(transient.begin(), transient.end(), status) != transient.end();
  return is_transient ? Verdict::Kind::retry : Verdict::Kind::refused;
}

}  // namespace

std::string provider_words(std::string_view said) {
  std::string words = base::sanitise_utf8(said);
  words.resize(base::utf8_prefix(words, longest_words).size());
  while (!words.empty() && static_cast<unsigned char>(words.back()) <= ' ') words.pop_back();
  std::replace_if(
      words.begin(), words.end(), [](char c) { return c == '\r' || c == '\n'; }, ' ');
  return words;
}

base::HttpCall Provider::media_call(const std::string& url) const {
  base::HttpCall call;
  call.url = url;
  call.public_only = true;
  return call;
}

base::HttpCall api_media_call(const config::SmsApi& api, const std::string& authorization, const std::string& url) {
  base::HttpCall call;
  call.url = url;
  const auto own = base::origin_of(api.base_url);
  const auto origin = base::origin_of(url);
  call.public_only = !own || !origin || (api.is_own ? !(*own == *origin) : own->host != origin->host);
  if (own && origin && *own == *origin) {
    call.headers = {{"Authorization", authorization}};
    call.ca_file = api.ca_file;
  }
  return call;
}

Report at_recipient(Report report, const std::string& number) {
  report.segment = number;
  if (report.state == Report::State::failed) report.words = provider_words(number + ": " + report.words);
  return report;
}

Verdict judge_status(const base::HttpResponse& response, base::WallTime now) {
  std::string words = provider_words(response.body);
  if (words.empty()) words = "HTTP status " + std::to_string(response.status);
  Verdict verdict;
  verdict.kind = kind_of(response.status);
  verdict.words = std::move(words);
  verdict.retry_after = parse_retry_after(base::find_header(response.headers, "Retry-After"), now);
  return verdict;
}

}  // namespace sms

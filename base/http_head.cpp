#include "base/http_head.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"

namespace base {
namespace {

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The elements of a list that may stand in several lines (RFC 9110 section 5.3), without empty ones.
std::vector<std::string> list_of(const HttpHeaders& headers, std::string_view name) {
  std::vector<std::string> out;
  for (const auto& [key, value] : headers) {
    if (ascii_lower(key) != name) continue;
    for (std::size_t start = 0; start <= value.size();) {
      const auto end = std::min(value.find(',', start), value.size());
      const auto one = trim(std::string_view(value).substr(start, end - start));
      if (!one.empty()) out.emplace_back(one);
      start = end + 1;
    }
  }
  return out;
}

std::size_t count(const HttpHeaders& headers, std::string_view name) {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const auto& each) { return ascii_lower(each.first) == name; }));
}

// Section 6.1 and 6.3. A length beside the coding, or two lengths, are how one request is hidden in another.
Result<void, HttpFault> check_framing(const HttpHead& head, const HttpHeaders& headers) {
  const auto lengths = count(headers, "content-length");
  if (lengths > 1) return HttpFault{400, "more than one Content-Length"};
  if (count(headers, "transfer-encoding") == 0) return boost::system::in_place_value;
  const auto codings = list_of(headers, "transfer-encoding");
  if (head.version < 11) return HttpFault{400, "Transfer-Encoding in HTTP/1.0"};
  if (lengths > 0) return HttpFault{400, "Transfer-Encoding and Content-Length"};
  const auto chunked = std::count_if(codings.begin(), codings.end(),
                                     [](const std::string& each) { return ascii_lower(each) == "chunked"; });
  if (chunked != 1 || ascii_lower(codings.back()) != "chunked")
    return HttpFault{400, "a Transfer-Encoding that doesn't say where the body ends"};
  if (codings.size() > 1) return HttpFault{501, "a Transfer-Encoding other than chunked"};
  return boost::system::in_place_value;
}

// uri-host [ ":" port ] of RFC 3986, as far as it can't be mistaken for anything else.
bool is_host(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](unsigned char c) {
    const bool is_alnum = (c >= '0' && c <= '9') ||
                          (ascii_lower(static_cast<char>(c)) >= 'a' && ascii_lower(static_cast<char>(c)) <= 'z');
    return is_alnum || std::string_view("-._~%!$&'()*+;=:[]").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

// Section 3.2.
Result<void, HttpFault> check_host(const HttpHead& head, const HttpHeaders& headers) {
  const auto hosts = count(headers, "host");
  if (hosts > 1) return HttpFault{400, "more than one Host"};
  if (hosts == 0 && head.version >= 11) return HttpFault{400, "no Host"};
  if (hosts == 1 && !is_host(trim(find_header(headers, "host")))) return HttpFault{400, "a Host that is none"};
  return boost::system::in_place_value;
}

// Sections 3.2.1 to 3.2.4. In absolute-form the authority takes Host's place, which we don't look at either.
Result<std::string, HttpFault> origin_form(const HttpHead& head) {
  const auto target = head.target;
  if (head.method == "CONNECT") return HttpFault{405, "CONNECT"};
  if (target.find('#') != target.npos) return HttpFault{400, "a fragment in the target"};
  if (target.starts_with('/')) return std::string(target);
  if (target == "*" && head.method == "OPTIONS") return std::string(target);
  const auto scheme_end = target.find("://");
  const std::string scheme = ascii_lower(target.substr(0, std::min(scheme_end, target.size())));
  if (scheme_end == target.npos || (scheme != "http" && scheme != "https"))
    return HttpFault{400, "a target of no known form"};
  const auto authority = scheme_end + 3;
  const auto end = std::min(target.find_first_of("/?", authority), target.size());
  const auto host = target.substr(authority, end - authority);
  if (host.empty() || !is_host(host)) return HttpFault{400, "a target without a host"};
  const std::string rest(target.substr(end));
  return rest.starts_with('/') ? rest : "/" + rest;
}

}  // namespace

Result<std::string, HttpFault> check_head(const HttpHead& head, const HttpHeaders& headers) {
  if (const auto framing = check_framing(head, headers); !framing) return framing.error();
  if (const auto host = check_host(head, headers); !host) return host.error();
  return origin_form(head);
}

std::vector<std::string> forwarded_for(const HttpHeaders& headers) {
  std::vector<std::string> out = list_of(headers, "x-forwarded-for");
  for (std::string& each : out) {
    if (each.starts_with('[')) {
      each = each.substr(1, std::min(each.find(']'), each.size()) - 1);
    } else if (std::count(each.begin(), each.end(), ':') == 1) {
      each = each.substr(0, each.find(':'));
    }
  }
  return out;
}

}  // namespace base

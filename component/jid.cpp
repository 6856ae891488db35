#include "component/jid.hpp"

#include <algorithm>
#include <array>

#include "base/stringprep.hpp"
#include "base/utf8.hpp"

namespace component {
namespace {

using base::PrepProfile;
using Part = base::Result<std::string, JidErrc>;

bool is_domain_byte(unsigned char c) noexcept {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  return letter || c == '-' || c == '.' || c == '_' || c >= 0x80;
}

bool is_ipv6_literal(std::string_view text) noexcept {
  if (text.size() < 4 || text.front() != '[' || text.back() != ']') return false;
  const auto inside = text.substr(1, text.size() - 2);
  return inside.find_first_not_of("0123456789abcdef:.") == std::string_view::npos;
}

bool is_host_name(std::string_view text) noexcept {
  const bool empty_label = text.front() == '.' || text.back() == '.' || text.find("..") != std::string_view::npos;
  return !empty_label && std::all_of(text.begin(), text.end(), is_domain_byte);
}

// Bytes that the three profiles leave alone.
using Bytes = std::array<bool, 256>;
constexpr Bytes without(Bytes bytes, std::string_view forbidden) {
  for (const char c : forbidden) bytes[static_cast<unsigned char>(c)] = false;
  return bytes;
}
constexpr Bytes make_printable() {
  Bytes bytes{};
  for (unsigned char c = 0x20; c < 0x7F; ++c) bytes[c] = true;
  return bytes;
}
constexpr std::string_view upper_case = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr Bytes resource_bytes = make_printable();
constexpr Bytes domain_bytes = without(resource_bytes, upper_case);
constexpr Bytes local_bytes = without(domain_bytes, "\"&'/:<>@ ");

// Nearly every address comes as it has to be.
bool is_plain(std::string_view part, const Bytes& allowed) noexcept {
  return part.size() <= base::longest_jid_part &&
         std::all_of(part.begin(), part.end(), [&](char c) { return allowed[static_cast<unsigned char>(c)]; });
}

Part prepare_domain(std::string_view text) {
  auto prepared = base::stringprep(PrepProfile::name, text);
  if (!prepared) return JidErrc::bad_domain;
  if (prepared->ends_with('.')) prepared->pop_back();  // RFC 7622 section 3.2
  if (prepared->empty() || (!is_ipv6_literal(*prepared) && !is_host_name(*prepared))) return JidErrc::bad_domain;
  return std::move(*prepared);
}

Part prepare_resource(std::string_view text) {
  auto prepared = base::stringprep(PrepProfile::resource, text);
  if (!prepared || prepared->empty()) return JidErrc::bad_resource;
  return std::move(*prepared);
}

// Keeps the code points that resourceprep takes one by one.
std::string repair_resource(std::string_view text) {
  std::string kept;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    if (!base::next_code_point(text, at)) continue;
    const auto prepared = base::stringprep(PrepProfile::resource, text.substr(begin, at - begin));
    if (prepared) kept += *prepared;
  }
  kept = base::utf8_prefix(kept, base::longest_jid_part);
  // Side by side code points can compose, and can be refused as a whole (mixed writing directions); then only the
  // ASCII part stays.
  if (auto whole = base::stringprep(PrepProfile::resource, kept)) return std::move(*whole);
  std::erase_if(kept, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
  return kept;
}

}  // namespace

base::Result<std::string, JidErrc> prepare_local(std::string_view text) {
  auto prepared = base::stringprep(PrepProfile::node, text);
  if (!prepared || prepared->empty()) return JidErrc::bad_local;
  return std::move(*prepared);
}

base::Result<Jid, JidErrc> Jid::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::string_view bare = text.substr(0, slash);
  const std::string_view resource = slash == std::string_view::npos ? std::string_view{} : text.substr(slash + 1);
  if (slash != std::string_view::npos && resource.empty()) return JidErrc::bad_resource;
  const std::size_t at = bare.find('@');
  if (at == 0) return JidErrc::bad_local;
  if (at == std::string_view::npos) return make({}, bare, resource);
  return make(bare.substr(0, at), bare.substr(at + 1), resource);
}

base::Result<Jid, JidErrc> Jid::make(std::string_view local, std::string_view domain, std::string_view resource) {
  const bool is_prepared = is_plain(local, local_bytes) && is_plain(domain, domain_bytes) &&
                           is_plain(resource, resource_bytes) && !domain.empty() && is_host_name(domain);
  if (is_prepared) return Jid(local, domain, resource);
  Part prepared_local = local.empty() ? Part(std::string{}) : prepare_local(local);
  if (!prepared_local) return prepared_local.error();
  Part prepared_domain = prepare_domain(domain);
  if (!prepared_domain) return prepared_domain.error();
  Part prepared_resource = resource.empty() ? Part(std::string{}) : prepare_resource(resource);
  if (!prepared_resource) return prepared_resource.error();
  return Jid(*prepared_local, *prepared_domain, *prepared_resource);
}

Jid::Jid(std::string_view local, std::string_view domain, std::string_view resource)
    : local_end_(static_cast<std::uint16_t>(local.size())),
      bare_end_(static_cast<std::uint16_t>(domain_begin() + domain.size())) {
  text_.reserve(bare_end_ + 1 + resource.size());
  text_ += local;
  if (!local.empty()) text_ += '@';
  text_ += domain;
  if (resource.empty()) return;
  text_ += '/';
  text_ += resource;
}

Jid Jid::bare() const {
  Jid out = *this;
  out.text_.resize(bare_end_);
  return out;
}

Jid Jid::with_resource(std::string_view resource) const {
  if (is_plain(resource, resource_bytes)) return Jid(local(), domain(), resource);
  const auto prepared = base::stringprep(PrepProfile::resource, resource);
  return Jid(local(), domain(), prepared ? *prepared : repair_resource(resource));
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  constexpr std::string_view marks = "-._~";
  std::string out;
  for (const char c : text) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool is_plain = is_letter || (c >= '0' && c <= '9') || marks.find(c) != marks.npos;
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) out += c;
    if (!is_plain) out.append({'%', digits[byte >> 4], digits[byte & 15]});
  }
  return out;
}

std::string to_uri(const Jid& jid) {
  std::string out = "xmpp:";
  // The plus of telephone numbers may stand there as it is.
  const bool is_number = jid.local().starts_with('+');
  if (is_number) out += '+';
  if (!jid.local().empty()) out += percent_encode(jid.local().substr(is_number ? 1 : 0)) + '@';
  out += jid.domain();
  if (!jid.resource().empty()) out += '/' + percent_encode(jid.resource());
  return out;
}

}  // namespace component

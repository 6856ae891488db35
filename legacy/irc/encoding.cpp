#include "legacy/irc/encoding.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "legacy/irc/casemap.hpp"

namespace irc {
namespace {

constexpr std::string_view in_field = "encoding_in";
constexpr std::string_view out_field = "encoding_out";

// What Message::parse() reads by itself.
bool is_built_in(const std::string& name) {
  constexpr std::string_view known[] = {"windows-1252", "cp1252", "iso-8859-1", "iso8859-1", "latin1", "latin-1"};
  return std::find(std::begin(known), std::end(known), fold(name, CaseMapping::ascii)) != std::end(known);
}

// "#channel" from "encoding_in:#channel"; nullopt: another field.
std::optional<std::string> channel_of(std::string_view field, std::string_view name) {
  if (!field.starts_with(name) || field.size() <= name.size() + 1 || field[name.size()] != ':') return std::nullopt;
  return fold(field.substr(name.size() + 1), CaseMapping::rfc1459);
}

bool is_encoding(std::string_view field) {
  return field == in_field || field == out_field || channel_of(field, in_field) || channel_of(field, out_field);
}

// "@tags " at the start.
std::size_t tags_size(std::string_view line) {
  if (!line.starts_with('@')) return 0;
  return std::min(line.find(' '), line.size());
}

}  // namespace

Encodings::Encodings(const legacy::Account& account, const std::string& usual) {
  const std::string in = account.field(std::string(in_field));
  if (!in.empty()) in_ = base::Charset::find(in);
  if (!in_ && !is_built_in(usual)) in_ = base::Charset::find(usual);
  const std::string out = account.field(std::string(out_field));
  if (!out.empty()) out_ = base::Charset::find(out);
  for (const auto& [field, name] : account.fields) {
    const auto channel_in = channel_of(field, in_field);
    const auto channel_out = channel_of(field, out_field);
    if (!channel_in && !channel_out) continue;
    const auto charset = base::Charset::find(name);
    if (charset)
      (channel_in ? channel_in_ : channel_out_).insert_or_assign(channel_in ? *channel_in : *channel_out, *charset);
  }
}

bool Encodings::are_set(const legacy::Account& account) {
  return std::any_of(account.fields.begin(), account.fields.end(),
                     [](const auto& field) { return is_encoding(field.first) && !field.second.empty(); });
}

std::string Encodings::find_unknown(const legacy::Account& account) {
  for (const auto& [field, name] : account.fields)
    if (is_encoding(field) && !name.empty() && !base::Charset::find(name)) return name;
  return {};
}

// The charset of the first of its channels that has one.
const base::Charset* Encodings::find(std::string_view line, const Channels& channels,
                                     const std::optional<base::Charset>& otherwise) {
  std::string_view rest = channels.empty() ? std::string_view{} : line;
  for (bool is_first = true; !rest.empty(); is_first = false) {
    const auto end = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!is_first && word.starts_with(':')) break;
    const auto found = channels.find(fold(word, CaseMapping::rfc1459));
    if (found != channels.end()) return &found->second;
  }
  return otherwise ? &*otherwise : nullptr;
}

std::string Encodings::read(std::string_view line) const {
  const std::size_t tags = tags_size(line);
  const base::Charset* const charset = find(line.substr(tags), channel_in_, in_);
  if (charset == nullptr) return std::string(line);
  return std::string(line.substr(0, tags)) + charset->to_utf8(line.substr(tags));
}

std::string Encodings::write(std::string line) const {
  if (!writes() || base::is_ascii(line)) return line;
  const std::size_t tags = tags_size(line);
  const base::Charset* const charset = find(std::string_view(line).substr(tags), channel_out_, out_);
  if (charset == nullptr) return line;
  return line.substr(0, tags) + charset->from_utf8(std::string_view(line).substr(tags));
}

}  // namespace irc

#include "legacy/irc/casemap.hpp"

#include <algorithm>

#include "base/stringprep.hpp"
#include "base/utf8.hpp"

namespace irc {

CaseMapping case_mapping(std::string_view name) {
  if (name == "rfc1459") return CaseMapping::rfc1459;
  if (name == "rfc1459-strict" || name == "strict-rfc1459") return CaseMapping::strict;
  if (name == "rfc7613" || name == "rfc8265" || name == "precis") return CaseMapping::unicode;
  return CaseMapping::ascii;
}

namespace {

char fold(char c, CaseMapping mapping) {
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c + ('a' - 'A'));
  if (mapping == CaseMapping::ascii || mapping == CaseMapping::unicode) return c;
  if (c == '[' || c == ']' || c == '\\') return static_cast<char>(c + ('{' - '['));
  if (c == '~' && mapping == CaseMapping::rfc1459) return '^';
  return c;
}

}  // namespace

std::string fold(std::string_view text, CaseMapping mapping) {
  if (mapping == CaseMapping::unicode && !base::is_ascii(text)) return base::fold_case(text);
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [mapping](char c) { return fold(c, mapping); });
  return out;
}

bool same(std::string_view a, std::string_view b, CaseMapping mapping) {
  const bool may_be_longer = mapping == CaseMapping::unicode && !(base::is_ascii(a) && base::is_ascii(b));
  if (may_be_longer) return fold(a, mapping) == fold(b, mapping);
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [mapping](char x, char y) { return fold(x, mapping) == fold(y, mapping); });
}

}  // namespace irc

#include "base/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace base {

struct Charset::Converter {
  Converter(const char* to, const char* from) : handle(iconv_open(to, from)) {}
  ~Converter() {
    if (is_open()) iconv_close(handle);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  bool is_open() const { return handle != reinterpret_cast<iconv_t>(-1); }

  iconv_t handle;
};

namespace {

// Converts up to the end or the first sequence that can't be converted; returns how much of the input was taken.
std::size_t convert(iconv_t handle, std::string_view in, std::string& out) {
  std::array<char, 512> buffer{};
  char* from = const_cast<char*>(in.data());  // NOLINT: iconv's signature; it does not write there
  std::size_t left = in.size();
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t done = iconv(handle, &from, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (done == static_cast<std::size_t>(-1) && errno != E2BIG) break;
  }
  return in.size() - left;
}

struct Label {
  std::string_view label;
  const char* name;  // iconv's
};
// Of the Encoding Standard's labels ("Names and labels"), without their dashes, those that iconv doesn't know; and what
// everybody means by Shift_JIS, as iconv's has no backslash and no tilde.
constexpr Label labels[] = {{"shiftjis", "CP932"},
                            {"sjis", "CP932"},
                            {"xsjis", "CP932"},
                            {"latin9", "ISO-8859-15"},
                            {"latin15", "ISO-8859-15"},
                            {"csisolatin9", "ISO-8859-15"},
                            {"l9", "ISO-8859-15"},
                            {"csiso88596e", "ISO-8859-6"},
                            {"csiso88596i", "ISO-8859-6"},
                            {"iso88596e", "ISO-8859-6"},
                            {"iso88596i", "ISO-8859-6"},
                            {"suneugreek", "ISO-8859-7"},
                            {"csiso88598e", "ISO-8859-8"},
                            {"csiso88598i", "ISO-8859-8"},
                            {"iso88598e", "ISO-8859-8"},
                            {"iso88598i", "ISO-8859-8"},
                            {"visual", "ISO-8859-8"},
                            {"logical", "ISO-8859-8"},
                            {"koi", "KOI8-R"},
                            {"koi8r", "KOI8-R"},
                            {"koi8u", "KOI8-U"},
                            {"koi8ru", "KOI8-U"},
                            {"xmacroman", "MACINTOSH"},
                            {"xeucjp", "EUC-JP"},
                            {"xxbig5", "BIG5"},
                            {"csbig5", "BIG5"},
                            {"csksc56011987", "CP949"},
                            {"isoir149", "CP949"},
                            {"korean", "CP949"},
                            {"ksc56011987", "CP949"},
                            {"ksc56011989", "CP949"},
                            {"ksc5601", "CP949"},
                            {"windows949", "CP949"},
                            {"chinese", "GBK"},
                            {"csiso58gb231280", "GBK"},
                            {"gb231280", "GBK"},
                            {"isoir58", "GBK"},
                            {"xgbk", "GBK"},
                            {"unicode11utf8", "UTF-8"},
                            {"unicode20utf8", "UTF-8"},
                            {"xunicode20utf8", "UTF-8"}};

// In small letters, without what people write between them: "ISO 8859-1" and "iso_8859-1" are one name.
std::string squashed(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (std::isalnum(static_cast<unsigned char>(c))) out += ascii_lower(c);
  return out;
}

// As iconv may know it: "windows1251" and "x-cp1251" are its CP1251.
std::vector<std::string> spellings_of(const std::string& name) {
  const std::string plain = squashed(name);
  for (const Label& each : labels)
    if (plain == each.label) return {each.name};
  std::vector<std::string> out{name, plain};
  for (const std::string_view code_page : {"windows", "win", "xcp", "dos"}) {
    const std::string_view number = std::string_view{plain}.substr(std::min(code_page.size(), plain.size()));
    const bool is_number = !number.empty() && number.find_first_not_of("0123456789") == number.npos;
    if (is_number && plain.starts_with(code_page)) out.push_back("cp" + std::string(number));
  }
  return out;
}

std::string all_ascii() {
  std::string out;
  for (char c = ' '; c < 0x7F; ++c) out += c;
  return out;
}

// One character of many scripts each.
constexpr std::string_view samples[] = {"\u0416", "\u03B1", "\u05D0", "\u0627", "\u3042",
                                        "\u6F22", "\uD55C", "\u20AC", "\u0E01"};

}  // namespace

std::optional<Charset> Charset::find(const std::string& name) {
  // iconv takes more behind a slash ("//IGNORE").
  if (name.empty() || name.size() > 40 || name.find('/') != std::string::npos) return std::nullopt;
  Charset found;
  for (const std::string& real : spellings_of(name)) {
    found.in_ = std::make_shared<Converter>("UTF-8", real.c_str());
    found.out_ = std::make_shared<Converter>((real + "//TRANSLIT").c_str(), "UTF-8");
    if (found.in_->is_open() && found.out_->is_open()) break;
  }
  if (!found.in_->is_open() || !found.out_->is_open()) return std::nullopt;
  const std::string ascii = all_ascii();
  if (found.to_utf8(ascii) != ascii || found.from_utf8(ascii) != ascii) return std::nullopt;
  for (const std::string_view sample : samples) {
    if (found.from_utf8(sample).size() > sample.size()) return std::nullopt;
  }
  return found;
}

std::string Charset::to_utf8(std::string_view bytes) const {
  std::string out;
  iconv(in_->handle, nullptr, nullptr, nullptr, nullptr);
  while (!bytes.empty()) {
    bytes.remove_prefix(convert(in_->handle, bytes, out));
    if (bytes.empty()) break;
    append_utf8(out, 0xFFFD);
    bytes.remove_prefix(1);
  }
  return out;
}

std::string Charset::from_utf8(std::string_view text) const {
  std::string out;
  iconv(out_->handle, nullptr, nullptr, nullptr, nullptr);
  while (!text.empty()) {
    text.remove_prefix(convert(out_->handle, text, out));
    if (text.empty()) break;
    out += '?';
    std::size_t at = 0;
    next_code_point(text, at);
    text.remove_prefix(std::max<std::size_t>(at, 1));
  }
  return out;
}

}  // namespace base

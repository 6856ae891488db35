#include "base/charset.hpp"

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>

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

// What everybody means by Shift_JIS (Encoding Standard, "Names and labels"); iconv's has no backslash and no tilde.
std::string usual_name(const std::string& name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) { return std::tolower(c); });
  return lower == "shift_jis" || lower == "shift-jis" || lower == "sjis" ? "CP932" : name;
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
  const std::string real = usual_name(name);
  found.in_ = std::make_shared<Converter>("UTF-8", real.c_str());
  found.out_ = std::make_shared<Converter>((real + "//TRANSLIT").c_str(), "UTF-8");
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

// The log: one line per entry to stderr with a journald priority ("<6>irc: ..."). No entry above debug level may carry
// what a user typed, and none at all a credential. Text that came from outside goes through quoted().
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

namespace base {

enum class Level { debug = 7, info = 6, notice = 5, warning = 4, error = 3 };

class Log {
 public:
  explicit Log(std::string_view domain) : domain_(domain) {}

  template <class... Args>
  void debug(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::debug, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void info(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::info, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void notice(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::notice, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void warning(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::warning, format, std::forward<Args>(args)...);
  }
  template <class... Args>
  void error(fmt::format_string<Args...> format, Args&&... args) const {
    write(Level::error, format, std::forward<Args>(args)...);
  }

  // Entries less important than this are dropped before they are formatted. Process-wide, like stderr itself.
  static void set_threshold(Level level) noexcept { threshold_ = level; }
  static bool is_enabled(Level level) noexcept { return level <= threshold_; }

 private:
  template <class... Args>
  void write(Level level, fmt::format_string<Args...> format, Args&&... args) const {
    if (is_enabled(level)) emit(level, fmt::format(format, std::forward<Args>(args)...));
  }
  void emit(Level level, std::string_view text) const noexcept;

  std::string domain_;
  inline static Level threshold_ = Level::info;
};

// Printable form of untrusted text: control bytes and quotes escaped, cut after 200 bytes.
std::string quoted(std::string_view text);

}  // namespace base

// Reading one table of the configuration: typed getters that note what is wrong and go on, so that one pass finds every
// problem. A key that no getter asked for is unknown. Internal to config/.
#pragma once

#include <toml++/toml.h>

#include <concepts>
#include <filesystem>
#include <initializer_list>
#include <optional>

#include "config/config.hpp"

namespace config {

// What all sections of one parse share.
struct Report {
  std::string file;
  Problems problems;
  std::vector<std::string> secret_files;  // Config::secret_files
  Problems samples;                       // Config::samples
  AddressRule is_address = nullptr;       // null: every text of the right shape is one
  DefaultRules defaults = {};
};

// The candidate closest to what was written; empty when nothing is close.
std::string nearest(std::string_view written, const std::vector<std::string>& candidates);
// `path` as seen from the folder of the configuration file.
std::string relative_to(const std::string& file, const std::string& path);
// Empty: the file can't be read.
std::optional<std::string> read_bytes(const std::string& path);

class Section {
 public:
  // `title` is how the section is written, "[[component]]". The table must outlive it; null stands for an empty one.
  Section(Report& report, const toml::table* table, std::string title);

  // Each leaves `into` as it is when the key is missing or wrong, and is true when the key gave a value.
  bool text(std::string_view key, std::string& into);
  bool flag(std::string_view key, bool& into);
  bool texts(std::string_view key, std::vector<std::string>& into);
  bool file(std::string_view key, std::string& into);
  bool number(std::string_view key, std::int64_t& into, std::int64_t least, std::int64_t most);
  template <std::integral Number>
  void number(std::string_view key, Number& into, std::int64_t least, std::int64_t most) {
    std::int64_t wide = 0;
    if (number(key, wide, least, most)) into = static_cast<Number>(wide);
  }
  template <class Rep, class Period>
  void number(std::string_view key, std::chrono::duration<Rep, Period>& into, std::int64_t least, std::int64_t most) {
    std::int64_t wide = 0;
    if (number(key, wide, least, most)) into = std::chrono::duration<Rep, Period>{wide};
  }
  template <class Value>
  void choice(std::string_view key, Value& into, std::initializer_list<std::pair<std::string_view, Value>> choices) {
    std::string written;
    if (!text(key, written)) return;
    std::vector<std::string> names;
    for (const auto& [name, value] : choices) {
      if (name == written) {
        into = value;
        return;
      }
      names.emplace_back(name);
    }
    wrong_choice(key, written, names);
  }
  bool numbers(std::string_view key, std::vector<int>& into, int least, int most);
  void require(std::string_view key, std::string& into, std::string_view instead);
  // The bytes of a credential that systemd passed to the service, by its name.
  bool credential(std::string_view key, Secret& into);
  // One of key, key_file and key_credential; of the latter two the first line.
  void secret(const std::string& key, Secret& into, bool is_required);
  // The tables of [[key]].
  std::vector<const toml::table*> tables(std::string_view key);
  // The table of [key]; null when there is none.
  const toml::table* table(std::string_view key);
  // The section [key] of this one, an empty one when there is none. It has a finish() of its own.
  Section within(std::string_view key);

  bool has(std::string_view key) const;
  // Everything in it, whatever its keys: texts, numbers, truths and lists of texts.
  std::vector<Default> entries();
  // Notes a problem at the key's value, or at the section when the key is missing.
  void wrong(std::string_view key, std::string what, std::string instead);
  // Notes the keys that nobody asked for.
  void finish();
  // Only those who run wherry are to read that file.
  void note_secret_file(const std::string& path) { report_.secret_files.push_back(path); }
  const std::string& title() const noexcept { return title_; }
  const std::string& config_file() const noexcept { return report_.file; }

 private:
  const toml::node* find(std::string_view key);
  void wrong_type(std::string_view key, const toml::node& node, std::string_view expected);
  void wrong_choice(std::string_view key, const std::string& written, const std::vector<std::string>& names);
  void note(const toml::source_region& where, std::string what, std::string instead);
  void note_inline_secret(std::string_view key, std::string_view value);

  Report& report_;
  const toml::table* table_;
  std::string title_;
  std::vector<std::string> known_;
};

}  // namespace config

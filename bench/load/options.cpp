#include "bench/load/options.hpp"

#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string_view>

#include "bench/load/scan.hpp"

namespace load {
namespace {

struct Switch {
  std::string_view name;
  bool Options::*value;
};
constexpr Switch switches[] = {
    {"--archive", &Options::archive},     {"--tls", &Options::tls},   {"--ordinary", &Options::ordinary},
    {"--callgrind", &Options::callgrind}, {"--keep", &Options::keep},
};

struct Number {
  std::string_view name;
  std::uint64_t Options::*value;
};
constexpr Number numbers[] = {
    {"--messages", &Options::messages}, {"--users", &Options::users},     {"--window", &Options::window},
    {"--rate", &Options::rate},         {"--seconds", &Options::seconds}, {"--patience", &Options::patience},
    {"--pace", &Options::pace},
};

struct Text {
  std::string_view name;
  std::string Options::*value;
};
constexpr Text texts[] = {
    {"--scenario", &Options::scenario},
    {"--program", &Options::program},
    {"--dir", &Options::directory},
};

template <class Table>
auto find(const Table& table, std::string_view name) -> decltype(&table[0]) {
  for (const auto& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

bool set_kind(Options& options, std::string_view value) {
  options.kind = value == "biboumi" ? Kind::biboumi : Kind::wherry;
  return value == "biboumi" || value == "wherry";
}

bool set_value(Options& options, std::string_view name, std::string_view value) {
  if (name == "--gateway") return set_kind(options, value);
  if (const auto* text = find(texts, name)) {
    options.*(text->value) = value;
    return true;
  }
  const auto* row = find(numbers, name);
  const std::int64_t given = load::number(value);
  if (row == nullptr || given < 0) return false;
  options.*(row->value) = static_cast<std::uint64_t>(given);
  return true;
}

std::string default_program(Kind kind) {
  if (kind == Kind::biboumi) return "/usr/bin/biboumi";
  const char* const named = std::getenv("WHERRY");
  return named != nullptr ? named : "build/release/wherry";
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (const auto* given = find(switches, name)) {
      options.*(given->value) = true;
    } else if (i + 1 >= argc || !set_value(options, name, argv[++i])) {
      throw std::invalid_argument("what does " + std::string(name) + " mean?");
    }
  }
  if (options.scenario.empty()) throw std::invalid_argument("which scenario?");
  if (options.program.empty()) options.program = default_program(options.kind);
  if (options.directory.empty()) options.directory = std::filesystem::temp_directory_path();
  return options;
}

std::string usage() {
  return "use: load --scenario NAME [--gateway wherry|biboumi] [--program FILE] [--dir DIRECTORY] [--messages N]\n"
         "            [--users N] [--window N] [--rate PER_SECOND] [--seconds N] [--patience SECONDS] [--archive] "
         "[--tls] [--ordinary]\n"
         "            [--callgrind] [--keep]\n";
}

}  // namespace load

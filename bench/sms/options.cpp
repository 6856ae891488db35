#include "bench/sms/options.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <stdexcept>

namespace sms_bench {
namespace {

struct Number {
  std::string_view name;
  std::uint64_t Options::*field;
};
constexpr Number numbers[] = {{"--messages", &Options::messages},       {"--users", &Options::users},
                              {"--connections", &Options::connections}, {"--window", &Options::window},
                              {"--phones", &Options::phones},           {"--concurrency", &Options::concurrency},
                              {"--strangers", &Options::strangers}};

struct Path {
  std::string_view name;
  std::string Options::*field;
};
constexpr Path paths[] = {{"--wherry", &Options::program}, {"--directory", &Options::directory}};

std::uint64_t number(std::string_view name, std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  if (!is_whole || value == 0) throw std::invalid_argument(std::string(name) + " needs a number above 0");
  return value;
}

void set(Options& options, std::string_view name, std::string_view value) {
  for (const auto& each : numbers) {
    if (each.name == name) options.*each.field = number(name, value);
  }
  for (const auto& each : paths) {
    if (each.name == name) options.*each.field = value;
  }
}

bool is_known(std::string_view name) {
  const auto matches = [name](const auto& each) { return each.name == name; };
  return std::any_of(std::begin(numbers), std::end(numbers), matches) ||
         std::any_of(std::begin(paths), std::end(paths), matches);
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  const std::span<char*> words(argv, static_cast<std::size_t>(argc));
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == "--keep") {
      options.keep = true;
    } else if (is_known(word)) {
      if (++i == words.size()) throw std::invalid_argument(std::string(word) + " needs a value");
      set(options, word, words[i]);
    } else if (word.starts_with('-') || !options.scenario.empty()) {
      throw std::invalid_argument("what is " + std::string(word) + "?");
    } else {
      options.scenario = word;
    }
  }
  if (options.scenario.empty()) throw std::invalid_argument("no scenario");
  return options;
}

std::string usage() {
  return "use: sms webhooks|sends [--wherry PROGRAM] [--directory DIR] [--messages N] [--users N] [--keep]\n"
         "  webhooks: [--connections N]   sends: [--window N] [--phones N] [--concurrency N]\n";
}

}  // namespace sms_bench

// Random sessions against a model; wrong ones are made short and printed with the seed that makes them again.
//   model                     the scripts that every test run plays
//   model SEED                only that one
//   model --for SECONDS       others, as long as that
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "tests/model/play.hpp"

namespace model {
namespace {

using Script = std::vector<std::uint32_t>;

Script script_of(std::uint32_t seed) {
  std::mt19937 random(seed);
  Script script(30 + random() % 200);
  for (std::uint32_t& step : script) step = static_cast<std::uint32_t>(random());
  return script;
}

std::string play(Ground& ground, const Script& script) {
  Play one(ground);
  return one.run(script);
}

// Leaves out halves, quarters and so on, as long as something is still wrong.
Script shorten(Ground& ground, Script script) {
  for (std::size_t size = script.size() / 2; size > 0; size /= 2) {
    for (std::size_t at = 0; at < script.size();) {
      Script shorter = script;
      const auto first = shorter.begin() + static_cast<std::ptrdiff_t>(at);
      shorter.erase(first, first + static_cast<std::ptrdiff_t>(std::min(size, shorter.size() - at)));
      if (play(ground, shorter).empty()) {
        at += size;
      } else {
        script = std::move(shorter);
      }
    }
  }
  return script;
}

bool is_well(Ground& ground, std::uint32_t seed) {
  const Script script = script_of(seed);
  const std::string wrong = play(ground, script);
  if (wrong.empty()) return true;
  const Script shorter = shorten(ground, script);
  Play again(ground);
  const std::string still = again.run(shorter);
  for (const std::string& line : again.log()) fmt::print("{}\n", line);
  fmt::print("seed {}: {}\n  {} steps of {}: {}\n", seed, wrong, shorter.size(), script.size(), still);
  return false;
}

int run(int argc, char** argv) {
  std::string directory = (std::filesystem::temp_directory_path() / "wherry-model-XXXXXX").string();
  if (!mkdtemp(directory.data())) return 2;
  int failed = 0;
  {
    Ground ground;
    auto store = mapping::Store::open(ground.loop.executor(), directory + "/wherry.db", std::string(32, 'k'));
    if (!store) return 2;
    ground.store = std::move(*store);
    const bool timed = argc == 3 && std::string(argv[1]) == "--for";
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(timed ? std::atoi(argv[2]) : 0);
    const auto first = static_cast<std::uint32_t>(argc == 2 ? std::atoi(argv[1]) : timed ? 1000 : 1);
    constexpr std::uint32_t usual = 500;
    std::uint32_t seed = first;
    for (; argc == 2 ? seed == first : timed ? std::chrono::steady_clock::now() < until : seed <= usual; ++seed) {
      if (!is_well(ground, seed) && ++failed == 3) break;
    }
    fmt::print("{} scripts, {} wrong\n", seed - first, failed);
  }
  std::filesystem::remove_all(directory);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace model

int main(int argc, char** argv) {
  return model::run(argc, argv);
}

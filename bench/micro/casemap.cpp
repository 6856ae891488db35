// Case folding and the map that is built on it.
#include "legacy/irc/casemap.hpp"

#include <benchmark/benchmark.h>

namespace {

using irc::CaseMapping;

void fold(benchmark::State& state, CaseMapping mapping, std::string_view name) {
  for (auto _ : state) benchmark::DoNotOptimize(irc::fold(name, mapping));
}
BENCHMARK_CAPTURE(fold, rfc1459_nick, CaseMapping::rfc1459, "Juliet[away]");
BENCHMARK_CAPTURE(fold, ascii_nick, CaseMapping::ascii, "Juliet[away]");
BENCHMARK_CAPTURE(fold, rfc1459_channel, CaseMapping::rfc1459, "#The-Balcony-of-Verona");

void same(benchmark::State& state, CaseMapping mapping) {
  for (auto _ : state) benchmark::DoNotOptimize(irc::same("Juliet[away]", "juliet{AWAY}", mapping));
}
BENCHMARK_CAPTURE(same, rfc1459, CaseMapping::rfc1459);
BENCHMARK_CAPTURE(same, ascii, CaseMapping::ascii);

// Must not grow faster than a map does.
void case_map_find(benchmark::State& state) {
  irc::CaseMap<int> map(CaseMapping::rfc1459);
  for (int i = 0; i < state.range(0); ++i) map.insert("Somebody" + std::to_string(i), i);
  const std::string name = "SOMEBODY" + std::to_string(state.range(0) / 2);
  for (auto _ : state) benchmark::DoNotOptimize(map.find(name));
}
BENCHMARK(case_map_find)->Arg(10)->Arg(1000)->Arg(10000);

void case_map_insert(benchmark::State& state) {
  for (auto _ : state) {
    irc::CaseMap<int> map(CaseMapping::rfc1459);
    for (int i = 0; i < state.range(0); ++i) map.insert("Somebody" + std::to_string(i), i);
    benchmark::DoNotOptimize(map.size());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(case_map_insert)->Arg(1000)->Arg(10000);

}  // namespace

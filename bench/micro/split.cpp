// Long texts to lines of IRC.
#include "legacy/irc/split.hpp"

#include <benchmark/benchmark.h>

#include "bench/micro/samples.hpp"

namespace {

std::string repeat(std::string_view text, std::int64_t bytes) {
  std::string out;
  while (out.size() < static_cast<std::size_t>(bytes)) out.append(text).append(1, ' ');
  return out;
}

void split_text(benchmark::State& state, std::string_view words) {
  const std::string text = repeat(words, state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(irc::split_text(text, 400));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(split_text, latin, samples::short_text)->Arg(40)->Arg(2000)->Arg(20000);
BENCHMARK_CAPTURE(split_text, accented, samples::accented_text)->Arg(2000);
BENCHMARK_CAPTURE(split_text, emoji, "👩‍👩‍👧‍👦🇩🇪👍🏽")->Arg(2000);

void split_lines(benchmark::State& state, std::string_view line, std::string_view separator) {
  std::string text;
  for (int i = 0; i < state.range(0); ++i) text.append(line).append(separator);
  for (auto _ : state) benchmark::DoNotOptimize(irc::split_lines(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(split_lines, lf, samples::short_text, "\n")->Arg(1)->Arg(50);
BENCHMARK_CAPTURE(split_lines, line_separator, samples::accented_text, "\xE2\x80\xA8")->Arg(50);

void cut_text(benchmark::State& state) {
  const std::string text = repeat(samples::accented_text, 2000);
  for (auto _ : state) benchmark::DoNotOptimize(irc::cut_text(text, 390));
}
BENCHMARK(cut_text);

}  // namespace

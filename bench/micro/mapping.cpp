// What mapping does with the content of a message.
#include <benchmark/benchmark.h>

#include "bench/micro/samples.hpp"
#include "component/xml_parser.hpp"
#include "mapping/text.hpp"

namespace {

component::Stanza stanza(std::string_view text) {
  return *component::Stanza::parse(*component::xml::parse_element(text));
}

void text_of(benchmark::State& state, std::string_view text) {
  const component::Stanza message = stanza(text);
  for (auto _ : state) benchmark::DoNotOptimize(mapping::text_of(message));
}
BENCHMARK_CAPTURE(text_of, groupchat, samples::groupchat);
BENCHMARK_CAPTURE(text_of, chat, samples::chat);

void wants_receipt(benchmark::State& state, std::string_view text) {
  const component::Stanza message = stanza(text);
  for (auto _ : state) benchmark::DoNotOptimize(mapping::wants_receipt(message));
}
BENCHMARK_CAPTURE(wants_receipt, groupchat, samples::groupchat);
BENCHMARK_CAPTURE(wants_receipt, chat, samples::chat);

}  // namespace

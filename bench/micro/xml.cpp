// The DOM: text to elements as the component stream does it, elements to text, escaping.
#include <benchmark/benchmark.h>

#include "bench/micro/samples.hpp"
#include "component/stream.hpp"
#include "component/xml.hpp"
#include "component/xml_parser.hpp"

namespace {

using component::xml::Element;

// A stream that has shaken hands; one parser for all its stanzas, as at run time.
component::Stream ready_stream() {
  component::Stream stream("irc.example.org", "secret");
  stream.feed(
      "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' id='1' "
      "from='irc.example.org'><handshake/>");
  return stream;
}

void stream_feed(benchmark::State& state, std::string_view stanza) {
  component::Stream stream = ready_stream();
  if (!stream.is_ready()) state.SkipWithError("no handshake");
  for (auto _ : state) benchmark::DoNotOptimize(stream.feed(stanza));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(stanza.size()));
}
BENCHMARK_CAPTURE(stream_feed, groupchat, samples::groupchat);
BENCHMARK_CAPTURE(stream_feed, chat, samples::chat);
BENCHMARK_CAPTURE(stream_feed, presence, samples::presence);
BENCHMARK_CAPTURE(stream_feed, iq, samples::iq);

// As many stanzas in one read as range(0) says; time per stanza in the counter.
void stream_feed_batch(benchmark::State& state) {
  component::Stream stream = ready_stream();
  std::string batch;
  for (std::int64_t i = 0; i < state.range(0); ++i) batch += samples::groupchat;
  for (auto _ : state) benchmark::DoNotOptimize(stream.feed(batch));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(stream_feed_batch)->Arg(1)->Arg(16)->Arg(256);

void element_write(benchmark::State& state, std::string_view text) {
  const Element element = *component::xml::parse_element(text);
  std::string out;
  for (auto _ : state) {
    out.clear();
    element.write(out, "jabber:component:accept");
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(out.size()));
}
BENCHMARK_CAPTURE(element_write, groupchat, samples::groupchat);
BENCHMARK_CAPTURE(element_write, chat, samples::chat);
BENCHMARK_CAPTURE(element_write, presence, samples::presence);

void element_copy(benchmark::State& state) {
  const Element element = *component::xml::parse_element(samples::groupchat);
  for (auto _ : state) {
    Element copy = element;
    benchmark::DoNotOptimize(copy);
  }
}
BENCHMARK(element_copy);

void xml_escape(benchmark::State& state, std::string_view text) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    component::xml::escape(out, text);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(xml_escape, plain, samples::short_text);
BENCHMARK_CAPTURE(xml_escape, marked, samples::marked_text);
BENCHMARK_CAPTURE(xml_escape, accented, samples::accented_text);

}  // namespace

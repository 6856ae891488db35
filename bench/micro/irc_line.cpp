// IRC lines: parsing, decoding, formatting codes, writing.
#include <benchmark/benchmark.h>

#include "bench/micro/samples.hpp"
#include "legacy/irc/ctcp.hpp"
#include "legacy/irc/format.hpp"
#include "legacy/irc/isupport.hpp"
#include "legacy/irc/message.hpp"

namespace {

void irc_parse(benchmark::State& state, std::string_view line) {
  if (!irc::Message::parse(line)) state.SkipWithError("not a line");
  for (auto _ : state) benchmark::DoNotOptimize(irc::Message::parse(line));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(line.size()));
}
BENCHMARK_CAPTURE(irc_parse, privmsg, samples::privmsg);
BENCHMARK_CAPTURE(irc_parse, tagged_privmsg, samples::tagged_privmsg);
BENCHMARK_CAPTURE(irc_parse, latin1_privmsg, samples::latin1_privmsg);
BENCHMARK_CAPTURE(irc_parse, join, samples::join);
BENCHMARK_CAPTURE(irc_parse, quit, samples::quit);
BENCHMARK_CAPTURE(irc_parse, who, samples::who);
BENCHMARK_CAPTURE(irc_parse, isupport, samples::isupport);

// A 353 line as long as a line may be; the counter is names per second.
void irc_parse_names(benchmark::State& state) {
  std::string line = ":irc.example.net 353 romeo = #balcony :";
  std::int64_t names = 0;
  while (line.size() < 480) line += "@somebody" + std::to_string(names++) + ' ';
  for (auto _ : state) {
    const auto message = irc::Message::parse(line);
    benchmark::DoNotOptimize(irc::words(message->last()));
  }
  state.SetItemsProcessed(state.iterations() * names);
}
BENCHMARK(irc_parse_names);

void irc_plain(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(irc::plain(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK_CAPTURE(irc_plain, plain, samples::short_text);
BENCHMARK_CAPTURE(irc_plain, formatted, samples::formatted_text);
BENCHMARK_CAPTURE(irc_plain, accented, samples::accented_text);

void irc_ctcp(benchmark::State& state, std::string_view text) {
  for (auto _ : state) benchmark::DoNotOptimize(irc::parse_ctcp(text));
}
BENCHMARK_CAPTURE(irc_ctcp, none, samples::short_text);
BENCHMARK_CAPTURE(irc_ctcp, action,
                  "\x01"
                  "ACTION waves at everybody\x01");

void irc_text_line(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(irc::text_line("PRIVMSG", {"#balcony"}, samples::short_text));
}
BENCHMARK(irc_text_line);

// Asked for every text that comes in.
void isupport_is_channel(benchmark::State& state) {
  irc::Isupport isupport;
  isupport.apply({"CHANTYPES=#", "PREFIX=(ov)@+", "STATUSMSG=@+", "CASEMAPPING=rfc1459", "NICKLEN=16"});
  for (auto _ : state) benchmark::DoNotOptimize(isupport.is_channel(isupport.without_status("#balcony")));
}
BENCHMARK(isupport_is_channel);

}  // namespace

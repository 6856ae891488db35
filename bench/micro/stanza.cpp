// Stanzas: the checks on what came in, and the building of what goes out.
#include "component/stanza.hpp"

#include <benchmark/benchmark.h>

#include "bench/micro/samples.hpp"
#include "component/xml_parser.hpp"

namespace {

using component::Jid;
using component::xml::Element;

// Includes the copy that it consumes; element_copy in xml.cpp is that part alone.
void stanza_parse(benchmark::State& state, std::string_view text) {
  const Element element = *component::xml::parse_element(text);
  for (auto _ : state) benchmark::DoNotOptimize(component::Stanza::parse(element));
}
BENCHMARK_CAPTURE(stanza_parse, groupchat, samples::groupchat);
BENCHMARK_CAPTURE(stanza_parse, presence, samples::presence);
BENCHMARK_CAPTURE(stanza_parse, iq, samples::iq);

const Jid occupant = *Jid::parse("#balcony%irc.libera.chat@irc.example.org/juliet");
const Jid user = *Jid::parse("romeo@montague.example/orchard.7c1f");

void build_groupchat(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    Element message = component::make_message(occupant, user, "groupchat");
    message.add(Element("body").text(samples::short_text));
    message.write(out, component::ns_component);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(build_groupchat);

void build_presence(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    Element presence = component::make_presence(occupant, user);
    Element item("item");
    item.set("affiliation", "none").set("role", "participant").set("jid", "~jules@user/juliet");
    presence.add(Element("x", "http://jabber.org/protocol/muc#user").add(std::move(item)));
    presence.write(out, component::ns_component);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(build_presence);

void make_id(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(component::make_id());
}
BENCHMARK(make_id);

}  // namespace

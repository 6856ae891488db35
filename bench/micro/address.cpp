// Addresses: JIDs, XEP-0106 escaping, and which room or person an address names.
#include <benchmark/benchmark.h>

#include "component/jid.hpp"
#include "mapping/identity.hpp"

namespace {

using component::Jid;

void jid_parse(benchmark::State& state, std::string_view text) {
  if (!Jid::parse(text)) state.SkipWithError("not a JID");
  for (auto _ : state) benchmark::DoNotOptimize(Jid::parse(text));
}
BENCHMARK_CAPTURE(jid_parse, user, "romeo@montague.example/orchard.7c1f");
BENCHMARK_CAPTURE(jid_parse, room, "#balcony%irc.libera.chat@irc.example.org");
BENCHMARK_CAPTURE(jid_parse, occupant, "#balcony%irc.libera.chat@irc.example.org/juliet");
BENCHMARK_CAPTURE(jid_parse, accented, "jürgen@köln.example/Büro");

const Jid room = *Jid::parse("#balcony%irc.libera.chat@irc.example.org");

void jid_with_resource(benchmark::State& state, std::string_view nick) {
  for (auto _ : state) benchmark::DoNotOptimize(room.with_resource(nick));
}
BENCHMARK_CAPTURE(jid_with_resource, ascii, "juliet[away]");
BENCHMARK_CAPTURE(jid_with_resource, accented, "jürgen");

void jid_str(benchmark::State& state) {
  const Jid occupant = room.with_resource("juliet");
  for (auto _ : state) benchmark::DoNotOptimize(occupant.str());
}
BENCHMARK(jid_str);

void escape_local(benchmark::State& state, std::string_view name) {
  for (auto _ : state) benchmark::DoNotOptimize(mapping::escape_local(name));
}
BENCHMARK_CAPTURE(escape_local, plain, "#balcony");
BENCHMARK_CAPTURE(escape_local, escaped, "#/r/verona's \"balcony\" & more");

void unescape_local(benchmark::State& state, std::string_view local) {
  for (auto _ : state) benchmark::DoNotOptimize(mapping::unescape_local(local));
}
BENCHMARK_CAPTURE(unescape_local, plain, "#balcony");
BENCHMARK_CAPTURE(unescape_local, escaped, "#\\2fr\\2fverona\\27s");

// A network that takes every name, so that only the address scheme is measured.
class AnyNetwork final : public legacy::Network {
 public:
  explicit AnyNetwork(std::string name) : name_(std::move(name)) {}
  const std::string& name() const override { return name_; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override {
    const auto kind = id.starts_with('#') ? legacy::ChatKind::room : legacy::ChatKind::person;
    return legacy::Chat{kind, std::string(id)};
  }
  std::string check(const legacy::Account&) const override { return {}; }
  legacy::Features features() const override { return {}; }
  std::unique_ptr<legacy::Session> open(legacy::Account, legacy::Context) override { return nullptr; }

 private:
  std::string name_;
};

mapping::Identity make_identity() {
  mapping::Identity identity("irc.example.org", false);
  identity.add(std::make_unique<AnyNetwork>("irc.libera.chat"));
  identity.add(std::make_unique<AnyNetwork>("irc.oftc.net"));
  return identity;
}

void identity_resolve(benchmark::State& state, std::string_view address) {
  mapping::Identity identity = make_identity();
  const Jid to = *Jid::parse(address);
  if (!identity.resolve(to)) state.SkipWithError("unknown address");
  for (auto _ : state) benchmark::DoNotOptimize(identity.resolve(to));
}
BENCHMARK_CAPTURE(identity_resolve, room, "#balcony%irc.libera.chat@irc.example.org");
BENCHMARK_CAPTURE(identity_resolve, occupant, "#balcony%irc.libera.chat@irc.example.org/juliet");
BENCHMARK_CAPTURE(identity_resolve, contact, "juliet%irc.libera.chat@irc.example.org");

void identity_of(benchmark::State& state, legacy::ChatKind kind, const std::string& name) {
  mapping::Identity identity = make_identity();
  const legacy::Network& network = *identity.find("irc.libera.chat");
  const legacy::Chat chat{kind, name};
  for (auto _ : state) benchmark::DoNotOptimize(identity.of(network, chat));
}
BENCHMARK_CAPTURE(identity_of, room, legacy::ChatKind::room, "#balcony");
BENCHMARK_CAPTURE(identity_of, contact, legacy::ChatKind::person, "juliet");

}  // namespace

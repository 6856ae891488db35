// Addresses: a prepared JID stays as it is, escaping can be undone, and a name on a network has an address that leads
// back to it. First byte: which of them.
#include <algorithm>

#include "base/utf8.hpp"
#include "component/jid.hpp"
#include "component/xml_parser.hpp"
#include "fuzz.hpp"
#include "mapping/identity.hpp"

using component::Jid;
using fuzz::require;

namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

void check_same(const Jid& jid) {
  const auto again = Jid::parse(jid.str());
  require(again && *again == jid, "a JID is canonical", jid.str());
  require(base::is_utf8(jid.str()) && jid.str().size() <= 3 * 1023 + 2, "a JID is bounded UTF-8", jid.str());
}

void check_jid(fuzz::Input input) {
  const auto jid = Jid::parse(input.rest());
  if (!jid) return;
  check_same(*jid);
  check_same(jid->bare());
}

void check_resource(fuzz::Input input) {
  const auto bare = Jid::make("romeo", "example.org");
  check_same(bare->with_resource(input.rest()));
}

void check_escapes(fuzz::Input input) {
  const std::string escaped = mapping::escape_local(input.rest());
  require(mapping::unescape_local(escaped) == lower(input.rest()), "escaping can be undone", escaped);
  const bool is_free = escaped.find_first_of(" \"&'/:<>@") == escaped.npos;
  require(is_free, "nothing forbidden is left", escaped);
  const auto local = component::prepare_local(escaped);
  if (!local) return;
  check_same(*Jid::make(*local, "gw.example"));
}

// Takes every name.
class AnyNetwork final : public legacy::Network {
 public:
  const std::string& name() const override { return name_; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override {
    if (id.empty()) return legacy::Errc::bad_address;
    const auto kind = id.starts_with('#') ? legacy::ChatKind::room : legacy::ChatKind::person;
    return legacy::Chat{kind, std::string(id)};
  }
  std::string check(const legacy::Account&) const override { return {}; }
  legacy::Features features() const override { return {}; }
  std::unique_ptr<legacy::Session> open(legacy::Account, legacy::Context) override { return nullptr; }

 private:
  std::string name_ = "libera";
};

bool is_printable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7f; });
}

void check_identity(fuzz::Input input) {
  mapping::Identity identity("gw.example", input.byte() % 2 == 0);
  identity.add(std::make_unique<AnyNetwork>());
  const auto jid = Jid::parse(input.rest());
  if (jid) (void)identity.resolve(*jid);
  const auto& network = *identity.networks().begin()->second;
  const auto chat = network.parse(input.rest());
  if (!chat || !is_printable(chat->id)) return;
  const Jid address = identity.of(network, *chat);
  check_same(address);
  if (chat->id.size() > 300) return;  // what fits nowhere is cut
  const auto resolved = identity.resolve(address);
  require(resolved && lower(resolved->chat.id) == lower(chat->id), "an address leads back to its name", address.str());
}

void check_element(fuzz::Input input) {
  const auto element = component::xml::parse_element(input.rest(), "jabber:client");
  if (!element) return;
  const std::string text = element->to_string("jabber:client");
  const auto again = component::xml::parse_element(text, "jabber:client");
  require(again && again->to_string("jabber:client") == text, "writing keeps the element", text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr void (*checks[])(fuzz::Input) = {check_jid, check_resource, check_escapes, check_identity, check_element};
  fuzz::Input input(data, size);
  checks[input.byte() % std::size(checks)](input);
  return 0;
}

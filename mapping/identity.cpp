#include "mapping/identity.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"

namespace mapping {

namespace {

struct Escape {
  char plain;
  std::string_view escaped;
};
constexpr std::array escapes{Escape{' ', "\\20"}, Escape{'"', "\\22"}, Escape{'&', "\\26"}, Escape{'\'', "\\27"},
                             Escape{'/', "\\2f"}, Escape{':', "\\3a"}, Escape{'<', "\\3c"}, Escape{'>', "\\3e"},
                             Escape{'@', "\\40"}, Escape{'\\', "\\5c"}};

const Escape* escape_at(std::string_view text) {
  const auto found = std::find_if(escapes.begin(), escapes.end(),
                                  [&](const Escape& escape) { return text.substr(0, 3) == escape.escaped; });
  return found == escapes.end() ? nullptr : &*found;
}

const Escape* escape_of(char c) {
  const auto found =
      std::find_if(escapes.begin(), escapes.end(), [&](const Escape& escape) { return escape.plain == c; });
  return found == escapes.end() ? nullptr : &*found;
}

constexpr auto sweep_pause = std::chrono::seconds(10);  // when one has found little to forget

// RFC 1123 host names and IP literals: what a user may name as a server.
bool is_host_name(std::string_view name) {
  const bool letters = std::all_of(name.begin(), name.end(), [](unsigned char c) {
    return std::isalnum(c) || c == '-' || c == '.' || c == ':' || c == '_';
  });
  return !name.empty() && name.size() <= 253 && letters && name.find_first_of(".:") != name.npos &&
         name.front() != '.' && name.front() != '-';
}

}  // namespace

std::string lower(std::string_view text) {
  return base::ascii_lower(text);
}

std::string escape_local(std::string_view name) {
  const std::string text = lower(name);
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    const Escape* const escape = escape_of(text[at]);
    const bool ambiguous = text[at] == '\\' && escape_at(std::string_view{text}.substr(at)) != nullptr;
    if (escape && (text[at] != '\\' || ambiguous)) {
      out += escape->escaped;
    } else {
      out += text[at];
    }
  }
  return out;
}

std::string unescape_local(std::string_view local) {
  std::string out;
  out.reserve(local.size());
  while (!local.empty()) {
    const Escape* const escape = local.front() == '\\' ? escape_at(local) : nullptr;
    out += escape ? escape->plain : local.front();
    local.remove_prefix(escape ? 3 : 1);
  }
  return out;
}

void Identity::add(std::unique_ptr<legacy::Network> network) {
  std::string name = network->name();
  networks_.insert_or_assign(std::move(name), std::move(network));
}

legacy::Network* Identity::find(const std::string& name) {
  if (const auto found = networks_.find(name); found != networks_.end()) return found->second.get();
  if (const auto found = made_.find(name); found != made_.end()) return found->second.get();
  if (!factory_ || !is_host_name(name)) return nullptr;
  if (made_.size() >= most_made && base::Clock::now() >= next_sweep_) forget_unused();
  if (made_.size() >= most_made) return nullptr;
  auto made = factory_(name);
  if (!made) return nullptr;
  return made_.emplace(name, std::move(made)).first->second.get();
}

// All at once: whoever invents names pays for a sweep once in as many of them.
void Identity::forget_unused() {
  if (!in_use_) return;
  const std::set<const legacy::Network*> used = in_use_();
  std::erase_if(made_, [&](const auto& entry) { return !used.contains(entry.second.get()); });
  if (made_.size() > most_made / 2) next_sweep_ = base::Clock::now() + sweep_pause;
}

base::Result<Address, legacy::Errc> Identity::resolve(const component::Jid& to) {
  if (single_) return resolve_single(to);
  return to.local().empty() ? Address{} : resolve_named(to);
}

base::Result<Address, legacy::Errc> Identity::resolve_single(const component::Jid& to) {
  if (networks_.empty() && !to.local().empty()) return legacy::Errc::unknown_network;
  if (networks_.empty()) return Address{};
  legacy::Network& network = *networks_.begin()->second;
  const bool is_always_on = network.features().always_on;
  if (!to.local().empty()) {
    const std::string name = unescape_local(to.local());
    // Numbers have many spellings, which mapping/gateway_numbers.cpp leads to the right one.
    if (!is_always_on && escape_local(name) != to.local()) return legacy::Errc::bad_address;
    return in_network(network, name, std::string(to.resource()));
  }
  Address address;
  if (is_always_on) return address;
  // "gw/Nick" holds what a localpart can't.
  if (!to.resource().empty()) return in_network(network, std::string(to.resource()), {});
  address.network = &network;
  address.chat.kind = legacy::ChatKind::network;
  return address;
}

bool Identity::is_on(const legacy::Network& network, std::string_view local) const {
  if (single_) return !local.empty();
  return local.ends_with('%' + std::string(of(network).local()));
}

std::string Identity::name_in(const legacy::Network& network, std::string_view local) const {
  if (!is_on(network, local)) return {};
  return unescape_local(single_ ? local : local.substr(0, local.size() - of(network).local().size() - 1));
}

base::Result<Address, legacy::Errc> Identity::resolve_named(const component::Jid& to) {
  const std::string_view local = to.local();
  const auto percent = local.rfind('%');
  const bool whole = percent == local.npos;
  const std::string name = whole ? std::string{} : unescape_local(local.substr(0, percent));
  legacy::Network* const network = find(unescape_local(whole ? local : local.substr(percent + 1)));
  if (!network) return legacy::Errc::unknown_network;
  // Two spellings of one name would be two rooms of one channel.
  if (!name.empty() && escape_local(name) != local.substr(0, percent)) return legacy::Errc::bad_address;
  if (!name.empty()) return in_network(*network, name, std::string(to.resource()));
  // "network@gw/Nick" and "%network@gw/Nick" hold what a localpart can't (biboumi's convention).
  if (!to.resource().empty()) return in_network(*network, std::string(to.resource()), {});
  Address address;
  address.kind = Address::Kind::network;
  address.network = network;
  address.chat.kind = legacy::ChatKind::network;
  return address;
}

base::Result<Address, legacy::Errc> Identity::in_network(legacy::Network& network, const std::string& name,
                                                         const std::string& resource) const {
  auto chat = network.parse(name);
  if (!chat) return chat.error();
  Address address;
  address.network = &network;
  address.chat = *chat;
  address.kind = Address::Kind::contact;
  if (address.chat.kind == legacy::ChatKind::room) {
    address.kind = resource.empty() ? Address::Kind::room : Address::Kind::occupant;
    address.nick = resource;
  }
  return address;
}

component::Jid Identity::gateway() const {
  return *component::Jid::make({}, domain_);
}

component::Jid Identity::of(const legacy::Network& network) const {
  return of_network(network.name());
}

component::Jid Identity::of_network(const std::string& name) const {
  if (single_) return gateway();
  return *component::Jid::make(escape_local(name), domain_);
}

component::Jid Identity::of(const legacy::Network& network, const legacy::Chat& chat) const {
  return of(network.name(), chat);
}

component::Jid Identity::of(const std::string& network, const legacy::Chat& chat) const {
  if (chat.kind == legacy::ChatKind::network) return of_network(network);
  std::string local = escape_local(chat.id);
  if (!single_) local += '%' + escape_local(network);
  if (auto jid = component::Jid::make(local, domain_)) return *jid;
  return of_network(network).with_resource(chat.id);
}

}  // namespace mapping

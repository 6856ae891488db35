// The one place that knows how names on a network and XMPP addresses belong together: XEP-0106 escaping, the `%` of
// `#chan%network@gateway`, and the single-network form `+15551234567@sms.example.org`.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "component/jid.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

// ASCII letters made small.
std::string lower(std::string_view text);
// XEP-0106 section 4, lower-cased first (ASCII), so that a literal "\2F" can't turn into an escape.
std::string escape_local(std::string_view name);
// Undoes exactly the ten sequences, once, from left to right.
std::string unescape_local(std::string_view local);

struct Address {
  enum class Kind { gateway, network, room, occupant, contact };
  Kind kind = Kind::gateway;
  legacy::Network* network = nullptr;  // for the gateway only where it stands for its one network, too
  legacy::Chat chat;                   // the room, or the contact; for an occupant the room
  std::string nick;                    // occupant: the resource as it came
};

class Identity {
 public:
  // Makes the network for a host name that users may join without the operator having named it; nullptr: refused.
  using Factory = std::function<std::unique_ptr<legacy::Network>(const std::string& name)>;

  // single: the component has exactly one network, which addresses don't name.
  Identity(std::string domain, bool single) : domain_(std::move(domain)), single_(single) {}

  void add(std::unique_ptr<legacy::Network> network);
  void set_factory(Factory factory) { factory_ = std::move(factory); }
  // Tells which networks are in use. Those of the factory that are not are forgotten when there are too many; an
  // Address of one is good until the next resolve() or find().
  using InUse = std::function<std::set<const legacy::Network*>()>;
  void set_in_use(InUse in_use) { in_use_ = std::move(in_use); }

  // Errors: unknown_network, or what Network::parse() says of the name.
  base::Result<Address, legacy::Errc> resolve(const component::Jid& to);

  component::Jid gateway() const;
  component::Jid of(const legacy::Network& network) const;
  // A room's bare JID, a person's bare JID; a name that no localpart can hold goes into the resource of the network's.
  component::Jid of(const legacy::Network& network, const legacy::Chat& chat) const;
  // The same of a network by its name, which may be gone.
  component::Jid of(const std::string& network, const legacy::Chat& chat) const;

  const std::string& domain() const noexcept { return domain_; }
  bool is_single() const noexcept { return single_; }
  // Whether a local part is an address on that network, as kept with somebody's settings; the network's own is none.
  bool is_on(const legacy::Network& network, std::string_view local) const;
  // The name, or whatever else stands there, in such a local part.
  std::string name_in(const legacy::Network& network, std::string_view local) const;
  // Those that the operator has configured.
  const std::map<std::string, std::unique_ptr<legacy::Network>>& networks() const noexcept { return networks_; }
  // The network of that name, made by the factory when need be.
  legacy::Network* find(const std::string& name);

 private:
  component::Jid of_network(const std::string& name) const;
  base::Result<Address, legacy::Errc> resolve_single(const component::Jid& to);
  base::Result<Address, legacy::Errc> resolve_named(const component::Jid& to);
  base::Result<Address, legacy::Errc> in_network(legacy::Network& network, const std::string& name,
                                                 const std::string& resource) const;

  void forget_unused();

  std::string domain_;
  bool single_;
  Factory factory_;
  InUse in_use_;
  static constexpr std::size_t most_made = 4096;  // each is small, but strangers name them
  std::map<std::string, std::unique_ptr<legacy::Network>> networks_;
  std::map<std::string, std::unique_ptr<legacy::Network>> made_;  // by the factory; not listed anywhere
  base::Clock::time_point next_sweep_{};
};

}  // namespace mapping

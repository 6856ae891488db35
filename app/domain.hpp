// One component domain: its connection to the XMPP server and its gateway to the networks.
#pragma once

#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "component/link.hpp"
#include "config/config.hpp"
#include "legacy/irc/session.hpp"
#include "legacy/sms/rehost.hpp"
#include "mapping/archive.hpp"
#include "mapping/gateway.hpp"

namespace app {

// What all domains share; outlives them.
struct Shared {
  asio::any_io_executor executor;
  base::Dialer& dialer;
  base::HttpClient& http_client;
  base::HttpServer* http_server;  // null: no [http]
  mapping::Store& store;
  mapping::Archive* archive;  // null: none is kept
  std::string public_url;
  std::string occupant_secret;
  irc::Facilities irc;
  sms::MediaRules media = {};
  mapping::Census* census = nullptr;
  mapping::Population* population = nullptr;
  std::size_t joins_per_minute = 0;
};

// The rule for addresses in the configuration.
bool is_address(std::string_view text);
// The rules for defaults of users' settings in the configuration.
config::DefaultRules default_rules();
// Them as the gateway keeps them, by field.
mapping::Settings defaults_of(const config::Component& component);
inline bool keeps_archive(const config::Component& component) {
  return component.archive;
}

// The networks of a component, under its addresses.
mapping::Identity identity_of(const Shared& shared, const config::Component& config);

class Domain final : public component::LinkHandler {
 public:
  // Throws std::runtime_error with a sentence for the operator. `on_change` runs when the connection came or went.
  Domain(const Shared& shared, const config::Component& config, std::function<void()> on_change);

  // `ended` runs on the loop when stop() has been carried out.
  void start(std::function<void()> ended);
  // Says goodbye on the networks, then to the server.
  void stop();
  // Does not wait for the networks any longer.
  void hurry();
  bool is_up() const noexcept { return link_.is_up(); }

 private:
  void on_stanza(component::Stanza stanza) override { gateway_.on_stanza(std::move(stanza)); }
  void on_up() override;
  void on_down() override;
  void end_when_over();

  asio::any_io_executor executor_;
  std::function<void()> on_change_;
  component::Link link_;
  mapping::Gateway gateway_;
  std::function<void()> ended_;
  bool is_link_over_ = false;
  bool is_gateway_over_ = false;
};

}  // namespace app

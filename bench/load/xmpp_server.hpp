// The XMPP server's side of a component connection (XEP-0114): stream header, handshake, routing of what the component
// says to itself, answers to its questions. Everything else goes to `on_stanza`.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "bench/load/socket.hpp"

namespace load {

class XmppServer {
 public:
  XmppServer(asio::io_context& io, Manners manners, std::string domain, std::string secret);
  ~XmppServer();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  bool is_up() const { return up_; }
  // How often a component has come, and what it has sent: signs of life.
  std::uint64_t handshakes() const { return handshakes_; }
  std::uint64_t stanzas() const { return stanzas_; }

  void send(std::string_view stanza);
  // "message", "presence" or "iq", and the whole element. Set before the gateway is started.
  std::function<void(std::string_view kind, std::string_view stanza)> on_stanza;

 private:
  class Component;
  void accept();
  void handle(std::string_view stanza);
  void answer(std::string_view iq);

  asio::ip::tcp::acceptor acceptor_;
  Manners manners_;
  const std::string domain_, secret_;
  std::shared_ptr<Component> component_;
  bool up_ = false;
  std::uint64_t handshakes_ = 0, stanzas_ = 0;
};

}  // namespace load

#include "bench/load/xmpp_server.hpp"

#include <fmt/format.h>

#include "base/sha1.hpp"
#include "bench/load/scan.hpp"

namespace load {
namespace {

constexpr std::string_view stream_id = "bench";

std::string_view name_of(std::string_view element) {
  return element.substr(1, element.find_first_of(" />", 1) - 1);
}

}  // namespace

class XmppServer::Component final : public Connection {
 public:
  Component(Tcp::socket socket, Manners manners, XmppServer& server)
      : Connection(std::move(socket), manners), server_(server) {}

 private:
  std::size_t on_bytes(std::string_view bytes) override {
    std::size_t used = 0;
    while (is_open()) {
      const auto begin = bytes.find('<', used);
      if (begin == std::string_view::npos) return bytes.size();
      used = begin;
      const std::size_t size = take(bytes.substr(begin));
      if (size == 0) break;
      used += size;
    }
    return used;
  }

  // One element, or one of the tags that frame the stream; 0: more is needed.
  std::size_t take(std::string_view text) {
    const auto close = text.find('>');
    if (close == std::string_view::npos) return 0;
    const bool is_header = text.starts_with("<?xml") || text.starts_with("<stream:stream");
    if (is_header) {
      if (text[1] == 's') greet();
      return close + 1;
    }
    if (text.starts_with("</")) {
      send("</stream:stream>");
      this->close();
      return close + 1;
    }
    const std::size_t size = element_size(text);
    if (size == 0) return 0;
    const std::string_view element = text.substr(0, size);
    if (server_.up_) {
      server_.handle(element);
    } else {
      shake(element);
    }
    return size;
  }

  void greet() {
    send(
        fmt::format("<?xml version='1.0'?><stream:stream xmlns='jabber:component:accept' "
                    "xmlns:stream='http://etherx.jabber.org/streams' id='{}' from='{}'>",
                    stream_id, server_.domain_));
  }

  void shake(std::string_view element) {
    const std::string expected = base::sha1_hex(std::string(stream_id) + server_.secret_);
    if (child_text(element, "handshake") != expected) return this->close();
    send("<handshake/>");
    server_.up_ = true;
    ++server_.handshakes_;
  }

  void on_closed() override { server_.up_ = false; }

  XmppServer& server_;
};

XmppServer::XmppServer(asio::io_context& io, Manners manners, std::string domain, std::string secret)
    : acceptor_(io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      manners_(manners),
      domain_(std::move(domain)),
      secret_(std::move(secret)) {
  manners_.tls = nullptr;
  accept();
}

XmppServer::~XmppServer() {
  if (component_) component_->close();
}

void XmppServer::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, Tcp::socket socket) {
    if (error) return;
    component_ = std::make_shared<Component>(std::move(socket), manners_, *this);
    component_->start();
    accept();
  });
}

void XmppServer::send(std::string_view stanza) {
  if (component_) component_->send(stanza);
}

void XmppServer::handle(std::string_view stanza) {
  ++stanzas_;
  const std::string_view kind = name_of(stanza);
  if (kind == "iq" && attribute(stanza, "to") == domain_) return send(stanza);
  const std::string_view type = attribute(stanza, "type");
  if (kind == "iq" && (type == "get" || type == "set")) return answer(stanza);
  if (on_stanza) on_stanza(kind, stanza);
}

void XmppServer::answer(std::string_view iq) {
  const bool is_ping = iq.find("urn:xmpp:ping") != std::string_view::npos;
  constexpr std::string_view unavailable =
      "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>";
  send(fmt::format("<iq type='{}' from='{}' to='{}' id='{}'>{}</iq>", is_ping ? "result" : "error", attribute(iq, "to"),
                   attribute(iq, "from"), attribute(iq, "id"), is_ping ? "" : unavailable));
}

}  // namespace load

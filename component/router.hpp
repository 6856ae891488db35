// Which handler answers which iq: one table of payloads, checked at start-up, from which disco's features follow.
// Results and errors never get here. Every get and set is answered exactly once (RFC 6120 section 8.2.3).
#pragma once

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "component/error.hpp"
#include "component/stanza.hpp"

namespace component {

// What an address stands for, as bits, so that a route can name several.
enum Target : unsigned {
  target_gateway = 1,
  target_network = 2,
  target_room = 4,
  target_occupant = 8,
  target_contact = 16,
  target_any = 31,
};

// Answers one request; with a short resource-constraint error when the answer itself can't be sent. Copies share the
// one answer: the first one given counts. Dropped without an answer, it says internal-server-error, so that a forgotten
// path is seen by the asker at once.
class Responder {
 public:
  Responder(Outlet& out, Stanza request) : state_(std::make_shared<Pending>(out, std::move(request))) {}

  const Stanza& request() const noexcept { return state_->request; }
  void result() const;
  void result(xml::Element payload) const;
  void error(StanzaError error) const;

 private:
  struct Pending {
    Pending(Outlet& outlet, Stanza stanza) : out(outlet), request(std::move(stanza)) {}
    ~Pending();
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    void answer(xml::Element stanza);
    Outlet& out;
    Stanza request;
    bool answered = false;
  };
  std::shared_ptr<Pending> state_;
};

class Router {
 public:
  using Handler = std::function<void(Responder)>;
  struct Route {
    std::string_view name, ns;  // of the payload
    std::string_view types;     // "get", "set" or "get set"
    unsigned targets;           // Target bits
    bool open;                  // answered also where the gateway wants a registration first
    std::string_view feature;   // announced in disco; empty: none
    Handler handler;
  };

  // Throws std::logic_error when a route for the same payload and an overlapping target exists.
  void add(Route route);
  // registered: may the asker use more than the open routes? Unknown payloads get service-unavailable, a known payload
  // with the other type feature-not-implemented.
  void dispatch(Outlet& out, Stanza request, Target target, bool registered) const;
  std::vector<std::string> features(Target target) const;

 private:
  std::vector<Route> routes_;
};

}  // namespace component

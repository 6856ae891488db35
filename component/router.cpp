#include "component/router.hpp"

#include <stdexcept>

namespace component {

Responder::Pending::~Pending() {
  if (!answered) answer(make_error(request, {ErrorType::cancel, Condition::internal_server_error, {}, {}}));
}

void Responder::Pending::answer(xml::Element stanza) {
  if (answered) return;
  answered = true;
  if (out.send(stanza)) return;
  out.send(make_error(request, {ErrorType::wait, Condition::resource_constraint, "The answer can't be sent.", {}}));
}

void Responder::result() const {
  state_->answer(make_result(request()));
}

void Responder::result(xml::Element payload) const {
  state_->answer(make_result(request()).add(std::move(payload)));
}

void Responder::error(StanzaError error) const {
  state_->answer(make_error(request(), error));
}

void Router::add(Route route) {
  for (const Route& other : routes_) {
    if (other.name == route.name && other.ns == route.ns && (other.targets & route.targets) != 0) {
      throw std::logic_error("two handlers for one iq payload: " + std::string{route.ns});
    }
  }
  routes_.push_back(std::move(route));
}

void Router::dispatch(Outlet& out, Stanza request, Target target, bool registered) const {
  const Responder responder(out, std::move(request));
  const xml::Element& payload = *responder.request().payload();
  for (const Route& route : routes_) {
    if (!payload.is(route.name, route.ns) || (route.targets & target) == 0) continue;
    if (route.types.find(responder.request().type()) == std::string_view::npos) {
      return responder.error({ErrorType::cancel, Condition::feature_not_implemented, {}, {}});
    }
    if (!route.open && !registered) {
      return responder.error(
          {ErrorType::auth, Condition::registration_required, "Register with this gateway first.", {}});
    }
    return route.handler(responder);
  }
  responder.error({ErrorType::cancel, Condition::service_unavailable, {}, {}});
}

std::vector<std::string> Router::features(Target target) const {
  std::vector<std::string> out;
  for (const Route& route : routes_) {
    if ((route.targets & target) != 0 && !route.feature.empty()) out.emplace_back(route.feature);
  }
  return out;
}

}  // namespace component

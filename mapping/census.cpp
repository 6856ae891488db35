#include "mapping/census.hpp"

#include <fmt/format.h>

namespace mapping {

namespace {

using component::StanzaError;

StanzaError full(std::string text) {
  return {component::ErrorType::wait, component::Condition::resource_constraint, std::move(text), {}};
}

std::size_t count_of(const auto& counts, std::string_view whose) {
  const auto found = counts.find(whose);
  return found == counts.end() ? 0 : found->second;
}

void subtract(auto& counts, const std::string& whose) {
  const auto found = counts.find(whose);
  if (--found->second == 0) counts.erase(found);
}

}  // namespace

base::Result<Census::Seat, StanzaError> Census::admit(const component::Jid& user, bool is_local) {
  const auto is_reached = [](std::size_t limit, std::size_t count) { return limit > 0 && count >= limit; };
  std::string whose = user.bare_str();
  std::string domain(user.domain());
  if (is_reached(limits_.user, count_of(users_, whose)))
    return full(
        fmt::format("You are connected to {} networks, as many as this gateway allows one user; leave the rooms "
                    "of another one first.",
                    limits_.user));
  if (!is_local && is_reached(limits_.domain, count_of(domains_, domain)))
    return full("Users of " + domain + " have as many connections as this gateway allows one domain; try again later.");
  if (is_reached(limits_.all, all_)) return full("This gateway has as many connections as it can; try again later.");
  ++all_;
  ++users_[whose];
  ++domains_[domain];
  return Seat(this, [this, whose, domain](const void*) { leave(whose, domain); });
}

void Census::leave(const std::string& user, const std::string& domain) {
  --all_;
  subtract(users_, user);
  subtract(domains_, domain);
}

}  // namespace mapping

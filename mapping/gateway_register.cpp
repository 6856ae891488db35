// The life of a registration: what follows a new one, an edited one and a removed one (XEP-0100 sections 4.1 and 4.4).
#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Jid;
using component::Responder;

component::StanzaError Gateway::being_changed() {
  using component::Condition;
  using component::ErrorType;
  return {ErrorType::wait, Condition::resource_constraint, "The registration is being changed already.", {}};
}

// The gateway asks to see the user's presence; the user's client answers and asks back.
void Gateway::registered(const Jid& user, bool fresh) {
  if (fresh) {
    component::xml::Element request = component::make_presence(identity_.gateway(), user, "subscribe");
    add_nick(request, title());
    out_.send(request);
  }
  const auto open_all = [this, user] {
    for (const auto& [name, network] : identity_.networks()) {
      if (network->features().always_on) (void)open_line(user, *network, {});
    }
  };
  if (is_sms()) close_lines(user, "The registration has changed");
  when_closed(user, open_all);
}

void Gateway::register_user(const Jid& user, const component::xml::Element& query, Settled done) {
  using component::Condition;
  using component::ErrorType;
  if (options_.access == Options::Access::allowlist && !may_use(user)) {
    return done(component::StanzaError{ErrorType::auth, Condition::forbidden, "This gateway is not open to you.", {}});
  }
  if (is_changing(user)) {
    return done(being_changed());
  }
  const auto wanted = registrar_.parse(user.str(), query);
  if (!wanted) {
    note_unserved(user, wanted.error());
    return done(wanted.error());
  }
  if (options_.type == "sms" && needs_proof(*wanted)) return ask_for_proof(user, wanted->fields.at("number"), done);
  enroll(user, *wanted, std::move(done));
}

void Gateway::enroll(const Jid& user, const Registration& wanted, Settled done) {
  const bool fresh = !is_registered(user);
  saving_.insert(user.str());
  if (options_.type == "sms") {
    give_back(user, is_own_account(wanted.fields) ? std::string{} : value_in(wanted.fields, "number"));
  }
  is_empty_ = is_empty_ && numbers_.free_for({}, base::WallClock::now()).empty();
  asking_.erase(user.str());
  store_.save_registration(wanted, [this, user, fresh, done = std::move(done)](bool stored) {
    saving_.erase(user.str());
    if (!stored) return done(to_stanza_error(legacy::Errc::storage_failed));
    done({});
    registered(user, fresh);
  });
}

void Gateway::unregister(const Responder& responder) {
  const auto answer = [responder](const std::optional<component::StanzaError>& problem) {
    problem ? responder.error(*problem) : responder.result();
  };
  const Jid user = responder.request().from().bare();
  if (is_registered(user) || is_changing(user)) return remove_registration(user, false, answer);
  claims_.forget(user.str());  // all that there is
  answer({});
}

void Gateway::remove_registration(const Jid& user, bool by_admin, const Settled& done) {
  if (is_changing(user)) {
    return done(being_changed());
  }
  close_lines(user, "Unregistered");
  // A session may write until it has ended; only then is what is removed gone for good.
  when_closed(user, [this, user, by_admin, done] {
    const std::vector<RosterItem> roster = store_.roster(domain(), user.str());
    removing_.insert(user.str());
    const auto finish = [this, user, done, roster](bool is_gone) {
      removing_.erase(user.str());
      if (!is_gone) return done(to_stanza_error(legacy::Errc::storage_failed));
      done({});
      say_farewell(user, roster);
    };
    // The archive first: as long as the registration is there the user can ask for its removal again.
    forget_archive(user, [this, user, by_admin, finish](bool is_gone) {
      if (!is_gone) return finish(false);
      if (options_.type == "sms") give_back(user, {}, !by_admin);
      store_.remove_user(domain(), user.str(), finish);
    });
  });
}

void Gateway::say_farewell(const Jid& user, const std::vector<RosterItem>& roster) {
  std::set<std::string> locals{std::string{}};
  for (const RosterItem& item : roster) locals.insert(item.local);
  for (const std::string& local : locals) {
    const auto whose = Jid::make(local, domain());
    if (!whose) continue;
    out_.send(component::make_presence(*whose, user, "unsubscribe"));
    out_.send(component::make_presence(*whose, user, "unsubscribed"));
    send_presence(*whose, user, false);
  }
}

}  // namespace mapping

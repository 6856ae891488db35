// Settings of users: the `configure` commands of the gateway, of networks and of rooms.
#include "base/certificate.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Jid;
using component::dataform::Form;

namespace {

constexpr std::size_t most_scopes = 1000;  // rooms and networks of one user with settings of their own
constexpr const char* global_configure = "global-configure";
constexpr std::string_view next_time = "Saved. Some of it counts from the next connection on.";

std::string title_of(const Address& to) {
  switch (to.kind) {
    case Address::Kind::network: return "Your settings for " + to.network->name();
    case Address::Kind::room: return "Settings of " + to.chat.id;
    default: return "Your settings";
  }
}

std::string words_for(const std::optional<base::Fingerprints>& fingerprints) {
  if (!fingerprints) return "It can't be read; forget it and make another.";
  // COMPAT(Anope, 2.0): it takes no fingerprint, only the certificate of whoever asks.
  return "Tell the network's services with CERT ADD and the fingerprint, or, once connected with it, CERT ADD alone: "
         "SHA-256 " +
         fingerprints->sha256 + ", SHA-512 " + fingerprints->sha512;
}

Scope scope_of(const Address& to) {
  if (to.kind == Address::Kind::network) return Scope::network;
  return to.kind == Address::Kind::room ? Scope::room : Scope::gateway;
}

}  // namespace

void Gateway::add_settings_commands() {
  using namespace component;
  const auto ask = [this](const Dialogue& dialogue) -> Command::Asked {
    if (!dialogue.answers.empty()) return std::optional<Command::Stage>{};
    const auto to = settings_place(dialogue);
    if (!to) return to_stanza_error(to.error());
    if (to->kind == Address::Kind::room)
      return std::optional{Command::Stage{room_form(dialogue.user, dialogue.to, *to)}};
    return std::optional{Command::Stage{settings_form(dialogue.user, dialogue.to, *to)}};
  };
  const auto finish = [this](const Dialogue& dialogue, const Command::Done& done) {
    const auto to = settings_place(dialogue);
    if (!to) return done({{{"error", "This address is gone."}}});
    change_settings(dialogue.user, dialogue.to, *to, dialogue.answers.back(), [done](const Change& change) {
      if (change.problem) return done({{{"error", change.problem->text}}, {}, true});
      done({{{"info", change.note}}});
    });
  };
  const bool is_single = identity_.is_single();
  const unsigned of_network = is_single ? target_gateway : target_network;
  const unsigned all = target_gateway | target_network | target_room;
  dialogues_.add({"configure", "Configure", is_single ? target_room : all, false, ask, finish});
  if (is_single) {
    dialogues_.add({global_configure, "Configure", target_gateway, false, ask, finish});
    dialogues_.add({"server-configure", "Configure the network", target_gateway, false, ask, finish});
  }
  const auto nothing = [](const Dialogue&) -> Command::Asked { return std::optional<Command::Stage>{}; };
  dialogues_.add({"certificate", "Show the certificate to log in with; make one if there is none", of_network, false,
                  nothing, [this](const Dialogue& dialogue, const Command::Done& done) {
                    give_certificate(dialogue.user, dialogue.to, done);
                  }});
  dialogues_.add({"forget-certificate", "Forget the certificate to log in with", of_network, false, nothing,
                  [this](const Dialogue& dialogue, const Command::Done& done) {
                    Settings values = settings_.kept(dialogue.user, dialogue.to);
                    if (values.erase("certificate") == 0) return done({{{"info", "There is none."}}});
                    settings_.save(dialogue.user, dialogue.to, std::move(values), [done](bool is_saved) {
                      if (!is_saved) return done({{{"error", "It could not be forgotten."}}});
                      done({{{"info", "Forgotten. It is not used from the next connection on."}}});
                    });
                  }});
}

// Where the gateway is its one network, its own settings have a command of their own (biboumi's names).
base::Result<Address, legacy::Errc> Gateway::settings_place(const Dialogue& dialogue) {
  auto to = identity_.resolve(dialogue.to);
  const bool is_of_network = to && to->kind == Address::Kind::gateway && to->network;
  if (is_of_network && dialogue.node != global_configure) return as_network(*to);
  return to;
}

void Gateway::give_certificate(const Jid& user, const Jid& where, const Command::Done& done) {
  const Settings kept = settings_.kept(user, where);
  const auto known = kept.find("certificate");
  if (known != kept.end()) return done({{{"info", words_for(base::fingerprints(known->second))}}});
  if (kept.empty() && store_.settings(domain(), user.bare_view()).size() >= most_scopes)
    return done({{{"error", "You have chosen too much already."}}});
  const bool is_begun = certificates_.make(
      user.bare_str(),
      [this, user, where, done](const CertificateMaker::Made& made) { keep_certificate(user, where, made, done); });
  if (!is_begun) done({{{"error", "One is being made already; try again in a moment."}}});
}

// Something else may have been chosen meanwhile.
void Gateway::keep_certificate(const Jid& user, const Jid& where, const CertificateMaker::Made& made,
                               const Command::Done& done) {
  if (made.pem.empty()) return done({{{"error", "The certificate could not be made."}}});
  Settings values = settings_.kept(user, where);
  values["certificate"] = made.pem;
  settings_.save(user, where, std::move(values), [done, fingerprints = made.fingerprints](bool is_saved) {
    if (!is_saved) return done({{{"error", "The certificate could not be kept."}}});
    done({{{"info", "Made. It is used from the next connection on."}, {"info", words_for(fingerprints)}}});
  });
}

Form Gateway::settings_form(const Jid& user, const Jid& where, const Address& to) {
  Form form;
  form.title = title_of(to);
  form.instructions = "Empty values are as if you had never chosen one.";
  form.fields = settings_fields(scope_of(to), settings_.kept(user, where), settings_.inherited(user, to));
  return form;
}

void Gateway::change_settings(const Jid& user, const Jid& where, const Address& to,
                              const component::dataform::Submission& form, std::function<void(Change)> done) {
  using component::Condition;
  using component::ErrorType;
  const Settings before = settings_.kept(user, where);
  auto after = read_settings(scope_of(to), form, before, settings_.inherited(user, to));
  if (!after)
    return done({component::StanzaError{ErrorType::modify, Condition::not_acceptable, after.error(), {}}, {}});
  if (before.empty() && !after->empty() && store_.settings(domain(), user.bare_view()).size() >= most_scopes) {
    return done({component::StanzaError{
                     ErrorType::wait, Condition::resource_constraint, "You have chosen too much already.", {}},
                 {}});
  }
  if (to.network) {
    const std::string problem = to.network->check(settings_.account(user, *to.network, &where, &*after));
    if (!problem.empty())
      return done({component::StanzaError{ErrorType::modify, Condition::not_acceptable, problem, {}}, {}});
  }
  const auto save = [this, user, where, before, after = *after, done](std::string network) {
    settings_.save(user, where, after, [this, user, network, before, after, done](bool is_saved) {
      if (!is_saved) return done({to_stanza_error(legacy::Errc::storage_failed), {}});
      const legacy::Network* const known = network.empty() ? nullptr : identity_.find(network);
      const bool is_waiting = known && find_line(user, *known) && needs_new_session(before, after);
      settings_changed(user);
      std::string note{is_waiting ? next_time : "Saved."};
      if (const std::string remark = remark_on(after); !remark.empty()) note += " " + remark;
      done({{}, std::move(note)});
    });
  };
  if (to.kind != Address::Kind::room) return save(to.network ? to.network->name() : std::string{});
  set_up_room(user, where, to, form,
              [save, done, name = to.network->name()](std::optional<component::StanzaError> problem) {
                if (problem) return done({std::move(problem), {}});
                save(name);
              });
}

}  // namespace mapping

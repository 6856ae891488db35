// How a room is set up (XEP-0045 section 10): the owner's form over the network's modes and the user's own settings for
// the room, and requests for voice (section 7.13).
#include <charconv>

#include "component/xeps/muc.hpp"
#include "mapping/errors.hpp"
#include "mapping/gateway.hpp"

namespace mapping {

using component::Condition;
using component::ErrorType;
using component::Jid;
using component::Responder;
using component::Stanza;
using component::StanzaError;
using component::dataform::Field;
using component::dataform::Form;
using component::dataform::Submission;
using component::xml::Element;
namespace muc = component::muc;

namespace {

constexpr std::string_view ns_roomconfig = "http://jabber.org/protocol/muc#roomconfig";
constexpr const char* moderated = "muc#roomconfig_moderatedroom";
constexpr const char* members_only = "muc#roomconfig_membersonly";
constexpr const char* is_protected = "muc#roomconfig_passwordprotectedroom";
constexpr const char* secret = "muc#roomconfig_roomsecret";
constexpr const char* limit = "muc#roomconfig_maxusers";
constexpr const char* is_public = "muc#roomconfig_publicroom";
constexpr const char* open_subject = "muc#roomconfig_changesubject";
constexpr const char* raw_modes = "irc#modes";

Field flag(const char* var, const char* label, bool value) {
  return {var, "boolean", label, value ? "true" : "false"};
}

Field limit_field(std::uint32_t now) {
  Field field{limit, "list-single", "How many people may be in it", now == 0 ? "none" : std::to_string(now)};
  field.options = {{"No limit", "none"}};
  for (const char* number : {"10", "20", "30", "50", "100"}) field.options.emplace_back(number, number);
  if (now != 0) field.options.emplace_back(field.value, field.value);
  return field;
}

void add_mode_fields(std::vector<Field>& fields, const legacy::Traits& traits) {
  fields.push_back(flag(moderated, "Only those with a rank may speak (+m)", traits.moderated));
  fields.push_back(flag(members_only, "Only the invited may join (+i)", traits.members_only));
  fields.push_back(flag(is_protected, "A password is needed to join (+k)", traits.password));
  fields.push_back({secret, "text-private", "Password", {}, false, "Empty: stays as it is."});
  fields.push_back(limit_field(traits.limit));
  fields.push_back(flag(is_public, "Listed by the network (-s)", !traits.hidden));
  fields.push_back(flag(open_subject, "Everybody may change the subject (-t)", !traits.topic_locked));
  fields.push_back({raw_modes, "text-single", "Modes", traits.modes, false,
                    "All modes without a parameter; or changes as after MODE: -m+b *!*@example.org"});
}

std::optional<bool> truth(const Submission& form, const char* var, bool now) {
  const std::string value = form.value(var);
  if (value.empty()) return {};
  const bool wanted = value == "1" || value == "true";
  return wanted == now ? std::optional<bool>{} : wanted;
}

std::optional<bool> negated(std::optional<bool> value) {
  if (value) value = !*value;
  return value;
}

// What differs from how it is now. The error is for the user.
base::Result<std::optional<legacy::SetUp>, std::string> changes_of(const Submission& form, const legacy::Traits& now,
                                                                   const legacy::Chat& room) {
  legacy::SetUp out;
  out.room = room;
  out.moderated = truth(form, moderated, now.moderated);
  out.members_only = truth(form, members_only, now.members_only);
  out.hidden = negated(truth(form, is_public, !now.hidden));
  out.topic_locked = negated(truth(form, open_subject, !now.topic_locked));
  const auto wants_password = truth(form, is_protected, now.password);
  const std::string password = form.value(secret);
  const bool is_off = !form.value(is_protected).empty() && !wants_password && !now.password;
  if (wants_password == false) out.password = "";
  if (wants_password != false && !is_off && !password.empty()) out.password = password;
  if (wants_password == true && password.empty()) return std::string{"A password is missing."};
  const std::string people = form.value(limit);
  std::uint32_t number = 0;
  const bool is_limit = !people.empty() && people != "none" && people != "0";
  const auto [end, error] = std::from_chars(people.data(), people.data() + people.size(), number);
  if (is_limit && (error != std::errc{} || end != people.data() + people.size() || number > 1'000'000)) {
    return std::string{"The number of people is a number up to 1000000, or none."};
  }
  if (!people.empty() && number != now.limit) out.limit = number;
  const std::string modes = form.value(raw_modes);
  if (!modes.empty() && modes != now.modes) out.modes = modes;
  const bool is_any =
      out.moderated || out.members_only || out.hidden || out.topic_locked || out.password || out.limit || out.modes;
  return is_any ? std::optional{std::move(out)} : std::optional<legacy::SetUp>{};
}

}  // namespace

bool Gateway::may_set_up(const Room* room) const {
  const legacy::Member* const own = room && room->is_joined() ? room->find(room->nick()) : nullptr;
  return own && own->role == legacy::Role::moderator;
}

Form Gateway::room_form(const Jid& user, const Jid& where, const Address& to) {
  Form form = settings_form(user, where, to);
  form.form_type = ns_roomconfig;
  const Line* const line = find_line(user, *to.network);
  const Room* const room = line ? line->find(where) : nullptr;
  if (!may_set_up(room)) return form;
  std::vector<Field> fields;
  add_mode_fields(fields, room->traits());
  fields.insert(fields.end(), form.fields.begin(), form.fields.end());
  form.fields = std::move(fields);
  return form;
}

void Gateway::set_up_room(const Jid& user, const Jid& where, const Address& to, const Submission& form,
                          std::function<void(std::optional<StanzaError>)> done) {
  Line* const line = find_line(user, *to.network);
  const Room* const room = line ? line->find(where) : nullptr;
  const bool may = may_set_up(room);
  const auto changes = changes_of(form, may ? room->traits() : legacy::Traits{}, to.chat);
  if (!changes) return done(StanzaError{ErrorType::modify, Condition::not_acceptable, changes.error(), {}});
  if (!*changes) return done({});
  if (!may) {
    return done(
        StanzaError{ErrorType::auth, Condition::forbidden, "Your rank there is too low to change its modes.", {}});
  }
  line->ask(**changes, [done](const legacy::Outcome& outcome) {
    if (outcome.error == legacy::Errc::none) return done({});
    done(to_stanza_error(outcome.error, outcome.text));
  });
}

void Gateway::muc_owner(const Responder& responder) {
  const Stanza& request = responder.request();
  const auto to = identity_.resolve(request.to());
  const Jid room = request.to().bare();
  if (request.type() == "get") {
    Element query("query", muc::ns_owner);
    return responder.result(query.add(component::dataform::to_xml(room_form(request.from(), room, *to))));
  }
  if (request.payload()->child("destroy", muc::ns_owner)) {
    return responder.error({ErrorType::cancel, Condition::not_allowed, "A channel ends when the last one leaves.", {}});
  }
  const auto form = component::dataform::submission(*request.payload());
  if (!form) return responder.error({ErrorType::modify, Condition::bad_request, "There is no form.", {}});
  // Clients accept an "instant room" with an empty form (section 10.1.2); on IRC a channel exists once it is joined.
  if (form->type == "cancel" || form->values.empty()) return responder.result();
  change_settings(request.from(), room, *to, *form, [responder](const Change& change) {
    change.problem ? responder.error(*change.problem) : responder.result();
  });
}

// True: it was one, and has been dealt with.
bool Gateway::handle_voice_request(const Stanza& stanza, const Address& to) {
  const auto form = component::dataform::submission(stanza.xml());
  if (!form || form->value("FORM_TYPE") != muc::ns_request) return false;
  Line* const line = find_line(stanza.from(), *to.network);
  const Room* const room = line ? line->find(stanza.to()) : nullptr;
  if (!room || !room->has(stanza.from().str())) {
    refuse(stanza, to_stanza_error(legacy::Errc::not_in_room));
    return true;
  }
  line->ask(legacy::RequestVoice{room->chat()}, [this, stanza](const legacy::Outcome& outcome) {
    if (outcome.error != legacy::Errc::none) refuse(stanza, to_stanza_error(outcome.error, outcome.text));
  });
  return true;
}

}  // namespace mapping

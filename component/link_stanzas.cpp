// What the link does with stanzas: sending, confirming, and passing on what came.
#include "component/link.hpp"

#include <algorithm>

#include "component/repeat.hpp"
#include "component/xml_parser.hpp"

namespace component {
namespace {

constexpr std::string_view ns_client = "jabber:client";
constexpr std::size_t longest_stanza = 500 * 1024;  // Prosody closes the stream above 512 KiB

std::string_view domain_part(std::string_view jid) noexcept {
  jid = jid.substr(0, jid.find('/'));
  return jid.substr(jid.find('@') + 1);  // npos + 1 is 0
}

// What the next presence of the same sender replaces may be lost; answers and a subscription's steps may not.
base::Outbox::Class class_of(const xml::Element& stanza) {
  if (stanza.name() == "iq") return base::Outbox::Class::reserved;
  return is_replaceable(stanza) ? base::Outbox::Class::droppable : base::Outbox::Class::normal;
}

std::string_view bare(std::string_view jid) noexcept {
  return jid.substr(0, jid.find('/'));
}

// What a stream error says about the stanzas before it (RFC 6120 section 4.9.3).
Delivery::Blame blame_of(std::string_view condition, bool is_ours) noexcept {
  constexpr std::string_view innocent[] = {"conflict",       "connection-timeout",  "host-gone",
                                           "host-unknown",   "not-authorized",      "remote-connection-failed",
                                           "reset",          "resource-constraint", "see-other-host",
                                           "system-shutdown"};
  constexpr std::string_view unclear[] = {"", "internal-server-error", "undefined-condition"};
  const auto is_in = [&](const auto& list) {
    return std::find(std::begin(list), std::end(list), condition) != std::end(list);
  };
  if (is_in(innocent)) return Delivery::Blame::none;
  return is_ours || is_in(unclear) ? Delivery::Blame::some : Delivery::Blame::strong;
}

StanzaError error_for(StanzaErrc reason) {
  if (reason == StanzaErrc::bad_to) return {ErrorType::modify, Condition::jid_malformed, {}, {}};
  return {ErrorType::modify, Condition::bad_request, {}, {}};
}

// Received elements that are sent on, or back, may still be in jabber:client.
std::string serialise(const xml::Element& stanza) {
  std::string bytes = stanza.to_string(stanza.ns() == ns_client ? ns_client : ns_component);
  if (!stanza.has_attr("id")) bytes.insert(1 + stanza.name().view().size(), " id='" + make_id() + '\'');
  return bytes;
}

bool wants_no_answer(const xml::Element& stanza) noexcept {
  const std::string_view type = stanza.attr("type");
  return type == "error" || (stanza.name() == "iq" && type == "result") || stanza.attr("from").empty();
}

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;  // COMPAT(Clang 16): not deduced for aggregates

}  // namespace

bool Link::is_sendable(std::string_view kind, std::string_view from, std::string_view to) const {
  if (domain_part(from) == domain_ && !to.empty()) return true;
  log_.error("{}: refused to send a {} from {} to {}", domain_, kind, base::quoted(from), base::quoted(to));
  return false;
}

bool Link::enqueue(const xml::Element& stanza, std::function<void(bool)> confirmed) {
  const std::string_view to = stanza.attr("to");
  if (!is_sendable(stanza.name(), stanza.attr("from"), to)) return false;
  return enqueue(stanza.name(), to, {serialise(stanza), class_of(stanza), std::move(confirmed)});
}

bool Link::enqueue(std::string_view kind, std::string_view to, Delivery::Item item) {
  if (stop_.is_set()) return false;
  if (item.bytes.size() > longest_stanza) {
    log_.error("{}: refused to send a {} of {} bytes", domain_, kind, item.bytes.size());
    return false;
  }
  const bool taken = delivery_.outbox().push(bare(to), std::move(item));
  if (taken) {
    work_.notify();
  } else {
    warn_of_losses();
  }
  return taken;
}

void Link::warn_of_losses() {
  constexpr std::uint64_t interval = 1000;
  const std::uint64_t dropped = outbox().dropped(), refused = outbox().refused();
  if (dropped + refused < next_warning_) return;
  next_warning_ = dropped + refused + interval;
  log_.warning("{}: the outbox is full, {} presences dropped and {} other stanzas refused so far", domain_, dropped,
               refused);
}

bool Link::send(const xml::Element& stanza) {
  return enqueue(stanza, {});
}

bool Link::send(const WrittenStanza& stanza, std::string_view to) {
  if (!is_sendable(stanza.kind(), stanza.from(), to)) return false;
  const auto cls = stanza.is_replaceable() ? base::Outbox::Class::droppable : base::Outbox::Class::normal;
  return enqueue(stanza.kind(), to, {stanza.addressed(to), cls});
}

bool Link::send_confirmed(const xml::Element& stanza, std::function<void(bool)> confirmed) {
  return enqueue(stanza, std::move(confirmed));
}

void Link::write_now(std::string_view bytes) {
  urgent_ += bytes;
  work_.notify();
}

// The stream has ended: what may not have arrived is for the next one, but not what would end that one, too.
void Link::settle_uncertain() {
  const auto culprit = delivery_.end(blame_of(end_.condition, end_.is_ours), base::Clock::now());
  if (culprit) give_up(*culprit);
}

void Link::give_up(const Delivery::Item& culprit) {
  const auto stanza = xml::parse_element(culprit.bytes, ns_component);
  const std::string_view from = stanza ? stanza->attr("from") : "", to = stanza ? stanza->attr("to") : "";
  log_.error("{}: gave up a stanza from {} to {}, over which the server ends the stream: {}", domain_,
             base::quoted(from), base::quoted(to), base::quoted(end_.condition));
  const auto instead = stanza && !culprit.is_stand_in ? stand_in_for(*stanza) : std::nullopt;
  const bool is_sent =
      instead &&
      enqueue(instead->name(), to, {serialise(*instead), base::Outbox::Class::reserved, culprit.confirmed, {}, true});
  if (!is_sent && culprit.confirmed) culprit.confirmed(true);
}

void Link::perform(Action& action) {
  const Overloaded visitor{
      [this](action::Write& a) { write_now(a.bytes); },
      [this](action::Ready&) { on_ready(); },
      [this](action::Received& a) { on_element(a.element); },
      [this](action::Oversized& a) {
        refuse(a.stub, {ErrorType::modify, Condition::policy_violation, "The stanza is too large.", {}});
      },
      [this](action::Failed& a) { on_failed(std::move(a)); },
      [this](action::Ended&) {
        if (end_.text.empty()) end_.text = "the server closed the stream";
        if (!std::exchange(has_farewell_, true)) write_now(Stream::close());
        is_over_ = true;
      },
  };
  std::visit(visitor, action);
}

void Link::on_ready() {
  log_.info("{}: connected to {}", domain_, connection_->describe());
  end_.was_up = true;
  up_since_ = base::Clock::now();
  delivery_.begin(up_since_);
  patience_.cancel();
  delivery_.outbox().set_patient(true);
  handler_.on_up();
  work_.notify();
}

void Link::on_failed(action::Failed failed) {
  end_.condition = std::move(failed.condition);
  end_.text = std::move(failed.text);
  end_.other_host = std::move(failed.other_host);
  end_.is_ours = failed.ours;
  if (failed.ours) log_.error("{}: the server's stream breaks the rules: {}", domain_, end_.condition);
  if (!failed.ours && !has_farewell_) write_now(Stream::close());
  has_farewell_ = is_over_ = true;
}

void Link::on_element(xml::Element& element) {
  const bool is_answer = element.name() == "iq" && delivery_.take_answer(element.attr("id"), base::Clock::now());
  if (is_answer) return work_.notify();
  deliver(element);
}

void Link::deliver(xml::Element& element) {
  // COMPAT(jabberd2 2.7): a bounce of our own stanza comes with its addresses as we wrote them. Delivered as the error
  // it is, it names the unreachable address as its sender, as other servers do.
  const bool is_ours = domain_part(element.attr("from")) == domain_;
  if (is_ours && element.attr("type") == "error" && domain_part(element.attr("to")) != domain_) {
    const std::string from(element.attr("from")), to(element.attr("to"));
    element.set("from", to).set("to", from);
  }
  auto stanza = Stanza::take(element);
  if (stanza) return pass_on(std::move(*stanza));
  log_.debug("{}: malformed {} from {}", domain_, base::quoted(element.name()), base::quoted(element.attr("from")));
  const bool has_sender = stanza.error() != StanzaErrc::not_a_stanza && stanza.error() != StanzaErrc::bad_from;
  if (has_sender) refuse(element, error_for(stanza.error()));
}

void Link::pass_on(Stanza&& stanza) {
  if (stanza.to().domain() != domain_) {
    // COMPAT(ejabberd, global_routes): answering in that domain's name would end our stream.
    if (!std::exchange(has_logged_foreign_, true)) {
      log_.warning("{}: the server sends us stanzas for {}; see global_routes if it is ejabberd", domain_,
                   base::quoted(stanza.to().domain()));
    }
    return;
  }
  // A request is answered by its Responder, also when an exception destroys it (router.hpp).
  try {
    handler_.on_stanza(std::move(stanza));
  } catch (const std::exception& e) {
    log_.error("{}: handling a stanza failed: {}", domain_, e.what());
  }
}

void Link::refuse(const xml::Element& stanza, StanzaError error) {
  if (wants_no_answer(stanza)) return;
  const auto to = Jid::parse(stanza.attr("to"));
  const bool to_ours = to && to->domain() == domain_;
  if (to && !to_ours) return;
  send(make_error(stanza, to_ours ? to->str() : domain_, error));
}

}  // namespace component

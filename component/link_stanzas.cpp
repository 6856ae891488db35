// What the link does with stanzas: sending, confirming, and passing on what came.
#include "component/link.hpp"

#include <algorithm>

namespace component {
namespace {

constexpr std::string_view ns_client = "jabber:client";
constexpr std::string_view ns_ping = "urn:xmpp:ping";
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

bool Link::enqueue(const xml::Element& stanza) {
  if (!is_sendable(stanza.name(), stanza.attr("from"), stanza.attr("to"))) return false;
  return enqueue(serialise(stanza), stanza.name(), class_of(stanza));
}

bool Link::enqueue(std::string bytes, std::string_view kind, base::Outbox::Class cls) {
  if (stop_.is_set()) return false;
  if (bytes.size() > longest_stanza) {
    log_.error("{}: refused to send a {} of {} bytes", domain_, kind, bytes.size());
    return false;
  }
  const bool taken = outbox_.push(std::move(bytes), cls);
  if (!taken && cls != base::Outbox::Class::droppable) ++refused_;
  warn_of_losses();
  if (taken) work_.notify();
  return taken;
}

void Link::warn_of_losses() {
  constexpr std::uint64_t interval = 1000;
  const std::uint64_t lost = outbox_.dropped() + refused_;
  if (lost < next_warning_) return;
  next_warning_ = lost + interval;
  log_.warning("{}: the outbox is full, {} presences dropped and {} other stanzas refused so far", domain_,
               outbox_.dropped(), refused_);
}

bool Link::send(const xml::Element& stanza) {
  return enqueue(stanza);
}

bool Link::send(const WrittenStanza& stanza, std::string_view to) {
  if (!is_sendable(stanza.kind(), stanza.from(), to)) return false;
  const auto cls = stanza.is_replaceable() ? base::Outbox::Class::droppable : base::Outbox::Class::normal;
  return enqueue(stanza.addressed(to), stanza.kind(), cls);
}

bool Link::send_confirmed(const xml::Element& stanza, std::function<void(bool)> confirmed) {
  if (!enqueue(stanza)) return false;
  fence_.add(outbox_.pushed(), std::move(confirmed));
  if (is_up() && !fence_.is_under_way()) start_fence();
  return true;
}

void Link::write_now(std::string_view bytes) {
  urgent_ += bytes;
  work_.notify();
}

// A ping from our domain to itself: the server routes it back to us, which proves as much as an answer would, without
// relying on what the server's own domain is called or answers.
void Link::start_fence() {
  xml::Element ping("iq");
  std::string id = make_id();
  ping.set("type", "get").set("from", domain_).set("to", domain_).set("id", id).add(xml::Element("ping", ns_ping));
  if (!enqueue(ping)) return;
  fence_written_ = base::Clock::time_point::max();
  fence_.begin(std::move(id), outbox_.pushed());
}

void Link::perform(Action action) {
  const Overloaded visitor{
      [this](action::Write& a) { write_now(a.bytes); },
      [this](action::Ready&) { on_ready(); },
      [this](action::Received& a) { on_element(std::move(a.element)); },
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
  up_since_ = last_answer_ = last_write_ = base::Clock::now();
  handler_.on_up();
  if (fence_.is_waiting() && !fence_.is_under_way()) start_fence();
  work_.notify();
}

void Link::on_failed(action::Failed failed) {
  end_.condition = std::move(failed.condition);
  end_.text = std::move(failed.text);
  end_.other_host = std::move(failed.other_host);
  if (failed.ours) log_.error("{}: the server's stream breaks the rules: {}", domain_, end_.condition);
  if (!failed.ours && !has_farewell_) write_now(Stream::close());
  has_farewell_ = is_over_ = true;
}

void Link::on_element(xml::Element element) {
  if (element.name() == "iq" && fence_.is_answered_by(element.attr("id"))) {
    last_answer_ = base::Clock::now();
    fence_.finish();
    if (fence_.is_waiting()) start_fence();
    return;
  }
  deliver(std::move(element));
}

void Link::deliver(xml::Element element) {
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

void Link::pass_on(Stanza stanza) {
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

#include "component/stream.hpp"

#include <algorithm>

#include "base/sha1.hpp"
#include "component/stanza.hpp"

namespace component {
namespace {

// Bytes given to Expat at once: bounds what is recorded before the limits are looked at.
constexpr std::size_t slice_bytes = 16 * 1024;

std::string_view condition_of(base::XmlErrc error) noexcept {
  switch (error) {
    case base::XmlErrc::restricted: return "restricted-xml";
    case base::XmlErrc::encoding: return "unsupported-encoding";
    case base::XmlErrc::no_memory: return "resource-constraint";
    case base::XmlErrc::malformed: break;
  }
  return "not-well-formed";
}

}  // namespace

Stream::Stream(std::string domain, std::string secret, StreamLimits limits)
    : domain_(std::move(domain)), secret_(std::move(secret)), limits_(limits) {}

std::string Stream::open() const {
  std::string out =
      "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='";
  xml::escape(out, domain_);
  return out += "'>";
}

std::vector<Action> Stream::feed(std::string_view bytes) {
  while (!bytes.empty() && state_ != State::over) {
    const std::string_view slice = bytes.substr(0, slice_bytes);
    bytes.remove_prefix(slice.size());
    const auto error = parser_.parse(slice);
    for (std::size_t i = 0; i < parser_.size() && state_ != State::over; ++i) take(parser_.event(i));
    if (state_ == State::over) break;
    if (error) {
      fail(condition_of(*error), {});
    } else {
      check_limits();
    }
  }
  return std::exchange(actions_, {});
}

void Stream::take(const base::XmlEvent& event) {
  if (event.kind == base::XmlEvent::Kind::start) {
    on_start(event);
  } else if (event.kind == base::XmlEvent::Kind::end) {
    on_end(event);
  } else if (depth_ >= 2 && !stub_) {
    builder_.take(parser_, event);
  }
}

void Stream::on_start(const base::XmlEvent& event) {
  ++depth_;
  if (depth_ == 1) return on_header(event);
  if (depth_ == 2) {
    if (event.name == "stream" && event.ns == ns_streams) return fail("unsupported-stanza-type", "a second header");
    stanza_begin_ = event.offset;
    elements_ = 0;
  }
  if (depth_ - 1 > limits_.depth || ++elements_ > limits_.elements) start_skipping();
  if (depth_ - 1 > limits_.skippable_depth) return fail("policy-violation", "elements are nested too deeply");
  if (!stub_) builder_.take(parser_, event);
  if (event.ns.size() >= base::longest_namespace) start_skipping();
}

void Stream::on_end(const base::XmlEvent& event) {
  --depth_;
  if (depth_ == 0) {
    state_ = State::over;
    actions_.emplace_back(action::Ended{});
    return;
  }
  if (event.offset - stanza_begin_ > limits_.stanza_bytes) start_skipping();
  if (!stub_ && builder_.take(parser_, event)) return on_element(builder_.release());
  if (depth_ > 1 || !stub_) return;
  actions_.emplace_back(action::Oversized{std::move(*stub_)});
  stub_.reset();
}

void Stream::start_skipping() {
  if (stub_) return;
  const xml::Element& open = builder_.outermost();
  stub_.emplace(open.name(), open.ns());
  for (const auto& [name, value] : open.attrs()) stub_->push_attr(name, value);
  builder_.clear();
}

void Stream::check_limits() {
  if (parser_.pending() > limits_.tag_bytes) return fail("policy-violation", "a tag is too long");
  if (depth_ >= 2 && parser_.parsed() - stanza_begin_ > limits_.stanza_bytes) start_skipping();
}

void Stream::on_header(const base::XmlEvent& event) {
  const xml::Element header = xml::open_element(parser_, event);
  if (header.name() != "stream" || header.ns() != ns_streams) return fail("invalid-namespace", "not a stream header");
  has_begun_ = true;
  const std::string_view id = header.attr("id");
  state_ = State::handshake;
  // COMPAT(Prosody): the header that only precedes a stream error has an empty id.
  if (id.empty()) return;
  const std::string digest = base::sha1_hex(std::string(id) + secret_);
  actions_.emplace_back(action::Write{"<handshake>" + digest + "</handshake>"});
}

void Stream::on_element(xml::Element element) {
  if (element.is("error", ns_streams)) return on_stream_error(element);
  if (state_ == State::ready) {
    actions_.emplace_back(action::Received{std::move(element)});
  } else if (element.is("handshake", ns_component)) {
    state_ = State::ready;
    actions_.emplace_back(action::Ready{});
  }
}

void Stream::on_stream_error(const xml::Element& error) {
  action::Failed failed;
  failed.condition = "undefined-condition";
  failed.text = error.child_text("text", ns_stream_errors);
  for (const xml::Element* child : error.children()) {
    if (child->ns() != ns_stream_errors || child->name() == "text") continue;
    failed.condition = child->name();
    if (child->name() == "see-other-host") failed.other_host = child->text();
  }
  state_ = State::over;
  actions_.emplace_back(std::move(failed));
}

void Stream::fail(std::string_view condition, std::string_view text) {
  xml::Element error(condition, ns_stream_errors);
  std::string bytes = "<stream:error>";
  error.write(bytes, ns_component);
  if (!text.empty()) xml::Element("text", ns_stream_errors).text(text).write(bytes, ns_component);
  bytes += "</stream:error></stream:stream>";
  state_ = State::over;
  actions_.emplace_back(action::Write{std::move(bytes)});
  actions_.emplace_back(action::Failed{std::string(condition), std::string(text), {}, true});
}

}  // namespace component

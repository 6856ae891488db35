// component::Stream: any bytes in any slices. What comes out does not depend on the slices, is well-formed, and nothing
// comes after the end. First byte: the limits; second: how the rest is sliced.
#include "component/stream.hpp"

#include <numeric>

#include "component/error.hpp"
#include "component/stanza.hpp"
#include "component/xml_parser.hpp"
#include "fuzz.hpp"

using namespace component;
using fuzz::require;

namespace {

struct Outcome {
  std::string written, seen;
  bool is_over = false;
  bool is_sliced_limit = false;  // which token is too long depends on what has come of it
};

// Written and read again it is the same.
void check_element(const xml::Element& element) {
  const std::string text = element.to_string(ns_component);
  const auto again = xml::parse_element(text, ns_component);
  require(again.has_value(), "a received element can be written", text);
  require(again->to_string(ns_component) == text, "writing keeps the element", text);
}

void check_stanza(xml::Element element) {
  check_element(make_error(element, "gw.example", {ErrorType::cancel, Condition::bad_request, "why", {}}));
  const auto stanza = Stanza::parse(std::move(element));
  if (!stanza) return;
  require(!stanza->from().domain().empty() && !stanza->to().domain().empty(), "a stanza has addresses");
  require(!stanza->is_request() || stanza->payload() != nullptr, "a request has a payload");
  check_element(make_error(*stanza, {ErrorType::modify, Condition::not_acceptable, {}, {}}));
  check_element(make_result(*stanza));
}

void note(const Action& action, Outcome& out) {
  require(!out.is_over, "nothing comes after the end", out.seen);
  out.seen += fmt::format("[{}]", action.index());
  if (const auto* write = std::get_if<action::Write>(&action)) {
    out.written += write->bytes;
  } else if (const auto* received = std::get_if<action::Received>(&action)) {
    check_element(received->element);
    check_stanza(received->element);
    received->element.write(out.seen, ns_component);
  } else if (const auto* oversized = std::get_if<action::Oversized>(&action)) {
    require(oversized->stub.nodes().empty(), "nothing of what an oversized stanza held");
    check_element(oversized->stub);
    oversized->stub.write(out.seen, ns_component);
  } else if (const auto* failed = std::get_if<action::Failed>(&action)) {
    out.is_over = true;
    out.is_sliced_limit = failed->ours && failed->condition == "policy-violation";
    out.seen += failed->condition + failed->text + failed->other_host;
  } else if (std::holds_alternative<action::Ended>(action)) {
    out.is_over = true;
  }
}

// Slices of 1 to `step` bytes, in a fixed order.
Outcome run(std::string_view bytes, StreamLimits limits, std::size_t step) {
  Stream stream("gw.example", "secret", limits);
  Outcome out;
  out.written = stream.open();
  for (std::size_t turn = 0; !bytes.empty(); ++turn) {
    const std::size_t size = std::min(bytes.size(), turn * 7 % step + 1);
    for (const Action& action : stream.feed(bytes.substr(0, size))) note(action, out);
    bytes.remove_prefix(size);
  }
  require(!out.is_over || !stream.is_ready(), "what is over is not ready");
  if (!out.written.ends_with(Stream::close())) out.written += Stream::close();
  const auto document = xml::parse_element(out.written);
  require(document.has_value(), "our side of the stream is well-formed", out.written);
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const StreamLimits tight{std::size_t{64} << (input.byte() % 6), 3, 6};
  const StreamLimits limits = input.byte() % 2 == 0 ? StreamLimits{} : tight;
  const std::size_t step = input.byte() % 64 + 1;
  const Outcome whole = run(input.rest(), limits, 100'000);
  const Outcome sliced = run(input.rest(), limits, step);
  if (whole.is_sliced_limit || sliced.is_sliced_limit) return 0;
  require(whole.seen == sliced.seen && whole.is_over == sliced.is_over, "slices make no difference",
          whole.seen + "\n" + sliced.seen);
  return 0;
}

#include "mapping/uploads.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "component/xeps/disco.hpp"

namespace mapping {

using component::Stanza;
using component::xml::Element;
namespace disco = component::disco;

namespace {

constexpr std::string_view ns_upload = "urn:xmpp:http:upload:0";
constexpr std::string_view ns_data = "jabber:x:data";
constexpr std::chrono::seconds patience{15};
constexpr std::chrono::hours found_lasts{1};
constexpr std::chrono::minutes missing_lasts{5};
constexpr std::size_t most_items = 30;

std::uint64_t number(std::string_view text) {
  std::uint64_t out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc{} && end == text.data() + text.size() ? out : 0;
}

bool is_upload_service(const Element& info) {
  const auto features = info.children("feature", disco::ns_info);
  return std::any_of(features.begin(), features.end(),
                     [](const Element* feature) { return feature->attr("var") == ns_upload; });
}

// XEP-0363 section 4, in a form of XEP-0128.
std::uint64_t longest_file(const Element& info) {
  for (const Element* const form : info.children("x", ns_data)) {
    bool is_ours = false;
    std::uint64_t longest = 0;
    for (const Element* const field : form->children("field", ns_data)) {
      const std::string value = field->child_text("value", ns_data);
      if (field->attr("var") == "FORM_TYPE") is_ours = value == ns_upload;
      if (field->attr("var") == "max-file-size") longest = number(value);
    }
    if (is_ours) return longest;
  }
  return 0;
}

// Nothing: the answer holds no slot.
std::optional<legacy::UploadSlot> slot_of(const Stanza& answer) {
  const Element* const slot = answer.xml().child("slot", ns_upload);
  const Element* const put = slot ? slot->child("put", ns_upload) : nullptr;
  const Element* const get = slot ? slot->child("get", ns_upload) : nullptr;
  if (!put || !get) return std::nullopt;
  legacy::UploadSlot out{std::string(put->attr("url")), std::string(get->attr("url")), {}};
  for (const Element* const header : put->children("header", ns_upload))
    out.headers.emplace_back(header->attr("name"), header->text());
  return out;
}

// It would refuse the file as well another time. Else it may be away for a moment, and is looked for anew.
bool is_final(const Stanza& answer) {
  constexpr std::array finals{"not-acceptable", "forbidden", "not-allowed"};
  const Element* const error = answer.xml().child("error", component::ns_component);
  return error && error->attr("type") != "wait" && std::any_of(finals.begin(), finals.end(), [&](const char* each) {
           return error->child(each, component::ns_stanza_errors) != nullptr;
         });
}

}  // namespace

Uploads::Uploads(asio::any_io_executor executor, component::Outlet& out, component::Jid us)
    : executor_(std::move(executor)), out_(out), us_(std::move(us)) {}

Uploads::~Uploads() {
  alive_.reset();
}

void Uploads::ask(const legacy::FileInfo& file, std::function<void(legacy::SlotAnswer)> done) {
  if (is_stopped_) return done({legacy::SlotAnswer::Kind::later});
  const Wish wish{file, std::move(done)};
  if (service_ && base::Clock::now() < good_until_) return ask_for_slot(wish);
  wishes_.push_back(wish);
  if (!std::exchange(is_looking_, true)) look_for_service();
}

void Uploads::stop() {
  is_stopped_ = true;
  questions_.clear();
}

void Uploads::send(const std::string& whom, Element payload, std::string_view type, Answered answered) {
  const std::string id = component::make_id();
  Element iq("iq");
  iq.set("type", type).set("id", id).set("from", us_.str()).set("to", whom).add(std::move(payload));
  auto& question = questions_.emplace(id, Question{whom, std::move(answered), base::Timer(executor_)}).first->second;
  const bool is_sent = out_.send(iq);
  question.timer.expires_after(is_sent ? base::Clock::duration(patience) : base::Clock::duration::zero());
  question.timer.async_wait([this, alive = std::weak_ptr(alive_), id](const base::error_code& cancelled) {
    if (cancelled || alive.expired()) return;
    const auto late = questions_.extract(id);
    if (late) late.mapped().answered(nullptr);
  });
}

bool Uploads::on_answer(const Stanza& stanza) {
  const auto found = questions_.find(std::string(stanza.id()));
  if (found == questions_.end() || found->second.whom != stanza.from().str()) return false;
  const auto question = questions_.extract(found);
  question.mapped().answered(&stanza);
  return true;
}

void Uploads::look_for_service() {
  const std::string_view domain = us_.domain();
  const auto point = domain.find('.');
  is_silent_ = false;
  if (point == domain.npos) return found({}, missing_lasts);
  ask_items(domain.substr(point + 1));
}

void Uploads::ask_items(std::string_view domain) {
  const std::string server(domain);
  send(server, Element("query", disco::ns_items), "get", [this, server](const Stanza* answer) {
    open_ = 1;  // so that it does not reach zero before all are asked
    is_silent_ = answer == nullptr;
    ask_info(server);
    const Element* const query = answer ? answer->xml().child("query", disco::ns_items) : nullptr;
    std::size_t asked = 0;
    for (const Element* const item : query ? query->children("item", disco::ns_items) : std::vector<const Element*>{}) {
      const std::string_view jid = item->attr("jid");
      const bool is_component = !jid.empty() && item->attr("node").empty() && jid.find('@') == jid.npos;
      if (is_component && jid != us_.str() && ++asked <= most_items) ask_info(std::string(jid));
    }
    if (--open_ == 0 && is_looking_) found({}, missing_lasts);
  });
}

void Uploads::ask_info(const std::string& jid) {
  ++open_;
  send(jid, Element("query", disco::ns_info), "get", [this, jid](const Stanza* answer) {
    --open_;
    if (!is_looking_) return;
    if (answer) note_info(jid, *answer);
    is_silent_ = is_silent_ || answer == nullptr;
    if (open_ == 0 && is_looking_) found({}, missing_lasts);
  });
}

void Uploads::note_info(const std::string& jid, const Stanza& answer) {
  const Element* const query = answer.xml().child("query", disco::ns_info);
  if (query && is_upload_service(*query)) found({jid, longest_file(*query)}, found_lasts);
}

void Uploads::found(Service service, base::Clock::duration lasts) {
  is_looking_ = false;
  const bool is_known = !service.jid.empty() || !is_silent_;
  service_.reset();
  if (is_known) service_ = std::move(service);
  good_until_ = base::Clock::now() + lasts;
  for (const Wish& wish : std::exchange(wishes_, {})) {
    is_known ? ask_for_slot(wish) : wish.done({legacy::SlotAnswer::Kind::later});
  }
}

void Uploads::ask_for_slot(const Wish& wish) {
  using Kind = legacy::SlotAnswer::Kind;
  const bool is_too_long = service_->longest != 0 && wish.file.size > service_->longest;
  if (service_->jid.empty() || is_too_long) return wish.done({Kind::none});
  Element request("request", ns_upload);
  request.set("filename", wish.file.name).set("size", std::to_string(wish.file.size));
  request.set("content-type", wish.file.content_type);
  send(service_->jid, std::move(request), "get", [this, done = wish.done](const Stanza* answer) {
    if (!answer) return done({Kind::later});
    auto slot = slot_of(*answer);
    if (slot) return done({Kind::given, std::move(*slot)});
    if (is_final(*answer)) return done({Kind::none});
    if (!is_looking_) service_.reset();
    done({Kind::later});
  });
}

}  // namespace mapping

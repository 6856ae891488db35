#include "legacy/sms/rehost.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "base/url.hpp"
#include "legacy/sms/media_type.hpp"

namespace sms {
namespace {

using Answer = base::Result<base::HttpResponse, base::HttpFailure>;
using Kind = Rehosted::Kind;

constexpr int most_redirects = 4;
constexpr std::size_t longest_reply = std::size_t{64} << 10;  // of the upload service
constexpr std::array redirects = {301, 302, 303, 307, 308};
constexpr std::array empty = {202, 204, 404, 409, 423};    // a file that its provider has not stored yet is not found
constexpr std::array passing = {401, 403, 408, 425, 429};  // the account, or the moment; and what is a fault of theirs
// XEP-0363 section 5: no others are of any use there.
constexpr std::array<std::string_view, 3> upload_headers = {"authorization", "cookie", "expires"};

template <class List, class Value>
bool has(const List& list, const Value& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool is_upload_header(const std::pair<std::string, std::string>& header) {
  return has(upload_headers, base::ascii_lower(header.first)) &&
         header.second.find_first_of("\r\n") == std::string::npos;
}

// Over TLS, or to this machine.
bool is_upload_url(const std::string& url) {
  const auto origin = base::origin_of(url);
  if (!origin) return false;
  base::error_code ec;
  const bool is_here = origin->host == "localhost" || (asio::ip::make_address(origin->host, ec).is_loopback() && !ec);
  return origin->scheme == "https" || is_here;
}

Rehosted failure_of(const base::HttpFailure& failure) {
  const bool is_final = failure.cause != base::HttpFailure::Cause::other;
  return {is_final ? Kind::never : Kind::later, {}, failure.what};
}

Rehosted failure_of(int status) {
  if (has(empty, status)) return {Kind::absent, {}, "HTTP status " + std::to_string(status)};
  const bool is_final = status < 500 && !has(passing, status);
  return {is_final ? Kind::never : Kind::later, {}, "HTTP status " + std::to_string(status)};
}

}  // namespace

struct Rehost::Job {
  Media media;
  Done done;
  base::Clock::time_point until;
  std::string url;     // of the present request
  base::Origin first;  // credentials go nowhere else
  int redirects = 0;
  legacy::Attachment file;  // what is known of it
  std::shared_ptr<const std::string> bytes;
};

Rehost::Rehost(base::HttpClient& client, const Provider& provider, const legacy::AskSlot& slots, MediaRules rules)
    : client_(client), provider_(provider), slots_(slots), rules_(rules) {}

Rehost::~Rehost() {
  alive_.reset();
}

void Rehost::start(Media media, Done done) {
  auto job = std::make_shared<Job>();
  job->media = std::move(media);
  job->done = std::move(done);
  waiting_.push_back(std::move(job));
  next();
}

void Rehost::next() {
  while (busy_ < rules_.at_once && !waiting_.empty()) {
    const auto job = std::move(waiting_.front());
    waiting_.pop_front();
    ++busy_;
    job->until = base::Clock::now() + rules_.time;
    if (job->media.url.empty()) {
      take(job, media_type(job->media.content_type), std::move(job->media.data));
      continue;
    }
    if (const auto origin = base::origin_of(job->media.url)) job->first = *origin;
    fetch(job, job->media.url);
  }
}

void Rehost::fetch(const JobPtr& job, std::string url) {
  const auto origin = base::origin_of(url);
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(job->until - base::Clock::now());
  if (!origin || (job->first.scheme == "https" && origin->scheme != "https"))
    return finish(job, {Kind::never, {}, "not a URL to fetch"});
  if (left.count() <= 0) return finish(job, {Kind::later, {}, "took too long"});
  auto call = provider_.media_call(url);
  if (*origin != job->first) call.headers.clear();
  call.longest_body = rules_.longest;
  call.timeout = left;
  job->url = std::move(url);
  client_.send(std::move(call), [this, alive = std::weak_ptr(alive_), job](Answer answer) {
    if (!alive.expired()) on_answer(job, std::move(answer));
  });
}

void Rehost::on_answer(const JobPtr& job, Answer answer) {
  if (!answer) return finish(job, failure_of(answer.error()));
  if (has(redirects, answer->status)) return redirect(job, *answer);
  if (answer->status != 200) return finish(job, failure_of(answer->status));
  auto type = media_type(base::find_header(answer->headers, "Content-Type"));
  // A store that the provider keeps its files in may not know what they are.
  if (type.empty()) type = media_type(job->media.content_type);
  take(job, std::move(type), std::move(answer->body));
}

void Rehost::redirect(const JobPtr& job, const base::HttpResponse& answer) {
  const auto location = base::find_header(answer.headers, "Location");
  auto url = location.empty() ? std::nullopt : base::follow(job->url, location);
  if (!url || ++job->redirects > most_redirects) return finish(job, {Kind::never, {}, "a redirect to nowhere"});
  fetch(job, std::move(*url));
}

void Rehost::take(const JobPtr& job, std::string type, std::string bytes) {
  const auto use = use_of(type);
  if (use == MediaUse::dropped) return finish(job, {Kind::dropped, {}, {}});
  if (bytes.empty() && !job->media.url.empty()) return finish(job, {Kind::absent, {}, "an empty file"});
  if (use == MediaUse::named || bytes.empty()) return finish(job, {Kind::never, {}, "not a file that is passed on"});
  if (bytes.size() > rules_.longest) return finish(job, {Kind::never, {}, "too long"});
  job->file = {{}, type, media_name(type), bytes.size(), base::sha256(bytes)};
  job->bytes = std::make_shared<const std::string>(std::move(bytes));
  if (!slots_) return keep(job, {});
  slots_({job->file.name, job->file.content_type, job->file.size},
         [this, alive = std::weak_ptr(alive_), job](const legacy::SlotAnswer& answer) {
           if (!alive.expired()) upload(job, answer);
         });
}

void Rehost::upload(const JobPtr& job, const legacy::SlotAnswer& answer) {
  using Slot = legacy::SlotAnswer::Kind;
  if (answer.kind == Slot::none) return keep(job, {Kind::never, {}, "no place for such a file"});
  const auto& slot = answer.slot;
  const bool is_good = answer.kind == Slot::given && is_upload_url(slot.put) && is_upload_url(slot.get);
  if (!is_good) return keep(job, {Kind::later, {}, "no upload slot"});
  base::HttpCall call;
  call.method = "PUT";
  call.url = slot.put;
  call.headers = {{"Content-Type", job->file.content_type}};
  std::copy_if(slot.headers.begin(), slot.headers.end(), std::back_inserter(call.headers), is_upload_header);
  call.body = *job->bytes;
  call.timeout = rules_.time;
  call.longest_body = longest_reply;
  client_.send(std::move(call), [this, alive = std::weak_ptr(alive_), job, url = slot.get](const Answer& put) {
    if (alive.expired()) return;
    if (!put || put->status < 200 || put->status > 299)
      return keep(job,
                  {Kind::later, {}, put ? "the upload got status " + std::to_string(put->status) : put.error().what});
    job->file.url = url;
    finish(job, {Kind::placed, job->file, {}});
  });
}

// Among our own files, where we serve any.
void Rehost::keep(const JobPtr& job, Rehosted otherwise) {
  if (rules_.files == nullptr) return finish(job, std::move(otherwise));
  rules_.files->put(job->file.content_type, job->bytes, job->media.owner,
                    [this, alive = std::weak_ptr(alive_), job](const std::string& url) {
                      if (alive.expired()) return;
                      if (url.empty()) return finish(job, {Kind::later, {}, "the file could not be written"});
                      job->file.url = url;
                      finish(job, {Kind::placed, job->file, {}});
                    });
}

void Rehost::finish(const JobPtr& job, Rehosted end) {
  --busy_;
  job->bytes.reset();
  const auto alive = std::weak_ptr(alive_);
  std::exchange(job->done, nullptr)(std::move(end));
  if (!alive.expired()) next();
}

}  // namespace sms

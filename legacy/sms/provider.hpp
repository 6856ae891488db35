// What differs between SMS providers: the bytes of a send request, what its answer means, and how webhooks are read.
// Pure functions over values; the queue, the network and the listener know no provider by name.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/webhook.hpp"

namespace sms {

// One text to be handed over. `id` is ours, unguessable; reports name it.
struct Outbound {
  std::string id;
  std::string from;  // canonical, like `to`: "+15551234567", or the digits of a short code
  std::string to;
  std::string text;
  std::vector<std::string> media{};   // URLs; only where traits() has them
  std::vector<std::string> others{};  // of a group text: who gets it besides `to`; only where traits() has groups
};

// What a provider takes and does.
struct Traits {
  std::size_t longest_text = 0;  // in code points; 0: only the ten segments that we allow
  bool joins = true;             // cuts a long text into segments that a phone shows as one
  std::size_t most_media = 0;    // URLs in one message; 0: no MMS
  bool has_no_plus = false;      // numbers that come in are international, and written without it
  bool holds_stops = false;      // by itself: who has sent STOP gets nothing of ours until START
  bool is_idempotent = false;    // a message with an id that was taken before is not taken twice
  // Of a group text, which is an MMS, and whose Verdict is as_counted: its recipients are the segments. 0: no groups.
  std::size_t most_recipients = 0;
};

// What the provider's answer to a send request means.
struct Verdict {
  enum class Kind {
    accepted,
    retry,    // not taken, may work later
    refused,  // not taken, never will be
    stopped,  // our account there does not work; says nothing about this message
    unknown,  // no answer: may have been taken
  };
  Kind kind = Kind::unknown;
  std::string words;                                     // the provider's own, for people
  std::optional<std::chrono::seconds> retry_after;       // as the provider asks
  legacy::Errc reason = legacy::Errc::provider_refused;  // of `refused`
  // accepted: reports come one for each of so many; 0: one for all; as_counted: one for each as we count them.
  static constexpr std::size_t as_counted = static_cast<std::size_t>(-1);
  std::size_t segments = 0;
  std::string foreign_id{};  // accepted: the provider's id, where its reports name no other
};

// A picture, sound or file that came with a text.
struct Media {
  std::string url;           // empty: `data` has it
  std::string content_type;  // as the provider says; may be empty
  std::string data;
  std::string owner{};  // whose share of the room for files it takes
};

// One segment of a long text that the provider doesn't join: `number` of `total`, from 1.
struct Part {
  std::string reference;
  std::size_t number = 0;
  std::size_t total = 0;
};

// A text for one of our users.
struct Inbound {
  std::string from;
  std::string to;
  std::string text;                    // UTF-8
  std::string id;                      // the provider's; may be empty
  std::optional<base::WallTime> when;  // when it was sent, where known
  std::string stamp;                   // that time as the provider wrote it, for telling repeats
  std::vector<Media> media{};
  std::vector<std::string> others{};  // of a group: all its members but `from` and `to`
  std::string group{};                // its name (group.hpp) once it is known to be one that can be answered
  std::optional<Part> part;
};

// What became of an Outbound.
struct Report {
  enum class State { delivered, failed, under_way };
  std::string id;  // ours; empty: `foreign_id` has the provider's
  State state = State::under_way;
  std::string words;                                  // why it failed
  legacy::Errc reason = legacy::Errc::undeliverable;  // for good, or unreachable_now
  std::string foreign_id{};
  // Which of several, by any name, of a group text the recipient's number; empty: it is about the whole message.
  std::string segment{};
};

// A webhook call that is refused: answered with this status.
struct Rejection {
  int status = 400;
  std::string why;  // for the log
};

// Empty: a call that says nothing of use, to be thanked for.
using Notices = std::vector<std::variant<Inbound, Report>>;
using Notice = std::variant<Notices, Rejection>;

class Provider {
 public:
  virtual ~Provider() = default;
  virtual Traits traits() const { return {}; }
  virtual base::HttpCall request(const Outbound& message) const = 0;
  virtual Verdict verdict(const base::HttpResponse& response) const = 0;
  // Where webhooks of this network arrive: a prefix of the target.
  virtual std::string webhook_path() const = 0;
  // Bytes of a call, where it may be longer than HttpLimits::body; 0: it may not.
  virtual std::size_t longest_call() const { return 0; }
  // What a call that notice() takes has in its head.
  virtual Pass pass() const = 0;
  // Authenticates and reads one. `now` is for signatures that age. One that is repeated while it is young does no harm:
  // a text is known again by its id, and no state moves back.
  virtual Notice notice(const base::HttpRequest& request, base::WallTime now) const = 0;
  // What an operator has to set so that texts come with an id.
  virtual std::string id_advice() const = 0;
  // What a webhook call is answered with once its content is safe on disk.
  virtual base::HttpResponse thanks() const = 0;
  // How a file that came with a text is asked for. By default without credentials, from a public address.
  virtual base::HttpCall media_call(const std::string& url) const;
};

// `public_url` is how the provider reaches our listener, without a slash at the end; empty: no webhooks.
std::unique_ptr<Provider> make_provider(const config::SmsNetwork& network, const std::string& public_url);

// What a provider said, for people: valid UTF-8 of at most 200 bytes without line ends.
std::string provider_words(std::string_view said);
// Shared by providers: asks for a file with that Authorization where it lies at the API itself. At the API's own host
// also a private address is fine.
base::HttpCall api_media_call(const config::SmsApi& api, const std::string& authorization, const std::string& url);
// Shared by providers: of a group text, what came of it at one recipient.
Report at_recipient(Report report, const std::string& number);
// Shared by providers: the verdict of an HTTP status (sms-providers.md, section 0 rule 6), with Retry-After.
Verdict judge_status(const base::HttpResponse& response, base::WallTime now);

}  // namespace sms

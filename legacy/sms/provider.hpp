// What differs between SMS providers: the bytes of a send request, what its answer means, and how webhooks are read.
// Pure functions over values; the queue, the network and the listener know no provider by name.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "base/clock.hpp"
#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"

namespace sms {

// One text to be handed over. `id` is ours, unguessable; reports name it.
struct Outbound {
  std::string id;
  std::string from;
  std::string to;
  std::string text;
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
  std::string words;                                // the provider's own, for people
  std::optional<std::chrono::seconds> retry_after;  // as the provider asks
};

// A text for one of our users.
struct Inbound {
  std::string from;
  std::string to;
  std::string text;                    // UTF-8
  std::string id;                      // the provider's; may be empty
  std::optional<base::WallTime> when;  // when it was sent, where known
  std::string stamp;                   // that time as the provider wrote it, for telling repeats
};

// What became of an Outbound.
struct Report {
  enum class State { delivered, failed, under_way };
  std::string id;
  State state = State::under_way;
  std::string words;                                  // why it failed
  legacy::Errc reason = legacy::Errc::undeliverable;  // for good, or unreachable_now
};

// A webhook call that is neither: answered with this status.
struct Rejection {
  int status = 400;
  std::string why;  // for the log
};

using Notice = std::variant<Inbound, Report, Rejection>;

class Provider {
 public:
  virtual ~Provider() = default;
  virtual base::HttpCall request(const Outbound& message) const = 0;
  virtual Verdict verdict(const base::HttpResponse& response) const = 0;
  // Where webhooks of this network arrive: a prefix of the target.
  virtual std::string webhook_path() const = 0;
  // Authenticates and reads one.
  virtual Notice notice(const base::HttpRequest& request) const = 0;
  // What an operator has to set so that texts come with an id.
  virtual std::string id_advice() const = 0;
  // What a webhook call is answered with once its content is safe on disk.
  virtual base::HttpResponse thanks() const = 0;
};

// `public_url` is how the provider reaches our listener, without a slash at the end; empty: no webhooks.
std::unique_ptr<Provider> make_provider(const config::SmsNetwork& network, const std::string& public_url);

// Shared by providers: the verdict of an HTTP status (sms-providers.md, section 0 rule 6), with Retry-After.
Verdict judge_status(const base::HttpResponse& response, base::WallTime now);

}  // namespace sms

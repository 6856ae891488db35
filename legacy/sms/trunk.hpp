// One account at a provider, the operator's or a user's own: requests go out through it, so many at once and so many
// segments per second, its webhooks come in, and files are fetched with its credentials. A webhook finds its session by
// the number (texts) or by the tag in our message id (reports). Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "base/refusals.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/pace.hpp"
#include "legacy/sms/provider.hpp"
#include "legacy/sms/rehost.hpp"
#include "legacy/sms/seldom.hpp"

namespace sms {

class Session;

class Trunk {
 public:
  // What all accounts of one network have in common.
  struct Way {
    base::HttpClient& client;
    base::HttpServer* server;  // null: nothing comes in, and no reports are asked for
    std::string public_url;
    const legacy::AskSlot& slots;
    MediaRules media = {};
  };
  // Get, in words and not again and again, what whoever has the account should know.
  using Alarm = std::function<void(const std::string& text)>;
  struct Alarms {
    Alarm stranger;  // a text came for a number that no session has
    Alarm account;   // it does not work, or works again; may be empty
  };

  // The name in `config` is a part of the webhooks' URLs. Way and numbering must outlive it.
  Trunk(config::SmsNetwork config, const Way& way, const Numbering& numbering, Alarms alarms);
  ~Trunk();
  Trunk(const Trunk&) = delete;
  Trunk& operator=(const Trunk&) = delete;

  const std::string& name() const noexcept { return config_.name; }
  const Provider& provider() const noexcept { return *provider_; }
  Rehost& rehost() noexcept { return rehost_; }
  // What the URLs of its webhooks start with.
  std::string webhook_url() const;
  // No webhook calls come from now on: another one takes them.
  void retire();
  // Before the first slot is taken.
  void use(const asio::any_io_executor& executor);
  // The last text could not be handed over, not long ago, and nobody has asked to wait.
  bool is_down() const noexcept;

  // One webhook call; the listener's handler.
  void on_webhook(const base::HttpRequest& request, base::HttpReply reply);

  // False: the number is another user's.
  bool enroll(Session& session);
  void leave(Session& session);
  // Empty: nobody's.
  std::string user_of(const std::string& number) const;

  // done gets what the provider's answer means, unless this is destroyed first.
  void hand_over(const Outbound& message, std::function<void(const Verdict&)> done);
  // A session that got fewer slots than it asked for is woken later.
  std::size_t free_slots() const noexcept;
  void take_slot(std::size_t segments) noexcept;
  void wait_for_slot(Session& session);
  void give_slot();

 private:
  // One item of a call; `done` gets the status for it.
  using Done = std::function<void(int status)>;
  Number number_of(const std::string& text) const;
  void on_notice(const Inbound& inbound, Done done);
  void on_notice(const Report& report, Done done);
  void on_foreign(Report report, Done done);
  std::optional<base::HttpResponse> glance(const base::HttpRequest& head);
  void note_refusal(const std::string& caller, const Rejection& rejection);
  void note_stranger(const Number& to);
  void serve_waiting();
  void wake_in_time();
  void note(const Verdict& verdict);
  void note_success(const Verdict& verdict);
  void note_way(const Verdict& verdict);

  config::SmsNetwork config_;
  const Way& way_;
  const Numbering& numbering_;
  Alarms alarms_;
  std::unique_ptr<Provider> provider_;
  Rehost rehost_;
  std::map<std::string, Session*> by_number_;
  std::map<std::string, Session*> by_tag_;
  Session* service_ = nullptr;  // sends in the gateway's name
  std::deque<Session*> waiting_;
  std::size_t busy_ = 0;
  Pace pace_;
  std::optional<base::Timer> wake_;  // when the pace lets the next text go
  bool is_routed_ = false;
  bool is_stopped_ = false;
  bool has_failed_ = false;                            // since the last text that was taken
  std::optional<base::Clock::time_point> down_since_;  // the last failure of the account or the way to it
  bool has_warned_of_ids_ = false;
  base::LogBound refused_{10};
  Seldom strangers_{std::chrono::hours(1)};  // numbers that nobody has, and that were told of
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sms

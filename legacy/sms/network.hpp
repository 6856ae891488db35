// SMS as a network: a session per user who has registered a phone number, one provider for all of them, and its
// webhooks, which find the session by the number (texts) or by the tag in our message id (reports).
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "base/curl.hpp"
#include "base/http_server.hpp"
#include "config/config.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/guard.hpp"
#include "legacy/sms/number.hpp"
#include "legacy/sms/pace.hpp"
#include "legacy/sms/provider.hpp"
#include "legacy/sms/rehost.hpp"
#include "legacy/sms/seldom.hpp"

namespace sms {

class Session;

class Network final : public legacy::Network {
 public:
  // The client and the server must outlive it; without a server, or without a public_url, nothing comes in and no
  // reports are asked for. `records` are the network's own: what everybody has used, and who wants no more texts.
  // Without them that is remembered as long as the network lives.
  Network(config::SmsNetwork config, base::HttpClient& client, base::HttpServer* server, const std::string& public_url,
          std::unique_ptr<legacy::State> records = nullptr, MediaRules media = {});
  ~Network() override;
  Network(const Network&) = delete;
  Network& operator=(const Network&) = delete;

  const std::string& name() const override { return config_.name; }
  base::Result<legacy::Chat, legacy::Errc> parse(std::string_view id) const override;
  std::string check(const legacy::Account& account) const override;
  legacy::Features features() const override;
  std::unique_ptr<legacy::Session> open(legacy::Account account, legacy::Context context) override;

  // One webhook call; the listener's handler.
  void on_webhook(const base::HttpRequest& request, base::HttpReply reply);

 private:
  friend class Session;

  // One item of a call; `done` gets the status for it.
  using Done = std::function<void(int status)>;
  void on_notice(const Inbound& inbound, Done done);
  void on_notice(const Report& report, Done done);
  void on_foreign(Report report, Done done);
  void note_stranger(const Number& to);

  // False: the number is another user's.
  bool enroll(Session& session);
  void leave(Session& session);
  // Requests to the provider at once are limited, and segments per second; a session that got fewer slots than it
  // asked for is woken later.
  std::size_t free_slots() const noexcept;
  void take_slot(std::size_t segments) noexcept;
  void wait_for_slot(Session& session);
  void give_slot();
  void serve_waiting();
  void wake_in_time();
  // The admins hear once that our account there doesn't work, and once that it works again.
  void note(const Verdict& verdict);

  config::SmsNetwork config_;
  Numbering numbering_;
  Guard guard_;
  base::HttpClient& client_;
  base::HttpServer* server_;
  std::unique_ptr<Provider> provider_;
  Rehost rehost_;
  std::map<std::string, Session*> by_number_;
  std::map<std::string, Session*> by_tag_;
  std::deque<Session*> waiting_;
  std::size_t busy_ = 0;
  Pace pace_;
  std::optional<base::Timer> wake_;  // when the pace lets the next text go
  bool is_stopped_ = false;
  bool has_warned_of_ids_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  Seldom strangers_{std::chrono::hours(1)};  // numbers that nobody has, and that the admins were told of
};

}  // namespace sms

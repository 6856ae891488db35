// One user's phone number: does the I/O that Queue and Inbox ask for. Created by Network, which outlives it, as do the
// sink and the state of its Context. Works from its construction on, but sends and announces only while run() runs.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>

#include "base/clock.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/attachments.hpp"
#include "legacy/sms/clock_watch.hpp"
#include "legacy/sms/fates.hpp"
#include "legacy/sms/group.hpp"
#include "legacy/sms/guard.hpp"
#include "legacy/sms/inbox.hpp"
#include "legacy/sms/network.hpp"
#include "legacy/sms/parts.hpp"
#include "legacy/sms/queue.hpp"
#include "legacy/sms/records.hpp"

namespace sms {

// How ids of that user's messages start.
std::string tag_of(const std::string& user);

class Session final : public legacy::Session {
 public:
  Session(legacy::Account account, legacy::Context context, Network& network);
  ~Session() override;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  // Ends by cancellation or Close; requests to the provider that are under way get three seconds more.
  asio::awaitable<void> run() override;
  void submit(legacy::Ref ref, const legacy::Request& request) override;

  const std::string& user() const noexcept { return account_.user; }
  bool is_service() const noexcept { return account_.is_service; }
  const std::string& number() const noexcept { return number_; }  // canonical; empty: none
  const std::string& tag() const noexcept { return tag_; }        // how our message ids start

  // From the network: webhooks, whose `done` gets an HTTP status once they are on the disk, and "there is a free slot".
  using Done = std::function<void(int status)>;
  void on_inbound(const Inbound& message, const std::string& from, Done done);
  void on_report(const Report& report, Done done);
  // What somebody answers to a code. False: it is no word that we know.
  bool heed_reply(const std::string& from, const std::string& text);
  // Our id of what the provider calls so; empty: not a message of this user.
  std::string find_foreign(const std::string& foreign_id) const { return queue_.find_foreign(foreign_id); }
  void serve();
  // A text of somebody went through this account.
  void wake();

 private:
  void on(legacy::Ref ref, const legacy::SendText& request);
  void on(legacy::Ref ref, const legacy::Taken& request);
  void on(legacy::Ref ref, const legacy::Close& request);
  void on(legacy::Ref ref, const legacy::Query& request);
  void on(legacy::Ref ref, const legacy::SendCode& request);
  void on(legacy::Ref ref, const legacy::LiftStop& request);
  void on(legacy::Ref ref, const legacy::SetAllowance& request);
  void on(legacy::Ref ref, const legacy::Join& request);
  void on(legacy::Ref ref, const legacy::Leave& request);
  template <class Other>
  void on(legacy::Ref ref, const Other&) {
    finish(ref, legacy::Errc::unsupported);
  }

  // A SendText on its way to the disk: its pieces, and what it was counted as.
  struct Accepted {
    std::vector<std::string> ids;
    std::string token;  // of its first piece
    Amount amount;
  };

  // ---- session_group.cpp
  bool has_groups() const;
  base::Result<Group, legacy::Outcome> group_of(const std::string& name) const;
  // The group's name, when the text is one of a group that can be answered.
  std::string group_of(const Inbound& message, const std::string& from) const;
  // Whom a text goes to, and the name under which it waits.
  struct Addressee {
    std::string name;
    Guard::Recipients numbers;
  };
  base::Result<Addressee, legacy::Outcome> addressee(const std::string& name) const;
  void reflect(legacy::Ref ref, const legacy::SendText& request);
  Outbound outbound_of(const Queue::Send& send) const;
  std::string recipient_of(const std::string& id, const std::string& segment = {}) const;

  // ---- session_text.cpp
  legacy::Errc refusal() const;
  struct Letter {
    std::vector<std::string> pieces;
    std::vector<std::string> media;  // of the first piece, which is an MMS then
  };
  Letter letter_of(const legacy::SendText& request) const;
  void enqueue(legacy::Ref ref, const Addressee& to, const Letter& letter, const legacy::SendText& request);
  void withdraw(const Accepted& accepted);
  Sender sender() const;
  bool may_go_plain(const Queue::Send& send, const Verdict& verdict);
  bool is_stop(const std::string& said) const;
  bool heed(const legacy::Received& text);
  // is_held: the provider holds it, too.
  bool heed_stop(const std::string& who, const std::string& words, bool is_held);
  std::string stops() const;
  bool answer(const std::string& to, const std::string& text, const std::string& word);
  void tell_user(std::string text);
  void tell(legacy::Delivery delivery);

  void finish(legacy::Ref ref, legacy::Errc error, std::string text = {});
  void finish(legacy::Ref ref, legacy::Outcome outcome);
  const Provider& provider() const { return trunk_.provider(); }
  // ---- session_route.cpp
  // What all accounts that a text may go through can take.
  Traits traits() const;
  Trunk* second() const;
  Trunk& way_of(const std::string& to) const;
  Verdict with_failover(const Trunk& way, Verdict verdict) const;
  void note_account();
  void start();
  void tell_where();
  void tell_link(legacy::LinkState::Link link, legacy::Errc reason = legacy::Errc::none, std::string text = {});
  void persist(std::function<void(bool)> done = {});
  void take_in(const Inbound& message, const std::string& from);
  void offer(const Inbound& message, const std::string& from, base::WallTime now);
  void note_code(const std::string& from);
  void fetch_files();
  void on_file(const std::string& name, const Rehosted& end);
  void answer_when_saved(Done done);
  void announce();
  void transmit(const Queue::Send& send);
  void on_answer(const Queue::Send& send, const Verdict& verdict);
  void tell_stopped(const std::string& words);
  void give_slot();
  bool has_open_work() const;
  void end_when_idle();
  void schedule();
  void sweep();
  void follow_clock();
  void after(base::Timer& timer, base::Timer::duration pause, std::function<void()> act);
  base::Timer::duration until(base::WallTime time) const;

  legacy::Account account_;
  legacy::Sink& sink_;
  legacy::State& state_;
  Network& network_;
  Network::Own own_;
  Trunk& trunk_;  // that one, or the operator's
  std::string number_;
  std::string tag_;
  Queue queue_;
  Inbox inbox_;
  Attachments attachments_;
  Parts parts_;
  Fates fates_;
  Sweeper sweeper_;
  ClockWatch clock_{wall_now(), base::Clock::now()};
  base::Timer end_;           // run() waits on it
  base::Timer due_;           // the queue's next deadline
  base::Timer commit_again_;  // after a failed commit
  base::Timer sweep_;
  std::map<legacy::Ref, Accepted> pending_;  // not on disk yet
  std::set<legacy::Ref> codes_;              // on their way to the provider
  std::uint64_t saved_out_ = 0;              // marks that are on the disk
  std::uint64_t saved_in_ = 0;
  std::size_t slots_ = 0;  // requests to the provider under way
  bool is_enrolled_ = false;
  bool is_running_ = false;
  bool is_closing_ = false;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace sms

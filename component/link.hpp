// The connection of one component domain (XEP-0114): dials, shakes hands, reads, writes, keeps alive and reconnects for
// ever. What is sent while the server is away waits in a bounded outbox, and what it may not have got is written again
// (delivery.hpp); nothing of it is written before the handshake of the new stream is complete.
#pragma once

#include <exception>
#include <memory>
#include <optional>
#include <string>

#include "base/backoff.hpp"
#include "base/condition.hpp"
#include "base/log.hpp"
#include "base/stream.hpp"
#include "component/delivery.hpp"
#include "component/error.hpp"
#include "component/stanza.hpp"
#include "component/stream.hpp"
#include "config/config.hpp"

namespace component {

// Called on the loop, never from inside send(). An exception is logged and ends only the handling of that stanza.
struct LinkHandler {
  virtual ~LinkHandler() = default;
  virtual void on_stanza(Stanza stanza) = 0;
  virtual void on_up() = 0;    // stanzas are written from now on
  virtual void on_down() = 0;  // the stream that was up is lost; a new one is being opened
};

class Link final : public Outlet {
 public:
  // With room that only iq stanzas may use: an asker is answered, and the server is pinged, also when it is slow.
  static constexpr base::OutboxLimits usual_limits{.reserved = std::size_t{1} << 20};

  // Both references outlive the link; the link outlives its run().
  Link(asio::any_io_executor executor, base::Dialer& dialer, config::Component config, LinkHandler& handler,
       base::OutboxLimits limits = usual_limits);

  // Serves until stop() or cancellation (which closes without a farewell). Called once.
  asio::awaitable<void> run();
  // Writes what is queued and </stream:stream>, closes within 1.5 s; then run() returns. send() says false from now on.
  void stop() noexcept;

  // A stanza without `from` (of our domain) or `to`, or over the size servers take, is refused: servers close the
  // stream for these.
  bool send(const xml::Element& stanza) override;
  bool send(const WrittenStanza& stanza, std::string_view to) override;
  bool send_confirmed(const xml::Element& stanza, std::function<void(bool)> confirmed) override;

  bool is_up() const noexcept override { return stream_ && stream_->is_ready(); }
  // While the server is away, for a minute at most: then what has no room is lost, as IRC servers drop who doesn't
  // read.
  bool has_room(std::string_view user) const override { return outbox().has_room(user); }
  void when_room(std::string_view user, std::function<void()> resume) override {
    delivery_.outbox().when_room(user, std::move(resume));
  }

  const base::Outbox& outbox() const noexcept { return delivery_.outbox(); }

 private:
  // How one connection ended.
  struct End {
    std::string condition;  // the stream error's, empty when there was none
    std::string text;       // for the log
    bool is_ours = false;   // the stream error
    std::string other_host;
    bool was_up = false;
    base::Clock::duration up_for{};
  };

  asio::awaitable<End> serve(base::Endpoint endpoint);
  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint endpoint);
  asio::awaitable<void> part(asio::awaitable<void> work);
  asio::awaitable<void> read();
  asio::awaitable<void> write();
  asio::awaitable<bool> write_batch();
  asio::awaitable<void> keep_alive();
  asio::awaitable<void> watch_stop();
  asio::awaitable<bool> pause(base::Clock::duration d);

  bool enqueue(const xml::Element& stanza, std::function<void(bool)> confirmed);
  bool enqueue(std::string_view kind, std::string_view to, Delivery::Item item);
  void warn_of_losses();
  bool is_sendable(std::string_view kind, std::string_view from, std::string_view to) const;
  void write_now(std::string_view bytes);
  void perform(Action& action);
  void on_element(xml::Element& element);
  void deliver(xml::Element& element);
  void pass_on(Stanza&& stanza);
  void refuse(const xml::Element& stanza, StanzaError error);
  void on_ready();
  void on_failed(action::Failed failed);
  void lose_patience_later();
  void settle_uncertain();
  void give_up(const Delivery::Item& culprit);
  base::Clock::duration delay_after(const End& end);
  std::optional<base::Endpoint> other_host(const End& end) const;

  asio::any_io_executor executor_;
  base::Dialer& dialer_;
  const config::Component config_;
  const std::string domain_;  // prepared
  LinkHandler& handler_;
  const base::Log log_;
  Delivery delivery_;
  std::uint64_t next_warning_ = 1;  // lost stanzas
  base::Backoff backoff_;
  base::Event stop_;
  base::Condition work_;  // something for the writer
  base::Timer patience_;  // while the server is away

  // Of the present connection:
  std::unique_ptr<base::Stream> connection_;
  std::optional<Stream> stream_;
  std::string urgent_;    // header, handshake, farewell: before and beside the outbox
  bool is_over_ = false;  // only urgent_ is still written
  bool has_farewell_ = false;
  bool has_logged_foreign_ = false;
  End end_;
  base::Clock::time_point up_since_;
  std::exception_ptr thrown_;
};

}  // namespace component

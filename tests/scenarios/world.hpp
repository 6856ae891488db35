// The whole gateway in one process: its store in a temporary file, its IRC adapter over pipes, the XMPP server and the
// IRC server played by the scenario. Time stands still unless the scenario moves it.
#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "base/pipe.hpp"
#include "base/stream.hpp"
#include "component/stanza.hpp"
#include "legacy/irc/sts.hpp"
#include "mapping/archive.hpp"
#include "mapping/gateway.hpp"
#include "tests/support/loop.hpp"
#include "tests/support/outlet.hpp"

namespace scenario {

// Collects what the gateway sends; every stanza counts as taken by the server at once.
class Server final : public support::TreeOutlet {
 public:
  using TreeOutlet::send;
  explicit Server(asio::io_context& io) : io_(io) {}
  bool send(const component::xml::Element& stanza) override;
  bool send_confirmed(const component::xml::Element& stanza, std::function<void(bool)> confirmed) override;
  std::deque<component::xml::Element> sent;

 private:
  asio::io_context& io_;
};

// The IRC server's end of one connection.
class IrcPeer {
 public:
  explicit IrcPeer(std::unique_ptr<base::Stream> stream) : stream_(std::move(stream)) {}
  asio::awaitable<void> read();
  asio::awaitable<void> write(std::string line);
  void close() { stream_->close(); }
  std::deque<std::string> lines;
  bool closed = false;

 private:
  std::unique_ptr<base::Stream> stream_;
  std::string partial_;
};

class PipeDialer final : public base::Dialer {
 public:
  explicit PipeDialer(asio::io_context& io) : io_(io) {}
  asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> dial(base::Endpoint endpoint) override;
  std::vector<std::unique_ptr<IrcPeer>> peers;
  bool refuses = false;
  std::string last;  // where the latest connection goes: "irc.example:6697 tls"

 private:
  asio::io_context& io_;
};

class World {
 public:
  World();
  ~World();

  void from_xmpp(const std::string& xml);
  // The next stanza that the gateway sent; nothing when none comes.
  std::optional<component::xml::Element> next_stanza();
  void from_irc(const std::string& line);
  std::optional<std::string> next_line();
  void close_irc();
  void refuse_irc(bool refuses) { dialer_.refuses = refuses; }
  const std::string& dialled() const { return dialer_.last; }
  // Remembers the session of the command that the next stanza answers with.
  void note(const std::string& name);
  // "$name" replaced by what was noted.
  std::string fill_in(std::string text) const;
  void pass(std::chrono::milliseconds time);
  bool is_quiet();
  std::string leftovers();
  void forget_stanzas() { server_.sent.clear(); }
  void stop();
  void xmpp_is_back();
  // Ends the gateway and starts another one on the same files.
  void restart(bool as_single);

 private:
  void start();
  void open_gateway(mapping::Identity identity);
  // Runs all that can run now, with what it asks of the archive's thread.
  void settle();
  template <class Condition>
  bool wait(Condition condition);

  support::Loop loop_;
  asio::io_context& io_ = loop_.io;
  std::filesystem::path directory_;
  Server server_{io_};
  PipeDialer dialer_{io_};
  std::unique_ptr<mapping::Store> store_;
  std::unique_ptr<irc::StsPolicies> sts_;
  std::unique_ptr<mapping::Archive> archive_;
  std::unique_ptr<mapping::Gateway> gateway_;
  std::map<std::string, std::string> notes_;
  bool stopped_ = false;
  bool is_single_ = false;
};

}  // namespace scenario

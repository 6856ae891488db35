// An IRC server of one process for as many clients as the gateway brings, and for people who exist only by name. It
// follows RFC 1459 as far as gateways need it and offers the one capability that old servers have (multi-prefix).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "bench/load/socket.hpp"

namespace load {

class IrcServer {
 public:
  class Client;

  IrcServer(asio::io_context& io, Manners manners);
  ~IrcServer();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::size_t clients() const { return by_nick_.size(); }
  std::uint64_t lines() const { return lines_; }

  // People without a connection who are in the channel when somebody joins it.
  void populate(std::string_view channel, std::vector<std::string> nicks);
  // Sends a line (without its end) to all clients in the channel.
  void broadcast(std::string_view channel, std::string_view line, const Client* except = nullptr);

  // Bytes that wait to be sent to the client with that nick; 0 when there is none.
  std::size_t backlog(std::string_view nick) const;
  // To that client alone, lines with their ends.
  void tell(std::string_view nick, std::string_view lines);

  // What the client with that nick said to whom.
  std::function<void(std::string_view nick, std::string_view target, std::string_view text)> on_said;

 private:
  friend class Client;
  struct Channel {
    std::vector<Client*> members;
    std::vector<std::string> people;
  };

  void accept();
  Channel& channel(std::string_view name);
  bool claim(std::string_view nick, Client& client);
  void join(Client& client, std::string_view name);
  void part(Client& client, std::string_view name);
  void forget(Client& client);

  asio::ip::tcp::acceptor acceptor_;
  Manners manners_;
  std::unordered_map<std::string, Channel> channels_;
  std::unordered_map<std::string, Client*> by_nick_;
  std::vector<std::shared_ptr<Client>> connections_;
  std::uint64_t lines_ = 0;
};

}  // namespace load

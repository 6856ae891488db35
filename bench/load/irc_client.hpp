// One connection of the gateway to the IRC server. Internal to irc_server and irc_client.
#pragma once

#include "bench/load/irc_server.hpp"

namespace load {

class IrcServer::Client final : public Connection {
 public:
  Client(Tcp::socket socket, Manners manners, IrcServer& server);

  const std::string& nick() const { return nick_; }
  std::string prefix() const { return ":" + nick_ + "!" + user_ + "@user.localhost"; }
  // ":server NUMBER nick TEXT"
  void reply(std::string_view number, std::string_view text);

 private:
  friend class IrcServer;
  struct Command;

  std::size_t on_bytes(std::string_view bytes) override;
  void on_closed() override;
  void on_line(std::string_view line);
  void register_if_ready();
  void welcome();

  void cap(std::string_view rest);
  void set_nick(std::string_view rest);
  void set_user(std::string_view rest);
  void ping(std::string_view rest);
  void join(std::string_view rest);
  void part(std::string_view rest);
  void say(std::string_view rest);
  void mode(std::string_view rest);
  void who(std::string_view rest);
  void quit(std::string_view rest);
  void ignore(std::string_view rest);

  IrcServer& server_;
  std::string nick_, user_;
  std::vector<std::string> channels_;
  bool negotiating_ = false;
  bool registered_ = false;
};

}  // namespace load

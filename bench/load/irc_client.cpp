#include "bench/load/irc_client.hpp"

#include <fmt/format.h>

#include "bench/load/scan.hpp"

namespace load {
namespace {

constexpr std::string_view server_name = "irc.localhost";
constexpr std::string_view capabilities = "multi-prefix";

std::string_view word(std::string_view text) {
  return up_to(text, ' ');
}

std::string_view trailing(std::string_view text) {
  return text.starts_with(':') ? text.substr(1) : text;
}

}  // namespace

struct IrcServer::Client::Command {
  std::string_view name;
  void (Client::*handle)(std::string_view rest);
};

IrcServer::Client::Client(Tcp::socket socket, Manners manners, IrcServer& server)
    : Connection(std::move(socket), manners), server_(server) {}

void IrcServer::Client::reply(std::string_view number, std::string_view text) {
  send(fmt::format(":{} {} {} {}\r\n", server_name, number, nick_.empty() ? "*" : nick_, text));
}

std::size_t IrcServer::Client::on_bytes(std::string_view bytes) {
  std::size_t used = 0;
  while (is_open()) {
    const auto end = bytes.find('\n', used);
    if (end == std::string_view::npos) break;
    std::string_view line = bytes.substr(used, end - used);
    if (line.ends_with('\r')) line.remove_suffix(1);
    used = end + 1;
    ++server_.lines_;
    on_line(line);
  }
  return used;
}

void IrcServer::Client::on_line(std::string_view line) {
  static constexpr Command commands[] = {
      {"PRIVMSG", &Client::say}, {"PING", &Client::ping},     {"PONG", &Client::ignore},   {"JOIN", &Client::join},
      {"MODE", &Client::mode},   {"PART", &Client::part},     {"NICK", &Client::set_nick}, {"USER", &Client::set_user},
      {"CAP", &Client::cap},     {"QUIT", &Client::quit},     {"WHO", &Client::who},       {"PASS", &Client::ignore},
      {"AWAY", &Client::ignore}, {"NOTICE", &Client::ignore},
  };
  const std::string_view name = word(line);
  for (const Command& command : commands) {
    if (command.name == name) return (this->*command.handle)(after(line, ' '));
  }
  reply("421", fmt::format("{} :Unknown command", name));
}

void IrcServer::Client::cap(std::string_view rest) {
  const std::string_view verb = word(rest);
  if (verb == "END") {
    negotiating_ = false;
    return register_if_ready();
  }
  negotiating_ = negotiating_ || !registered_;
  if (verb == "LS") return reply("CAP", fmt::format("LS :{}", capabilities));
  if (verb != "REQ") return;
  std::string_view wanted = trailing(after(rest, ' '));
  while (wanted.ends_with(' ')) wanted.remove_suffix(1);
  reply("CAP", fmt::format("{} :{}", wanted == capabilities ? "ACK" : "NAK", wanted));
}

void IrcServer::Client::set_nick(std::string_view rest) {
  const std::string_view wanted = trailing(rest);
  if (!server_.claim(wanted, *this)) return reply("433", fmt::format("{} :Nickname is already in use", wanted));
  const std::string before = prefix();
  nick_ = wanted;
  if (!registered_) return register_if_ready();
  send(fmt::format("{} NICK :{}\r\n", before, nick_));
}

void IrcServer::Client::set_user(std::string_view rest) {
  user_ = word(rest);
  register_if_ready();
}

void IrcServer::Client::register_if_ready() {
  if (registered_ || negotiating_ || nick_.empty() || user_.empty()) return;
  registered_ = true;
  welcome();
}

void IrcServer::Client::welcome() {
  reply("001", fmt::format(":Welcome to the benchmark {}", prefix().substr(1)));
  reply("002", fmt::format(":Your host is {}", server_name));
  reply("003", ":This server was started for one scenario");
  reply("004", fmt::format("{} bench-1 iow biklmnopstv", server_name));
  reply("005",
        "CASEMAPPING=rfc1459 CHANMODES=b,k,l,imnpst CHANNELLEN=64 CHANTYPES=# MODES=4 NETWORK=Bench NICKLEN=30 "
        "PREFIX=(ov)@+ TOPICLEN=300 :are supported by this server");
  reply("422", ":MOTD File is missing");
}

void IrcServer::Client::ping(std::string_view rest) {
  send(fmt::format(":{} PONG {} :{}\r\n", server_name, server_name, trailing(rest)));
}

void IrcServer::Client::join(std::string_view rest) {
  std::string_view names = word(trailing(rest));
  while (!names.empty()) {
    server_.join(*this, up_to(names, ','));
    names = after(names, ',');
  }
}

void IrcServer::Client::part(std::string_view rest) {
  server_.part(*this, word(trailing(rest)));
}

void IrcServer::Client::say(std::string_view rest) {
  const std::string_view target = word(rest);
  const std::string_view text = trailing(after(rest, ' '));
  if (server_.on_said) server_.on_said(nick_, target, text);
  server_.broadcast(target, fmt::format("{} PRIVMSG {} :{}", prefix(), target, text), this);
}

void IrcServer::Client::mode(std::string_view rest) {
  const std::string_view target = trailing(rest);
  if (!target.starts_with('#') || target.find(' ') != std::string_view::npos) return;
  reply("324", fmt::format("{} +nt", target));
  reply("329", fmt::format("{} 1700000000", target));
}

void IrcServer::Client::who(std::string_view rest) {
  reply("315", fmt::format("{} :End of WHO list", word(rest)));
}

void IrcServer::Client::quit(std::string_view) {
  send(fmt::format("ERROR :Closing link: {}\r\n", nick_));
  close();
}

void IrcServer::Client::ignore(std::string_view) {}

void IrcServer::Client::on_closed() {
  server_.forget(*this);
}

}  // namespace load

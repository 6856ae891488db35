#include "bench/load/irc_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "bench/load/irc_client.hpp"

namespace load {
namespace {

constexpr std::size_t longest_names = 400;  // bytes of names in one 353, as servers do it

}  // namespace

IrcServer::IrcServer(asio::io_context& io, Manners manners) : acceptor_(io), manners_(manners) {
  const Tcp::endpoint here(asio::ip::address_v4::loopback(), 0);
  acceptor_.open(here.protocol());
  acceptor_.bind(here);
  acceptor_.listen(4096);
  accept();
}

IrcServer::~IrcServer() {
  on_said = nullptr;
  for (const auto& client : std::vector(connections_)) client->close();
}

void IrcServer::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, Tcp::socket socket) {
    if (error) return;
    connections_.push_back(std::make_shared<Client>(std::move(socket), manners_, *this));
    connections_.back()->start();
    accept();
  });
}

IrcServer::Channel& IrcServer::channel(std::string_view name) {
  return channels_[std::string(name)];
}

void IrcServer::populate(std::string_view name, std::vector<std::string> nicks) {
  channel(name).people = std::move(nicks);
}

void IrcServer::broadcast(std::string_view name, std::string_view line, const Client* except) {
  const std::string whole = fmt::format("{}\r\n", line);
  for (Client* member : channel(name).members) {
    if (member != except) member->send(whole);
  }
}

std::size_t IrcServer::backlog(std::string_view nick) const {
  const auto found = by_nick_.find(std::string(nick));
  return found == by_nick_.end() ? 0 : found->second->backlog();
}

void IrcServer::tell(std::string_view nick, std::string_view lines) {
  const auto found = by_nick_.find(std::string(nick));
  if (found != by_nick_.end()) found->second->send(lines);
}

bool IrcServer::claim(std::string_view nick, Client& client) {
  const auto [found, is_new] = by_nick_.try_emplace(std::string(nick), &client);
  if (!is_new && found->second != &client) return false;
  if (is_new && !client.nick().empty()) by_nick_.erase(client.nick());
  return true;
}

void IrcServer::join(Client& client, std::string_view name) {
  Channel& where = channel(name);
  where.members.push_back(&client);
  client.channels_.emplace_back(name);
  broadcast(name, fmt::format("{} JOIN {}", client.prefix(), name));
  std::string names;
  const auto flush = [&] {
    if (!names.empty()) client.reply("353", fmt::format("= {} :{}", name, names));
    names.clear();
  };
  const auto add = [&](std::string_view nick) {
    if (names.size() + nick.size() > longest_names) flush();
    names += names.empty() ? "" : " ";
    names += nick;
  };
  for (const Client* member : where.members) add(member->nick());
  for (const std::string& nick : where.people) add(nick);
  flush();
  client.reply("366", fmt::format("{} :End of NAMES list", name));
}

void IrcServer::part(Client& client, std::string_view name) {
  broadcast(name, fmt::format("{} PART {}", client.prefix(), name));
  std::erase(channel(name).members, &client);
  std::erase(client.channels_, name);
}

void IrcServer::forget(Client& client) {
  for (const std::string& name : client.channels_) {
    std::erase(channel(name).members, &client);
    broadcast(name, fmt::format("{} QUIT :gone", client.prefix()));
  }
  by_nick_.erase(client.nick());
  const auto found = std::find_if(connections_.begin(), connections_.end(),
                                  [&](const std::shared_ptr<Client>& each) { return each.get() == &client; });
  if (found == connections_.end()) return;
  std::swap(*found, connections_.back());
  connections_.pop_back();
}

}  // namespace load

#include "tests/scenarios/world.hpp"

#include <cstdlib>
#include <stdexcept>

#include "component/xeps/commands.hpp"
#include "component/xml_parser.hpp"
#include "legacy/irc/network.hpp"

namespace scenario {

using component::xml::Element;

bool Server::send(const Element& stanza) {
  sent.push_back(stanza);
  return true;
}

bool Server::send_confirmed(const Element& stanza, std::function<void(bool)> confirmed) {
  asio::post(io_, [confirmed] { confirmed(true); });
  return send(stanza);
}

asio::awaitable<void> IrcPeer::read() {
  std::vector<char> buffer(4096);
  for (;;) {
    const auto count = co_await stream_->read_some(buffer);
    if (!count) break;
    partial_.append(buffer.data(), *count);
    for (auto end = partial_.find("\r\n"); end != partial_.npos; end = partial_.find("\r\n")) {
      lines.push_back(partial_.substr(0, end));
      partial_.erase(0, end + 2);
    }
  }
  closed = true;
}

asio::awaitable<void> IrcPeer::write(std::string line) {
  line += "\r\n";
  const auto written = co_await stream_->write_all(line);
  if (!written) closed = true;
}

asio::awaitable<base::Result<std::unique_ptr<base::Stream>>> PipeDialer::dial(base::Endpoint endpoint) {
  last = endpoint.host + ":" + std::to_string(endpoint.port) + (endpoint.tls == base::Tls::off ? " plain" : " tls");
  if (refuses) co_return asio::error::connection_refused;
  auto [ours, theirs] = base::make_pipe(io_.get_executor());
  peers.push_back(std::make_unique<IrcPeer>(std::move(theirs)));
  asio::co_spawn(io_, peers.back()->read(), asio::detached);
  co_return std::move(ours);
}

World::World() {
  std::string pattern = (std::filesystem::temp_directory_path() / "wherry-scenario-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("no temporary directory");
  directory_ = pattern;
  start();
}

void World::start() {
  auto store = mapping::Store::open(io_.get_executor(), (directory_ / "wherry.db").string(), std::string(32, 'k'));
  if (!store) throw std::runtime_error(store.error());
  store_ = std::move(*store);
  auto archive = mapping::Archive::open(io_.get_executor(), (directory_ / "archive").string(), std::string(32, 'k'));
  if (!archive) throw std::runtime_error(archive.error());
  archive_ = std::move(*archive);
  mapping::Identity identity("gw", is_single_);
  config::IrcNetwork irc;
  irc.name = "net";
  irc.burst = 0;
  sts_ = std::make_unique<irc::StsPolicies>(store_->state_for({}, {}, "irc sts"));
  identity.add(std::make_unique<irc::Network>(irc, dialer_, irc::Facilities{sts_.get(), nullptr}));
  if (is_single_) return open_gateway(std::move(identity));
  irc.name = "open";
  irc.endpoint = {"irc.example", 6667, base::Tls::off, "", ""};
  identity.add(std::make_unique<irc::Network>(irc, dialer_, irc::Facilities{sts_.get(), nullptr}));
  open_gateway(std::move(identity));
}

void World::open_gateway(mapping::Identity identity) {
  mapping::Options options;
  options.occupant_secret = "secret";
  options.admins = {"admin@x"};
  options.archive = archive_.get();
  gateway_ =
      std::make_unique<mapping::Gateway>(io_.get_executor(), server_, *store_, std::move(identity), std::move(options));
  gateway_->start();
}

World::~World() {
  stop();
  gateway_.reset();
  sts_.reset();
  store_.reset();
  archive_.reset();
  std::filesystem::remove_all(directory_);
}

void World::xmpp_is_back() {
  gateway_->on_down();
  gateway_->on_up();
  settle();
}

void World::restart(bool as_single) {
  stop();
  is_single_ = is_single_ || as_single;
  gateway_.reset();
  sts_.reset();
  store_.reset();
  archive_.reset();
  dialer_.peers.clear();
  server_.sent.clear();
  stopped_ = false;
  start();
}

void World::stop() {
  if (std::exchange(stopped_, true)) return;
  bool done = false;
  gateway_->stop([&done] { done = true; });
  // A session's farewell is bounded by two seconds of our own time.
  for (int turn = 0; turn < 50 && !done; ++turn) {
    loop_.advance(std::chrono::milliseconds(100));
  }
  if (!done) throw std::runtime_error("the gateway did not stop");
}

void World::settle() {
  loop_.settle();
  bool done = stopped_;
  if (!done) archive_->flush([&done] { done = true; });
  while (!done) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(5));
  }
  loop_.settle();
}

// The store's writer is a thread: its answers take real time, bounded here.
template <class Condition>
bool World::wait(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  loop_.settle();
  while (!condition() && std::chrono::steady_clock::now() < deadline) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds(5));
    loop_.settle();
  }
  return condition();
}

void World::from_xmpp(const std::string& xml) {
  auto element = component::xml::parse_element(xml, component::ns_component);
  if (!element) throw std::runtime_error("not well-formed: " + xml);
  auto stanza = component::Stanza::parse(std::move(*element));
  if (!stanza) throw std::runtime_error("not a stanza: " + xml);
  gateway_->on_stanza(std::move(*stanza));
  settle();
}

std::optional<Element> World::next_stanza() {
  if (!wait([this] { return !server_.sent.empty(); })) return {};
  Element stanza = std::move(server_.sent.front());
  server_.sent.pop_front();
  return stanza;
}

void World::from_irc(const std::string& line) {
  if (!wait([this] { return !dialer_.peers.empty(); })) throw std::runtime_error("there is no IRC connection");
  asio::co_spawn(io_, dialer_.peers.back()->write(line), asio::detached);
  settle();
}

std::optional<std::string> World::next_line() {
  if (!wait([this] { return !dialer_.peers.empty() && !dialer_.peers.back()->lines.empty(); })) return {};
  std::string line = std::move(dialer_.peers.back()->lines.front());
  dialer_.peers.back()->lines.pop_front();
  return line;
}

void World::close_irc() {
  dialer_.peers.back()->close();
  settle();
}

void World::note(const std::string& name) {
  const bool came = wait([this] { return !server_.sent.empty(); });
  if (!came) throw std::runtime_error("no stanza came");
  const Element& next = server_.sent.front();
  const Element* const command = next.child("command", component::commands::ns);
  notes_[name] = command ? command->attr("sessionid") : next.attr("id");
}

std::string World::fill_in(std::string text) const {
  for (const auto& [name, value] : notes_) {
    const std::string variable = "$" + name;
    for (auto at = text.find(variable); at != text.npos; at = text.find(variable)) {
      text.replace(at, variable.size(), value);
    }
  }
  return text;
}

void World::pass(std::chrono::milliseconds time) {
  loop_.advance(time);
}

bool World::is_quiet() {
  return leftovers().empty();
}

std::string World::leftovers() {
  settle();
  std::string out;
  for (const Element& stanza : server_.sent) out += "\n  xmpp < " + stanza.to_string(component::ns_component);
  if (dialer_.peers.empty()) return out;
  for (const std::string& line : dialer_.peers.back()->lines) out += "\n  irc  < " + line;
  return out;
}

}  // namespace scenario

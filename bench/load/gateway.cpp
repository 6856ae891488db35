#include "bench/load/gateway.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

#include "base/sqlite.hpp"
#include "bench/load/scan.hpp"

namespace load {
namespace {

constexpr std::string_view network = "127.0.0.1";  // biboumi takes the label for the host

template <class Result>
auto checked(Result&& result) {
  if (!result) throw std::runtime_error(result.error());
  return std::move(*result);
}

void write_file(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  ::chmod(path.c_str(), 0600);
}

// The names of a database's tables stand in its file as text. Read without SQLite, whose lock could make biboumi fail.
bool has_tables(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  return bytes.find("archive_index") != std::string::npos && !std::ifstream(path + "-journal");
}

}  // namespace

Gateway::Gateway(const Options& options, Surroundings around) : options_(options), around_(std::move(around)) {}

void Gateway::prepare() {
  if (options_.kind == Kind::wherry) return write_wherry_config();
  write_biboumi_config();
  if (around_.users == 0) return;
  make_biboumi_tables();
  set_biboumi_options();
}

void Gateway::start() {
  std::vector<std::string> command;
  if (options_.callgrind) command = {"/usr/bin/valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile_file()};
  command.push_back(options_.program);
  if (options_.kind == Kind::wherry) command.insert(command.end(), {"run", "--config"});
  command.push_back(config_file());
  process_.start(command, log_file());
}

std::string Gateway::room(std::string_view channel) const {
  return fmt::format("{}%{}@{}", channel, network, domain);
}

// burst 0 switches the flood limit off, as a negative throttle limit does for biboumi.
void Gateway::write_wherry_config() const {
  const std::string trust = options_.tls ? fmt::format("tls = true\nca_file = \"{}\"", around_.ca_file) : "tls = false";
  write_file(config_file(),
             fmt::format("[database]\npath = \"{}\"\n\n[log]\nlevel = \"{}\"\n\n"
                         "[limits]\nconnections_per_domain = 0\njoins_per_minute = 0\n\n"
                         "[[component]]\ntype = \"irc\"\ndomain = \"{}\"\nsecret = \"{}\"\nport = {}\narchive = {}\n\n"
                         "[[component.network]]\nname = \"{}\"\nport = {}\nburst = 0\nsilence_seconds = 600\n{}\n",
                         database_file(), options_.talkative ? "info" : "warning", domain, secret, around_.xmpp_port,
                         options_.archive, network, around_.irc_port, trust));
}

void Gateway::write_biboumi_config() const {
  write_file(config_file(),
             fmt::format("hostname={}\npassword={}\nxmpp_server_ip=127.0.0.1\nport={}\ndb_name={}\nlog_level=3\n"
                         "identd_port=0\nca_file={}\n",
                         domain, secret, around_.xmpp_port, database_file(), around_.ca_file));
}

// biboumi makes its tables when it starts. This one can't reach its server and is ended once they are there.
void Gateway::make_biboumi_tables() {
  write_file(around_.directory + "/tables.conf",
             fmt::format("hostname={}\npassword=x\nport=1\ndb_name={}\nlog_level=3\nidentd_port=0\n", domain,
                         database_file()));
  Process first;
  first.start({options_.program, around_.directory + "/tables.conf"}, around_.directory + "/tables.log");
  constexpr int tries = 1000;
  for (int i = 0; i < tries; ++i) {
    if (has_tables(database_file())) return;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  throw std::runtime_error("biboumi made no tables");
}

// What the users would set by ad-hoc commands: the port, no throttle, the archive. The two indexes are for fairness:
// ten thousand rows of settings are our doing, and biboumi would walk through all of them for each user.
void Gateway::set_biboumi_options() const {
  auto database = checked(base::Database::open(database_file()));
  checked(
      database.execute("BEGIN; CREATE INDEX bench_server ON ircserveroptions_ (owner_, server_);"
                       "CREATE INDEX bench_global ON globaloptions_ (owner_);"));
  auto server = checked(database.prepare(
      "INSERT INTO ircserveroptions_ (owner_, server_, pass_, tlsports_, ports_, username_, realname_, verifycert_, "
      "trustedfingerprint_, encodingout_, encodingin_, maxhistorylength_, address_, nick_, saslpassword_, "
      "throttlelimit_) VALUES (?, ?, '', ?, ?, '', '', 0, '', '', '', 20, '', '', '', -1)"));
  auto global = checked(database.prepare(
      "INSERT INTO globaloptions_ (owner_, maxhistorylength_, recordhistory_, persistent_) VALUES (?, 20, ?, 0)"));
  const std::string port = std::to_string(around_.irc_port);
  for (std::uint64_t user = 0; user < around_.users; ++user) {
    server.bind(1, user_bare(user)).bind(2, network);
    server.bind(3, options_.tls ? port : "").bind(4, options_.tls ? "" : port);
    checked(server.run());
    global.bind(1, user_bare(user)).bind(2, options_.archive ? std::int64_t{1} : std::int64_t{0});
    checked(global.run());
  }
  checked(database.execute("COMMIT"));
}

std::string user_bare(std::uint64_t user) {
  return fmt::format("u{}@xmpp.localhost", user);
}

std::string user_full(std::uint64_t user) {
  return fmt::format("u{}@xmpp.localhost/bench", user);
}

std::string user_nick(std::uint64_t user) {
  return fmt::format("u{}", user);
}

std::int64_t user_of(std::string_view jid) {
  if (!jid.starts_with('u') || after(jid, '@').rfind("xmpp.localhost", 0) != 0) return -1;
  return number(up_to(jid.substr(1), '@'));
}

}  // namespace load

#include "bench/sms/world.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "bench/load/scan.hpp"

namespace sms_bench {
namespace {

using namespace std::chrono_literals;

constexpr auto patience = 20s;
constexpr std::string_view component_secret = "benchmark";
constexpr std::string_view webhook_secret = "webhook-secret-of-the-benchmark";
constexpr std::string_view phone_prefix = "+1666";

std::uint16_t free_port() {
  asio::io_context io;
  const asio::ip::tcp::acceptor probe(io, {asio::ip::address_v4::loopback(), 0});
  return probe.local_endpoint().port();
}

boost::json::object to_json(const load::Counts& counts) {
  return {{"sent", counts.sent},       {"arrived", counts.arrived},     {"lost", counts.lost()},
          {"doubled", counts.doubled}, {"reordered", counts.reordered}, {"corrupt", counts.corrupt},
          {"errors", counts.errors}};
}

}  // namespace

Directory::Directory(const std::string& parent, bool keep)
    : path_(std::filesystem::absolute(parent) / "sms.XXXXXX"), keep_(keep) {
  if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("can't make a directory in " + parent);
  struct statfs info {};
  const bool is_memory = ::statfs(path_.c_str(), &info) == 0 && info.f_type == TMPFS_MAGIC;
  if (!is_memory) return;
  std::filesystem::remove(path_);
  throw std::runtime_error(parent + " is in memory; synced commits need a disk");
}

Directory::~Directory() {
  std::error_code ignored;
  if (!keep_) std::filesystem::remove_all(path_, ignored);
}

double Directory::sync_ms() const {
  const std::string name = path_ + "/sync";
  const int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  std::vector<double> times;
  for (int i = 0; i < 51 && file >= 0; ++i) {
    const load::Time begin = load::Clock::now();
    const bool is_done = ::write(file, page.data(), page.size()) > 0 && ::fsync(file) == 0;
    if (is_done) times.push_back(std::chrono::duration<double, std::milli>(load::Clock::now() - begin).count());
  }
  ::close(file);
  ::unlink(name.c_str());
  std::sort(times.begin(), times.end());
  return load::quantile(times, 0.5);
}

World::World(const Options& options)
    : options_(options),
      directory_(options.directory, options.keep),
      xmpp_(io_, load::Manners{}, std::string(domain), std::string(component_secret)),
      provider_(io_),
      webhook_port_(free_port()) {
  write_config();
}

World::~World() {
  xmpp_.on_stanza = nullptr;
  provider_.on_message = nullptr;
}

void World::write_config() const {
  const std::string file = directory_.path() + "/wherry.toml";
  std::ofstream(file) << fmt::format(
      "[database]\npath = \"{}/wherry.db\"\n[log]\nlevel = \"warning\"\n[http]\nlisten = \"127.0.0.1:{}\"\n"
      "[[component]]\ntype = \"sms\"\ndomain = \"{}\"\nhost = \"127.0.0.1\"\nport = {}\nsecret = \"{}\"\n"
      "allow = [\"xmpp.localhost\"]\n"
      "[[component.network]]\nname = \"sms\"\nprovider = \"kannel\"\nsend_url = \"{}\"\nusername = \"bench\"\n"
      "password = \"bench\"\nwebhook_secret = \"{}\"\ncountry_code = \"1\"\nconcurrency = {}\n"
      "user_limits = []\nnetwork_limits = []\nsame_text_numbers = 0\n",
      directory_.path(), webhook_port_, domain, xmpp_.port(), component_secret, provider_.url(), webhook_secret,
      options_.concurrency);
  ::chmod(file.c_str(), 0600);
}

void World::start() {
  process_.start({options_.program, "run", "--config", directory_.path() + "/wherry.toml"},
                 directory_.path() + "/wherry.log");
  wait_until([this] { return xmpp_.is_up(); }, "the handshake");
  register_users();
}

void World::register_users() {
  std::uint64_t registered = 0;
  std::string trouble;
  xmpp_.on_stanza = [&](std::string_view kind, std::string_view stanza) {
    if (kind == "iq" && load::attribute(stanza, "type") == "result") ++registered;
    if (load::attribute(stanza, "type") == "error") trouble = stanza;
  };
  for (std::uint64_t user = 0; user < options_.users; ++user) {
    xmpp_.send(
        fmt::format("<presence from='{0}' to='{1}'/><iq type='set' id='register' from='{0}' to='{1}'>"
                    "<query xmlns='jabber:iq:register'><phone>{2}</phone></query></iq>",
                    user_jid(user), domain, user_number(user)));
  }
  wait_until([&] { return registered == options_.users || !trouble.empty(); }, "registering");
  xmpp_.on_stanza = nullptr;
  if (!trouble.empty()) throw Failure("a registration failed: " + trouble);
}

void World::wait_until(const std::function<bool()>& done, const std::string& what) {
  const auto signs = [this] { return signs_of_life_ + xmpp_.stanzas() + xmpp_.handshakes(); };
  std::uint64_t before = signs();
  load::Time moved = load::Clock::now(), looked = moved;
  while (!done()) {
    io_.run_one_for(50ms);
    const load::Time now = load::Clock::now();
    if (now - looked < 100ms) continue;
    looked = now;
    if (!process_.is_running()) throw Failure("wherry died during " + what);
    if (signs() != before) moved = now;
    before = signs();
    if (now - moved > patience) throw Failure("wherry stands still during " + what);
  }
}

void World::wait_for_silence() {
  const load::Time end = load::Clock::now() + 300ms;
  while (load::Clock::now() < end) io_.run_one_until(end);
  if (!process_.is_running()) throw Failure("wherry died");
}

std::string World::webhook_target(std::string_view id) const {
  return fmt::format("/kannel/sms/{}/mo?id={}", webhook_secret, id);
}

std::string user_jid(std::uint64_t user) {
  return fmt::format("u{}@xmpp.localhost/bench", user);
}

std::string user_number(std::uint64_t user) {
  return fmt::format("+1555{:07}", user);
}

std::string phone_number(std::uint64_t phone) {
  return fmt::format("{}{:07}", phone_prefix, phone);
}

std::int64_t phone_of(std::string_view number) {
  if (!number.starts_with(phone_prefix)) return -1;
  return load::number(number.substr(phone_prefix.size()));
}

Meter::Meter(World& world) : world_(world), begin_(load::Clock::now()), cpu_(world.process().cpu_ns()) {}

boost::json::object Meter::figures(std::uint64_t messages) const {
  const double cpu = static_cast<double>(world_.process().cpu_ns() - cpu_) / 1000;
  const double seconds = std::chrono::duration<double>(load::Clock::now() - begin_).count();
  const auto count = static_cast<double>(messages);
  return {{"cpu_us_per_message", cpu / count}, {"messages_per_second", count / seconds}};
}

boost::json::object latency_json(std::vector<double> sorted) {
  std::sort(sorted.begin(), sorted.end());
  return {{"p50_ms", load::quantile(sorted, 0.5)}, {"p99_ms", load::quantile(sorted, 0.99)}};
}

void wait_for(World& world, const std::vector<const load::Ledger*>& ledgers, const std::function<bool()>& done,
              const std::string& what) {
  try {
    world.wait_until(done, what);
  } catch (const Failure& why) {
    boost::json::array counts;
    for (const load::Ledger* each : ledgers) counts.push_back(to_json(each->counts()));
    throw Failure(fmt::format("{}: {}", why.what(), boost::json::serialize(counts)));
  }
}

void require_clean(const load::Ledger& ledger, const std::string& what) {
  if (!ledger.counts().is_clean())
    throw Failure(fmt::format("{}: {}", what, boost::json::serialize(to_json(ledger.counts()))));
}

}  // namespace sms_bench

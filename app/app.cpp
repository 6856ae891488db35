#include "app/app.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <stdexcept>

#include "app/databases.hpp"
#include "base/crypto.hpp"

namespace app {

namespace {

constexpr std::chrono::milliseconds time_for_goodbyes{1000};  // on the networks; then the streams are closed...
constexpr std::chrono::milliseconds time_for_streams{800};    // ...and then the loop is stopped whatever is left
constexpr std::size_t media_threads = 2;

std::unique_ptr<base::HttpServer> listen(asio::io_context& loop, const config::Http& http) {
  if (http.listen_host.empty()) return nullptr;
  try {
    return std::make_unique<base::HttpServer>(loop.get_executor(), http.listen_host, http.listen_port);
  } catch (const boost::system::system_error& failure) {
    throw std::runtime_error(
        fmt::format("can't listen at {} port {}: {}", http.listen_host, http.listen_port, failure.code().message()));
  }
}

std::unique_ptr<irc::Identd> listen(asio::io_context& loop, const config::Identd& identd,
                                    const irc::IdentTable& table) {
  if (identd.listen_host.empty()) return nullptr;
  try {
    return std::make_unique<irc::Identd>(loop.get_executor(), identd.listen_host, identd.listen_port, table);
  } catch (const boost::system::system_error& failure) {
    throw std::runtime_error(fmt::format("[identd] can't listen at {} port {}: {}", identd.listen_host,
                                         identd.listen_port, failure.code().message()));
  }
}

// A user's connection is a descriptor, but databases, listeners and web requests need some as well.
std::size_t most_connections() {
  constexpr rlim_t for_ourselves = 200;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) return 0;
  return std::max(limit.rlim_cur / 2, limit.rlim_cur - std::min(limit.rlim_cur, for_ourselves));
}

mapping::Census::Limits limits_of(const config::Limits& limits) {
  return {limits.connections > 0 ? limits.connections : most_connections(), limits.connections_per_user,
          limits.connections_per_domain};
}

}  // namespace

App::App(asio::io_context& loop, const config::Config& config)
    : loop_(loop),
      systemd_(loop.get_executor()),
      turns_(loop.get_executor()),
      signals_(loop, SIGTERM, SIGINT, SIGHUP),
      deadline_(loop),
      dialer_(loop.get_executor()),
      http_client_(loop.get_executor()),
      media_disk_(loop.get_executor(), media_threads, base::Offload::AtEnd::wait),
      hasher_(loop.get_executor()),
      census_(limits_of(config.limits)),
      population_({config.limits.people, config.limits.people_per_user}) {
  signals_.add(SIGUSR1);
  const config::Secret key = key_of(config);
  store_ = open_store(loop, config, key);
  archive_ = open_archive(loop, config, key);
  http_server_ = listen(loop, config.http);
  serve_media(config);
  identd_ = listen(loop, config.identd, idents_);
  // Not a user's, and no domain has such a name.
  sts_ = std::make_unique<irc::StsPolicies>(store_->state_for({}, {}, "irc sts"));
  const Shared shared{loop.get_executor(),
                      dialer_,
                      http_client_,
                      http_server_.get(),
                      *store_,
                      archive_.get(),
                      config.http.public_url,
                      base::hmac_sha256(key.value, "occupant ids"),
                      {sts_.get(), identd_ ? &idents_ : nullptr, &hasher_},
                      {media_.get(), config.http.longest_media},
                      &census_,
                      &population_,
                      config.limits.joins_per_minute};
  for (const config::Component& component : config.components) {
    domains_.push_back(std::make_unique<Domain>(shared, component, [this] { show_status(); }));
  }
}

App::~App() = default;

void App::serve_media(const config::Config& config) {
  const auto& all = config.components;
  const bool has_sms = std::any_of(all.begin(), all.end(), [](const auto& each) { return !each.sms.empty(); });
  if (!http_server_ || !config.http.is_public || !has_sms) return;
  media_ = std::make_unique<sms::MediaFiles>(
      loop_.get_executor(), config.http.media_directory, config.http.public_url,
      sms::MediaFiles::Bounds{config.http.media_age, config.http.most_media},
      [this](auto work, auto done) { media_disk_.post(std::move(work), std::move(done)); });
  http_server_->route(sms::MediaFiles::path, [this](const base::HttpRequest& request, base::HttpReply reply) {
    media_->serve(request, std::move(reply));
  });
}

void App::start() {
  await_signal();
  running_ = domains_.size();
  for (const auto& domain : domains_) domain->start([this] { ended(); });
  systemd_.ready();
  turns_.start();
  show_status();
  log_.info("wherry {} started with {} component(s)", WHERRY_VERSION, domains_.size());
}

void App::await_signal() {
  signals_.async_wait([this](const boost::system::error_code& cancelled, int number) {
    if (cancelled) return;
    if (number == SIGHUP) {
      log_.notice("SIGHUP has no effect; restart to read the configuration again");
    } else if (number == SIGUSR1) {
      turns_.show();
    } else if (!is_stopping_) {
      stop();
    }
    await_signal();
  });
}

void App::stop() {
  log_.info("stopping");
  is_stopping_ = true;
  systemd_.stopping();
  if (running_ == 0) return ended();
  for (const auto& domain : domains_) domain->stop();
  deadline_.expires_after(time_for_goodbyes);
  deadline_.async_wait([this](const boost::system::error_code& cancelled) {
    if (cancelled) return;
    for (const auto& domain : domains_) domain->hurry();
    deadline_.expires_after(time_for_streams);
    deadline_.async_wait([this](const boost::system::error_code& late_cancelled) {
      if (!late_cancelled) loop_.stop();
    });
  });
}

// Of one domain. The last one lets the loop run out of work.
void App::ended() {
  if (running_ > 0) --running_;
  if (running_ > 0) return;
  deadline_.cancel();
  signals_.cancel();
  systemd_.close();
  turns_.show();
  turns_.close();
  http_client_.stop();
  if (archive_) archive_->stop();
  if (http_server_) http_server_->stop();
  if (media_) media_->stop();
  if (identd_) identd_->stop();
}

void App::show_status() {
  const auto up = std::count_if(domains_.begin(), domains_.end(), [](const auto& domain) { return domain->is_up(); });
  systemd_.status(fmt::format("{} of {} components connected", up, domains_.size()));
}

void App::save() {
  sts_.reset();
  store_.reset();
  archive_.reset();
}

}  // namespace app

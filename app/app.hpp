// The running service: everything it consists of, in the order in which it depends on each other, its start and its
// end.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/domain.hpp"
#include "base/dialer.hpp"
#include "base/offload.hpp"
#include "base/systemd.hpp"
#include "base/turn_meter.hpp"
#include "legacy/irc/identd.hpp"
#include "mapping/archive.hpp"
#include "mapping/population.hpp"

namespace app {

class App {
 public:
  // Opens the database and the HTTP listener; nothing is connected yet. Throws std::runtime_error with a sentence for
  // the operator.
  App(asio::io_context& loop, const config::Config& config);
  ~App();

  // Connects. The loop runs until SIGTERM or SIGINT; then it runs out of work, or is stopped, within two seconds.
  // SIGUSR1: says how long its turns have been.
  void start();
  // False after the loop has returned: something did not end in time, and its coroutines still point at our parts.
  bool has_ended() const noexcept { return running_ == 0; }
  // Writes what is not on the disk yet. Afterwards only the process's end is left.
  void save();

 private:
  void serve_media(const config::Config& config);
  void await_signal();
  void stop();
  void ended();
  void show_status();

  asio::io_context& loop_;
  base::Log log_{"wherry"};
  base::Systemd systemd_;
  base::TurnMeter turns_;
  asio::signal_set signals_;
  base::Timer deadline_;
  std::unique_ptr<mapping::Store> store_;
  std::unique_ptr<mapping::Archive> archive_;  // null: no component keeps one
  base::TcpDialer dialer_;
  base::CurlClient http_client_;
  std::unique_ptr<base::HttpServer> http_server_;
  base::Offload media_disk_;
  std::unique_ptr<sms::MediaFiles> media_;  // null: users can't fetch files from us
  std::unique_ptr<irc::StsPolicies> sts_;
  irc::IdentTable idents_;
  irc::Hasher hasher_;
  mapping::Census census_;
  mapping::Population population_;
  std::unique_ptr<irc::Identd> identd_;  // null: nobody may ask
  std::vector<std::unique_ptr<Domain>> domains_;
  std::size_t running_ = 0;
  bool is_stopping_ = false;
};

}  // namespace app

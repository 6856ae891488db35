// Kannel's sendsms: takes each message over HTTP, with keep-alive, and says that it was accepted.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/asio.hpp"

namespace sms_bench {

class Provider {
 public:
  using Fields = std::map<std::string, std::string>;  // of the query, decoded

  explicit Provider(asio::io_context& io);

  std::string url() const;
  std::function<void(const Fields&)> on_message;

 private:
  class Connection;
  void accept();

  asio::ip::tcp::acceptor acceptor_;
};

}  // namespace sms_bench

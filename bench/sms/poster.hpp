// One connection of Kannel's smsbox to a webhook: posts one message at a time, with keep-alive.
#pragma once

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include "base/asio.hpp"

namespace sms_bench {

struct Posted {
  std::string target;
  std::string from, to;  // telephone numbers
  std::string text;
};

class Poster {
 public:
  // The status of the answer; 0: the connection failed.
  using Answered = std::function<void(unsigned status)>;

  Poster(asio::io_context& io, std::uint16_t port);

  // Not before the last one was answered.
  void post(const Posted& message, Answered answered);

 private:
  void read();

  asio::ip::tcp::socket socket_;
  boost::beast::flat_buffer buffer_;
  boost::beast::http::request<boost::beast::http::string_body> request_;
  boost::beast::http::response<boost::beast::http::string_body> response_;
  Answered answered_;
};

}  // namespace sms_bench

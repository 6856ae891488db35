#include "bench/sms/poster.hpp"

namespace sms_bench {

namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

Poster::Poster(asio::io_context& io, std::uint16_t port) : socket_(io) {
  socket_.connect(Tcp::endpoint(asio::ip::address_v4::loopback(), port));
  socket_.set_option(Tcp::no_delay(true));
}

void Poster::post(const Posted& message, Answered answered) {
  answered_ = std::move(answered);
  request_ = {http::verb::post, message.target, 11};
  request_.set(http::field::host, "127.0.0.1");
  request_.set(http::field::content_type, "text/plain; charset=\"UTF-8\"");
  request_.set("X-Kannel-From", message.from);
  request_.set("X-Kannel-To", message.to);
  request_.set("X-Kannel-Time", "2026-04-27 10:11:12");
  request_.set("X-Kannel-SMSC", "FAKE");
  request_.set("X-Kannel-Coding", "0");
  request_.body() = message.text;
  request_.prepare_payload();
  http::async_write(socket_, request_, [this](const boost::system::error_code& error, std::size_t) {
    if (error) return answered_(0);
    read();
  });
}

void Poster::read() {
  response_ = {};
  http::async_read(socket_, buffer_, response_, [this](const boost::system::error_code& error, std::size_t) {
    const Answered answered = std::move(answered_);
    answered(error ? 0 : response_.result_int());
  });
}

}  // namespace sms_bench

#include "bench/sms/provider.hpp"

#include <fmt/format.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include "base/http.hpp"

namespace sms_bench {
namespace {

namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

Provider::Fields fields_of(std::string_view target) {
  Provider::Fields fields;
  const auto mark = target.find('?');
  if (mark == std::string_view::npos) return fields;
  for (const auto& [name, value] : base::parse_query(target.substr(mark + 1))) fields[name] = value;
  return fields;
}

}  // namespace

class Provider::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, Provider& provider) : socket_(std::move(socket)), provider_(provider) {
    socket_.set_option(Tcp::no_delay(true));
  }

  void read() {
    request_ = {};
    http::async_read(socket_, buffer_, request_,
                     [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                       if (!error) self->answer();
                     });
  }

 private:
  void answer() {
    const bool is_send = request_.method() == http::verb::get && request_.target().starts_with("/cgi-bin/sendsms");
    if (is_send && provider_.on_message) provider_.on_message(fields_of(request_.target()));
    response_ = {is_send ? http::status::accepted : http::status::not_found, 11};
    response_.set(http::field::content_type, "text/plain");
    response_.body() = is_send ? "0: Accepted for delivery" : "not found";
    response_.prepare_payload();
    http::async_write(socket_, response_,
                      [self = shared_from_this()](const boost::system::error_code& error, std::size_t) {
                        if (!error) self->read();
                      });
  }

  Tcp::socket socket_;
  Provider& provider_;
  boost::beast::flat_buffer buffer_;
  http::request<http::string_body> request_;
  http::response<http::string_body> response_;
};

Provider::Provider(asio::io_context& io) : acceptor_(io, Tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
  accept();
}

std::string Provider::url() const {
  return fmt::format("http://127.0.0.1:{}/cgi-bin/sendsms", acceptor_.local_endpoint().port());
}

void Provider::accept() {
  acceptor_.async_accept([this](const boost::system::error_code& error, Tcp::socket socket) {
    if (error) return;
    std::make_shared<Connection>(std::move(socket), *this)->read();
    accept();
  });
}

}  // namespace sms_bench

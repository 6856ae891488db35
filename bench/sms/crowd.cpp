#include "bench/sms/crowd.hpp"

#include <array>
#include <string>

namespace sms_bench {

using Tcp = asio::ip::tcp;

namespace {

constexpr std::chrono::milliseconds drip{200};
constexpr std::chrono::milliseconds breath{20};  // before a connection that was closed is made again

}  // namespace

class Stranger {
 public:
  enum class Manner { silent, slow, forging, announcing };

  Stranger(asio::io_context& io, std::uint16_t port, Manner manner, std::atomic<std::uint64_t>& connected,
           std::atomic<std::uint64_t>& refused)
      : socket_(io), timer_(io), port_(port), manner_(manner), connected_(connected), refused_(refused) {}

  void come() {
    socket_.async_connect(Tcp::endpoint(asio::ip::address_v4::loopback(), port_), [this](boost::system::error_code ec) {
      if (ec) return come_again();
      ++connected_;
      sent_ = 0;
      talk();
      listen();
    });
  }

 private:
  void talk() {
    switch (manner_) {
      case Manner::silent: return;
      case Manner::slow: return send_byte();
      case Manner::forging:
        return send("POST /kannel/sms/not-the-secret/mo?id=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi");
      case Manner::announcing:
        return send("POST /kannel/sms/not-the-secret/mo HTTP/1.1\r\nHost: h\r\nContent-Length: 4194304\r\n\r\nbegun");
    }
  }

  void send(std::string text) {
    out_ = std::move(text);
    asio::async_write(socket_, asio::buffer(out_), [](boost::system::error_code, std::size_t) {});
  }

  void send_byte() {
    static const std::string request = "POST /kannel/sms/not-the-secret/mo HTTP/1.1\r\nX: " + std::string(1000, 'x');
    timer_.expires_after(drip);
    timer_.async_wait([this](boost::system::error_code ec) {
      if (ec || !socket_.is_open() || sent_ >= request.size()) return;
      asio::async_write(socket_, asio::buffer(request.data() + sent_++, 1),
                        [this](boost::system::error_code failed, std::size_t) {
                          if (!failed) send_byte();
                        });
    });
  }

  void listen() {
    socket_.async_read_some(asio::buffer(in_), [this](boost::system::error_code ec, std::size_t size) {
      if (ec) return come_again();
      if (size > 0 && in_[0] == 'H') ++refused_;
      if (manner_ == Manner::forging) talk();
      listen();
    });
  }

  void come_again() {
    boost::system::error_code ignored;
    socket_.close(ignored);
    timer_.expires_after(breath);
    timer_.async_wait([this](boost::system::error_code ec) {
      if (!ec) come();
    });
  }

  Tcp::socket socket_;
  asio::steady_timer timer_;
  std::uint16_t port_;
  Manner manner_;
  std::atomic<std::uint64_t>& connected_;
  std::atomic<std::uint64_t>& refused_;
  std::string out_;
  std::array<char, 1024> in_{};
  std::size_t sent_ = 0;
};

Crowd::Crowd(std::size_t size, std::uint16_t port) {
  for (std::size_t i = 0; i < size; ++i) {
    const auto manner = static_cast<Stranger::Manner>(i % 4);
    strangers_.push_back(std::make_unique<Stranger>(io_, port, manner, connected_, refused_));
    strangers_.back()->come();
  }
  thread_ = std::thread([this] { io_.run(); });
}

Crowd::~Crowd() {
  io_.stop();
  thread_.join();
}

}  // namespace sms_bench

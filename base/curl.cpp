#include "base/curl.hpp"

#include <curl/curl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <new>
#include <stdexcept>

#include "base/clock.hpp"
#include "base/public_address.hpp"

namespace base {
namespace {

struct EasyDeleter {
  void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct ListDeleter {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

// One request under way. curl keeps pointers into it until the handle has left the multi handle.
struct Transfer {
  HttpCall call;
  HttpClient::Done done;
  std::unique_ptr<CURL, EasyDeleter> easy;
  std::unique_ptr<curl_slist, ListDeleter> headers;
  HttpResponse response;
  bool too_long = false;
  bool not_public = false;
};

// A duplicate of curl's socket: curl may close its own before it says that it no longer wants it watched.
struct Watch {
  Watch(const asio::any_io_executor& executor, int fd) : socket(executor, fd) {}
  asio::posix::stream_descriptor socket;
  int wanted = 0;  // CURL_POLL_*
  bool reading = false;
  bool writing = false;
};

std::size_t on_body(char* data, std::size_t, std::size_t size, void* user) noexcept {
  auto& transfer = *static_cast<Transfer*>(user);
  if (transfer.response.body.size() + size > transfer.call.longest_body) {
    transfer.too_long = true;
    return 0;
  }
  transfer.response.body.append(data, size);
  return size;
}

// Interim answers (100 Continue) start with a status line of their own; the last one counts.
std::size_t on_header(char* data, std::size_t, std::size_t size, void* user) noexcept {
  auto& transfer = *static_cast<Transfer*>(user);
  std::string_view line(data, size);
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) transfer.response.headers.clear();
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return size;
  auto value = line.substr(colon + 1);
  value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
  transfer.response.headers.emplace_back(line.substr(0, colon), value);
  return size;
}

// The address that is about to be dialled, whatever the name was said to stand for a moment ago.
bool is_public(const curl_sockaddr& address) noexcept {
  asio::ip::tcp::endpoint endpoint;
  if (address.addrlen > endpoint.capacity()) return false;
  std::memcpy(endpoint.data(), &address.addr, address.addrlen);
  return base::is_public(endpoint.address());
}

curl_socket_t open_public(void* user, curlsocktype, curl_sockaddr* address) noexcept {
  const bool is_inet = address->family == AF_INET || address->family == AF_INET6;
  if (!is_inet || !is_public(*address)) {
    static_cast<Transfer*>(user)->not_public = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

void limit_to_public(Transfer& transfer) {
  using OpenCallback = curl_socket_t (*)(void*, curlsocktype, curl_sockaddr*);
  const OpenCallback callback = open_public;
  curl_easy_setopt(transfer.easy.get(), CURLOPT_OPENSOCKETFUNCTION, callback);
  curl_easy_setopt(transfer.easy.get(), CURLOPT_OPENSOCKETDATA, &transfer);
}

void set_method(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  const auto& call = transfer.call;
  if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
    curl_easy_setopt(easy, CURLOPT_POST, 1L);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call.body.c_str());
  }
  if (call.method != "GET") curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call.method.c_str());
}

void set_headers(Transfer& transfer) {
  curl_slist* list = curl_slist_append(nullptr, "Expect:");
  for (const auto& [name, value] : transfer.call.headers) list = curl_slist_append(list, (name + ": " + value).c_str());
  transfer.headers.reset(list);
  curl_easy_setopt(transfer.easy.get(), CURLOPT_HTTPHEADER, list);
}

void prepare(Transfer& transfer) {
  CURL* easy = transfer.easy.get();
  curl_easy_setopt(easy, CURLOPT_PRIVATE, &transfer);
  curl_easy_setopt(easy, CURLOPT_URL, transfer.call.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);  // a time limit does not wait for the thread that looks up the name
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(transfer.call.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, &transfer);
  if (!transfer.call.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, transfer.call.ca_file.c_str());
  if (transfer.call.public_only) limit_to_public(transfer);
  set_method(transfer);
  set_headers(transfer);
}

Result<HttpResponse, HttpFailure> outcome(Transfer& transfer, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK && status >= 100) {
    transfer.response.status = static_cast<int>(status);
    return std::move(transfer.response);
  }
  long bytes_sent = 0;
  curl_easy_getinfo(transfer.easy.get(), CURLINFO_REQUEST_SIZE, &bytes_sent);
  HttpFailure failure{bytes_sent > 0, curl_easy_strerror(code)};
  if (transfer.too_long) failure = {true, "answer too long", HttpFailure::Cause::too_long};
  if (transfer.not_public && bytes_sent == 0) failure = {false, "no public address", HttpFailure::Cause::not_public};
  return failure;
}

}  // namespace

struct CurlClient::Impl : std::enable_shared_from_this<Impl> {
  explicit Impl(asio::any_io_executor ex) : executor(std::move(ex)), timer(executor) {}

  void open();
  void close() noexcept;
  void send(HttpCall call, Done done);
  void on_socket(curl_socket_t fd, int what);
  void forget(curl_socket_t fd) noexcept;
  void on_timer(long milliseconds);
  void arm_timer();
  void arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch);
  void wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch, asio::posix::stream_descriptor::wait_type type);
  void act(curl_socket_t fd, int events);
  void collect();

  asio::any_io_executor executor;
  Timer timer;
  std::chrono::steady_clock::time_point deadline;
  CURLM* multi = nullptr;
  std::map<curl_socket_t, std::shared_ptr<Watch>> watches;
  std::map<Transfer*, std::unique_ptr<Transfer>> transfers;
};

// The callbacks only note and schedule; curl is called again from Asio's handlers.
void CurlClient::Impl::open() {
  multi = curl_multi_init();
  if (multi == nullptr) throw std::bad_alloc();
  using SocketCallback = int (*)(CURL*, curl_socket_t, int, void*, void*);
  const SocketCallback socket_callback = [](CURL*, curl_socket_t fd, int what, void* self, void*) noexcept {
    static_cast<Impl*>(self)->on_socket(fd, what);
    return 0;
  };
  using TimerCallback = int (*)(CURLM*, long, void*);
  const TimerCallback timer_callback = [](CURLM*, long milliseconds, void* self) noexcept {
    static_cast<Impl*>(self)->on_timer(milliseconds);
    return 0;
  };
  curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_callback);
  curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_callback);
  curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
}

void CurlClient::Impl::close() noexcept {
  if (multi == nullptr) return;
  for (const auto& [key, transfer] : transfers) curl_multi_remove_handle(multi, transfer->easy.get());
  transfers.clear();
  curl_multi_cleanup(multi);
  multi = nullptr;
  while (!watches.empty()) forget(watches.begin()->first);
  timer.cancel();
}

void CurlClient::Impl::send(HttpCall call, Done done) {
  if (multi == nullptr) return;
  auto transfer = std::make_unique<Transfer>();
  transfer->call = std::move(call);
  transfer->done = std::move(done);
  transfer->easy.reset(curl_easy_init());
  if (!transfer->easy) throw std::bad_alloc();
  prepare(*transfer);
  CURL* easy = transfer->easy.get();
  using CloseCallback = int (*)(void*, curl_socket_t);
  const CloseCallback close_callback = [](void* self, curl_socket_t fd) noexcept {
    static_cast<Impl*>(self)->forget(fd);  // the number may be another socket's before REMOVE is said
    return ::close(fd);
  };
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_callback);
  curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, this);
  auto* key = transfer.get();
  transfers.emplace(key, std::move(transfer));
  if (curl_multi_add_handle(multi, easy) != CURLM_OK) throw std::bad_alloc();
}

void CurlClient::Impl::on_socket(curl_socket_t fd, int what) {
  if (what == CURL_POLL_REMOVE) return forget(fd);
  auto& watch = watches[fd];
  if (!watch) {
    const int copy = ::dup(fd);
    if (copy < 0) {
      watches.erase(fd);  // no descriptors left: the request ends by its time limit
      return;
    }
    watch = std::make_shared<Watch>(executor, copy);
  }
  watch->wanted = what;
  arm(fd, watch);
}

// The wait under way holds the watch: without the close the connection would stay open for as long as the peer is
// silent.
void CurlClient::Impl::forget(curl_socket_t fd) noexcept {
  const auto node = watches.extract(fd);
  if (node.empty() || !node.mapped()) return;
  error_code ignored;
  node.mapped()->socket.close(ignored);
}

// curl counts in real time. When a test has moved base::Clock the timer fires early, and curl, which repeats no time
// that it has already announced, would never be called again: so wait for the rest.
void CurlClient::Impl::on_timer(long milliseconds) {
  if (milliseconds < 0) {
    timer.cancel();
    return;
  }
  deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(milliseconds);
  arm_timer();
}

void CurlClient::Impl::arm_timer() {
  timer.expires_after(std::max(Clock::duration::zero(), deadline - std::chrono::steady_clock::now()));
  timer.async_wait([self = shared_from_this()](error_code ec) {
    if (ec || self->multi == nullptr) return;
    if (std::chrono::steady_clock::now() < self->deadline) return self->arm_timer();
    self->act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlClient::Impl::arm(curl_socket_t fd, const std::shared_ptr<Watch>& watch) {
  using Descriptor = asio::posix::stream_descriptor;
  if ((watch->wanted & CURL_POLL_IN) != 0 && !std::exchange(watch->reading, true)) {
    wait(fd, watch, Descriptor::wait_read);
  }
  if ((watch->wanted & CURL_POLL_OUT) != 0 && !std::exchange(watch->writing, true)) {
    wait(fd, watch, Descriptor::wait_write);
  }
}

void CurlClient::Impl::wait(curl_socket_t fd, const std::shared_ptr<Watch>& watch,
                            asio::posix::stream_descriptor::wait_type type) {
  const bool read = type == asio::posix::stream_descriptor::wait_read;
  watch->socket.async_wait(type, [self = shared_from_this(), fd, watch, read](error_code ec) {
    (read ? watch->reading : watch->writing) = false;
    const auto is_current = [&] {
      const auto found = self->watches.find(fd);
      return self->multi != nullptr && found != self->watches.end() && found->second == watch;
    };
    if (ec || !is_current()) return;
    if ((watch->wanted & (read ? CURL_POLL_IN : CURL_POLL_OUT)) != 0) {
      self->act(fd, read ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
    }
    if (is_current()) self->arm(fd, watch);
  });
}

void CurlClient::Impl::act(curl_socket_t fd, int events) {
  int running = 0;
  curl_multi_socket_action(multi, fd, events, &running);
  collect();
}

void CurlClient::Impl::collect() {
  int left = 0;
  while (multi != nullptr) {
    const CURLMsg* message = curl_multi_info_read(multi, &left);
    if (message == nullptr) return;
    if (message->msg != CURLMSG_DONE) continue;
    const CURLcode code = message->data.result;
    CURL* easy = message->easy_handle;
    char* key = nullptr;
    curl_easy_getinfo(easy, CURLINFO_PRIVATE, &key);
    curl_multi_remove_handle(multi, easy);
    const auto node = transfers.extract(reinterpret_cast<Transfer*>(key));
    auto& transfer = *node.mapped();
    const auto done = std::move(transfer.done);
    done(outcome(transfer, code));
  }
}

CurlClient::CurlClient(asio::any_io_executor executor) : impl_(std::make_shared<Impl>(std::move(executor))) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) throw std::runtime_error("libcurl does not start");
  impl_->open();
}

void CurlClient::stop() noexcept {
  impl_->close();
}

CurlClient::~CurlClient() {
  impl_->close();
  curl_global_cleanup();
}

void CurlClient::send(HttpCall call, Done done) {
  impl_->send(std::move(call), std::move(done));
}

}  // namespace base

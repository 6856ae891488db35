// From nothing to the handshake: a process is started, connects and proves that it knows the secret.
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>

#include "base/sha1.hpp"
#include "bench/floor/peer.hpp"
#include "bench/floor/scenarios.hpp"
#include "bench/floor/wire.hpp"
#include "bench/floor/xmpp.hpp"

namespace bottom {
namespace {

constexpr std::string_view secret = "benchmark";

// Reads until the text is there.
void await(const Wire& wire, std::string_view text) {
  Poller poller;
  poller.add(wire.fd(), 0);
  for (std::string in; in.find(text) == std::string::npos;) {
    poller.wait();
    if (!wire.read(in)) throw std::runtime_error("hung up before the handshake");
  }
}

pid_t launch(std::uint16_t port) {
  const std::string number = fmt::format("{}", port);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl("/proc/self/exe", "floor", "--shake-hands", number.c_str(), nullptr);
    ::_exit(127);
  }
  if (pid < 0) throw std::runtime_error("fork failed");
  return pid;
}

}  // namespace

void shake_hands(std::uint16_t port) {
  const Wire wire = Wire::connect(port);
  std::string out =
      "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
      "to='irc.localhost'>";
  wire.write_all(out);
  bool is_welcome = false;
  StanzaReader reader([&](const Stanza& stanza) { is_welcome = stanza.name == "handshake"; });
  Poller poller;
  poller.add(wire.fd(), 0);
  for (std::string in, sent; !is_welcome; in.clear()) {
    poller.wait();
    if (!wire.read(in)) throw std::runtime_error("the XMPP server has closed");
    reader.feed(in);
    if (!sent.empty() || reader.stream_id().empty()) continue;
    out = sent =
        fmt::format("<handshake>{}</handshake>", base::sha1_hex(fmt::format("{}{}", reader.stream_id(), secret)));
    wire.write_all(out);
  }
}

boost::json::object start() {
  const Listener listener;
  const double begin = wall_us();
  const pid_t pid = launch(listener.port());
  const Wire wire = listener.accept();
  await(wire, "'irc.localhost'>");
  std::string out(stream_header);
  wire.write_all(out);
  await(wire, base::sha1_hex(fmt::format("3f2a{}", secret)));
  const double end = wall_us();
  out = "<handshake/>";
  wire.write_all(out);
  int status = 0;
  ::waitpid(pid, &status, 0);
  if (status != 0) throw std::runtime_error("the started process failed");
  return {{"start_ms", (end - begin) / 1000}};
}

}  // namespace bottom

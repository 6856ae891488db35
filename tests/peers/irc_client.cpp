// An IRC client for tests and the demo, on libircclient, driven over stdin and stdout by tests/peers/irc_client.py.
//
// Use: irc_client HOST PORT NICK [PASSWORD]. Each input line is COMMAND and its parameters, separated by single tabs;
// each output line is one event: its name, who caused it, and its parameters, separated by tabs. End of input ends the
// client.
//
// libircclient in Debian has no TLS, cuts an ACTION at 120 bytes and aborts on socket numbers from 1024: none of it
// matters here, and it is code that nobody of this project wrote.
#include <libirc_rfcnumeric.h>
#include <libircclient.h>
#include <poll.h>
#include <sys/select.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using Fields = std::vector<std::string>;

Fields split(std::string_view line) {
  Fields fields;
  for (;;) {
    const auto tab = line.find('\t');
    fields.emplace_back(line.substr(0, tab));
    if (tab == std::string_view::npos) {
      return fields;
    }
    line.remove_prefix(tab + 1);
  }
}

void print(std::string_view name, const char* origin, const char** params, unsigned count) {
  std::string line{name};
  line += '\t';
  line += origin != nullptr ? origin : "";
  for (unsigned i = 0; i < count; ++i) {
    line += '\t';
    line += params[i] != nullptr ? params[i] : "";
  }
  std::puts(line.c_str());
}

void on_event(irc_session_t*, const char* event, const char* origin, const char** params, unsigned count) {
  print(event, origin, params, count);
}

void on_numeric(irc_session_t*, unsigned event, const char* origin, const char** params, unsigned count) {
  print(std::to_string(event), origin, params, count);
}

irc_callbacks_t callbacks() {
  irc_callbacks_t all{};
  for (auto* slot : {&all.event_connect, &all.event_nick, &all.event_quit, &all.event_join, &all.event_part,
                     &all.event_mode, &all.event_umode, &all.event_topic, &all.event_kick, &all.event_channel,
                     &all.event_privmsg, &all.event_notice, &all.event_channel_notice, &all.event_invite,
                     &all.event_ctcp_rep, &all.event_ctcp_action, &all.event_unknown}) {
    *slot = on_event;
  }
  all.event_numeric = on_numeric;
  return all;
}

struct Command {
  std::string_view name;
  std::size_t parameters;
  int (*run)(irc_session_t*, const Fields&);
};

constexpr std::array commands{
    Command{"JOIN", 1, [](irc_session_t* irc, const Fields& f) { return irc_cmd_join(irc, f[1].c_str(), nullptr); }},
    Command{"SAY", 2, [](irc_session_t* irc, const Fields& f) { return irc_cmd_msg(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"PRIVMSG", 2,
            [](irc_session_t* irc, const Fields& f) { return irc_cmd_msg(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"NOTICE", 2,
            [](irc_session_t* irc, const Fields& f) { return irc_cmd_notice(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"ME", 2, [](irc_session_t* irc, const Fields& f) { return irc_cmd_me(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"NICK", 1, [](irc_session_t* irc, const Fields& f) { return irc_cmd_nick(irc, f[1].c_str()); }},
    Command{"TOPIC", 2,
            [](irc_session_t* irc, const Fields& f) { return irc_cmd_topic(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"MODE", 2,
            [](irc_session_t* irc, const Fields& f) { return irc_cmd_channel_mode(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"INVITE", 2,
            [](irc_session_t* irc, const Fields& f) { return irc_cmd_invite(irc, f[1].c_str(), f[2].c_str()); }},
    Command{"KICK", 3,
            [](irc_session_t* irc, const Fields& f) {
              return irc_cmd_kick(irc, f[1].c_str(), f[2].c_str(), f[3].c_str());
            }},
    Command{"PART", 1, [](irc_session_t* irc, const Fields& f) { return irc_cmd_part(irc, f[1].c_str()); }},
    Command{"QUIT", 1, [](irc_session_t* irc, const Fields& f) { return irc_cmd_quit(irc, f[1].c_str()); }},
    Command{"RAW", 1, [](irc_session_t* irc, const Fields& f) { return irc_send_raw(irc, "%s", f[1].c_str()); }},
};

void run(irc_session_t* irc, std::string_view line) {
  const Fields fields = split(line);
  for (const Command& command : commands) {
    if (command.name == fields[0] && command.parameters + 1 == fields.size()) {
      if (command.run(irc, fields) != 0) {
        std::printf("ERROR\t%s\t%s\n", fields[0].c_str(), irc_strerror(irc_errno(irc)));
      }
      return;
    }
  }
  std::printf("ERROR\t%s\tunknown command or wrong number of parameters\n", fields[0].c_str());
}

// Reads what is there and runs the complete lines; false at the end of the input.
bool read_commands(irc_session_t* irc, std::string& buffer) {
  std::array<char, 4096> bytes{};
  const ssize_t got = ::read(STDIN_FILENO, bytes.data(), bytes.size());
  if (got <= 0) {
    return false;
  }
  buffer.append(bytes.data(), static_cast<std::size_t>(got));
  for (auto end = buffer.find('\n'); end != std::string::npos; end = buffer.find('\n')) {
    run(irc, std::string_view{buffer}.substr(0, end));
    buffer.erase(0, end + 1);
  }
  return true;
}

int serve(irc_session_t* irc) {
  std::string buffer;
  while (irc_is_connected(irc) != 0) {
    fd_set in;
    fd_set out;
    FD_ZERO(&in);
    FD_ZERO(&out);
    FD_SET(STDIN_FILENO, &in);
    int highest = STDIN_FILENO;
    irc_add_select_descriptors(irc, &in, &out, &highest);
    timeval tick{0, 200000};  // libircclient queues what a callback sends without a descriptor to wait for
    if (::select(highest + 1, &in, &out, nullptr, &tick) < 0) {
      return EXIT_FAILURE;
    }
    if (FD_ISSET(STDIN_FILENO, &in) && !read_commands(irc, buffer)) {
      return EXIT_SUCCESS;
    }
    if (irc_process_select_descriptors(irc, &in, &out) != 0) {
      break;
    }
  }
  std::printf("CLOSED\t\t%s\n", irc_strerror(irc_errno(irc)));
  return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fputs("use: irc_client HOST PORT NICK [PASSWORD]\n", stderr);
    return EXIT_FAILURE;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  irc_callbacks_t all = callbacks();
  const std::unique_ptr<irc_session_t, void (*)(irc_session_t*)> irc{irc_create_session(&all), irc_destroy_session};
  const auto port = static_cast<unsigned short>(std::strtoul(argv[2], nullptr, 10));
  const char* password = argc > 4 ? argv[4] : nullptr;
  if (!irc || irc_connect(irc.get(), argv[1], port, password, argv[3], argv[3], argv[3]) != 0) {
    std::printf("CLOSED\t\t%s\n", irc ? irc_strerror(irc_errno(irc.get())) : "out of memory");
    return EXIT_FAILURE;
  }
  return serve(irc.get());
}

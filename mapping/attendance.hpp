// Asks clients whether they are still there: a query that each client answers by itself, and that its server answers
// with an error when the client has gone (RFC 6121 section 8.5.3.2.3). What a room asks of its members, as XEP-0410 is
// what members ask of a room. Loop thread only.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/asio.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "component/stanza.hpp"

namespace mapping {

class Attendance {
 public:
  static constexpr auto patience = std::chrono::seconds(60);
  // is_gone: its server says so. Without any answer it counts as being there.
  using Done = std::function<void(bool is_gone)>;

  Attendance(asio::any_io_executor executor, component::Outlet& out) : timer_(std::move(executor)), out_(out) {}

  // from: one of our addresses that the client knows. One question to a client at a time; later ones share its answer.
  void ask(const component::Jid& from, const component::Jid& client, Done done);
  // True: it is the answer to a question of ours.
  bool on_answer(const component::Stanza& answer);

 private:
  struct Question {
    std::string id;
    base::Clock::time_point until;
    std::vector<Done> waiting;
  };
  void finish(std::map<std::string, Question>::iterator question, bool is_gone);
  void watch();

  base::Timer timer_;
  component::Outlet& out_;
  std::map<std::string, Question> questions_;  // by full JID
  bool is_watching_ = false;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

}  // namespace mapping

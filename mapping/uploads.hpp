// Asks the XMPP server's upload service for places where files can be put: XEP-0363 (HTTP File Upload 1.1.0). The
// service is looked for among the items of the domain above ours (XEP-0030), at the first need and again from time to
// time. What it answers is passed on as it is; the adapter puts the file there.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "component/stanza.hpp"
#include "legacy/adapter.hpp"

namespace mapping {

class Uploads {
 public:
  // The outlet outlives it.
  Uploads(asio::any_io_executor executor, component::Outlet& out, component::Jid us);
  ~Uploads();

  // legacy::AskSlot.
  void ask(const legacy::FileInfo& file, std::function<void(legacy::SlotAnswer)> done);
  // An iq result or error. False: not an answer to anything asked here.
  bool on_answer(const component::Stanza& stanza);
  // Asks no more, so that the loop runs out of work.
  void stop();

 private:
  // nullptr: there was no answer in time.
  using Answered = std::function<void(const component::Stanza*)>;
  struct Question {
    std::string whom;
    Answered answered;
    base::Timer timer;
  };
  struct Service {
    std::string jid;            // empty: there is none
    std::uint64_t longest = 0;  // bytes; 0: not said
  };
  struct Wish {
    legacy::FileInfo file;
    std::function<void(legacy::SlotAnswer)> done;
  };

  void send(const std::string& whom, component::xml::Element payload, std::string_view type, Answered answered);
  void look_for_service();
  void ask_items(std::string_view domain);
  void ask_info(const std::string& jid);
  void note_info(const std::string& jid, const component::Stanza& answer);
  void found(Service service, base::Clock::duration lasts);
  void ask_for_slot(const Wish& wish);

  asio::any_io_executor executor_;
  component::Outlet& out_;
  component::Jid us_;
  std::map<std::string, Question> questions_;  // by id
  std::optional<Service> service_;
  base::Clock::time_point good_until_;
  bool is_looking_ = false;
  bool is_stopped_ = false;
  std::size_t open_ = 0;    // infos that are awaited
  bool is_silent_ = false;  // somebody did not answer
  std::vector<Wish> wishes_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace mapping

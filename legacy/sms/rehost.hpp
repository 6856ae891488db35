// Brings a file from the provider to where XMPP users can fetch it: asks for it with the provider's authentication,
// follows redirects by itself, and puts it into the XMPP server's upload service or, where that takes it not, among
// our own files. A few at a time for one network. Loop thread only.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "base/curl.hpp"
#include "legacy/adapter.hpp"
#include "legacy/sms/media_files.hpp"
#include "legacy/sms/provider.hpp"

namespace sms {

struct MediaRules {
  MediaFiles* files = nullptr;                  // null: we serve none ourselves
  std::size_t longest = std::size_t{20} << 20;  // bytes of one file
  std::size_t at_once = 2;                      // each is in memory while it is on its way
  std::chrono::milliseconds time{60000};        // for one file, from the first request to the last byte
};

struct Rehosted {
  enum class Kind {
    placed,
    dropped,  // nothing for people
    later,    // may work later
    absent,   // not there yet, or not any more
    never,
  };
  Kind kind = Kind::never;
  legacy::Attachment file = {};
  std::string why = {};  // for the log; quotes nothing
};

class Rehost {
 public:
  using Done = std::function<void(Rehosted)>;

  // All outlive it. An empty `slots` asks nobody.
  Rehost(base::HttpClient& client, const Provider& provider, const legacy::AskSlot& slots, MediaRules rules);
  ~Rehost();

  // Whether there is any place for files at all.
  bool is_possible() const noexcept { return rules_.files != nullptr || slots_; }
  // Calls done once, perhaps at once, unless this is destroyed first.
  void start(Media media, Done done);

 private:
  struct Job;
  using JobPtr = std::shared_ptr<Job>;

  void next();
  void fetch(const JobPtr& job, std::string url);
  void on_answer(const JobPtr& job, base::Result<base::HttpResponse, base::HttpFailure> answer);
  void redirect(const JobPtr& job, const base::HttpResponse& answer);
  void take(const JobPtr& job, std::string type, std::string bytes);
  void upload(const JobPtr& job, const legacy::SlotAnswer& answer);
  void keep(const JobPtr& job, Rehosted otherwise);
  void finish(const JobPtr& job, Rehosted end);

  base::HttpClient& client_;
  const Provider& provider_;
  const legacy::AskSlot& slots_;
  MediaRules rules_;
  std::deque<JobPtr> waiting_;
  std::size_t busy_ = 0;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
};

}  // namespace sms

// The ad-hoc commands that an entity offers, and those under way (XEP-0050): which form comes next, what each session
// was told so far, and when it is over. What a command does is the commands' own affair.
//
// Bounds: 5 sessions per user (the oldest gives way), 1,000 in all (the oldest of the domain that has most of them
// gives way, so a domain with many users costs the others nothing), ten minutes without a word, 64 KiB per submission.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "component/router.hpp"
#include "component/xeps/commands.hpp"

namespace mapping {

// One execution of a command.
struct Dialogue {
  component::Jid user;  // full
  component::Jid to;
  std::string node;
  std::vector<component::dataform::Submission> answers = {};  // one for each stage that is done
  base::Clock::time_point until = {};
  std::string language = {};  // xml:lang of the one who began it
};

// What a command says at its end.
struct Verdict {
  std::vector<component::commands::Note> notes;
  std::optional<component::dataform::Form> form = {};  // of type result
  bool is_retry = false;  // the last answer can't be used, as the notes say: the form is shown once more
};

inline Verdict say(std::string text, std::string_view type = "info") {
  return {{{type, std::move(text)}}};
}
// The last answer can't be used, for that reason.
inline Verdict again(std::string text) {
  return {{{"error", std::move(text)}}, {}, true};
}

struct Command {
  struct Stage {
    component::dataform::Form form;
    bool is_last = true;
  };
  using Asked = base::Result<std::optional<Stage>, component::StanzaError>;
  using Done = std::function<void(Verdict)>;

  std::string_view node, name;
  unsigned targets = 0;        // component::Target bits
  bool is_for_admins = false;  // others don't see it, and are refused
  // The stage after those that are answered; nothing: all is known.
  std::function<Asked(const Dialogue&)> ask;
  // done is called once, now or later.
  std::function<void(const Dialogue&, Done done)> finish;
  bool is_listed = true;  // else it is for those who know of it
};

class Dialogues {
 public:
  // Throws std::logic_error when there is one of that node for an overlapping target.
  void add(Command command);
  // Those at such an address that this user may use.
  std::vector<const Command*> list(unsigned target, bool is_admin) const;
  const Command* find(std::string_view node, unsigned target) const;
  // Answers an iq whose payload is a <command/>. Loop thread only; outlives what is answered later.
  void handle(const component::Responder& responder, unsigned target, bool is_admin);

 private:
  using Sessions = std::map<std::string, Dialogue>;
  void begin(const component::Responder& responder, const Command& command);
  void go_on(const component::Responder& responder, const Command& command, component::commands::Request request);
  void proceed(const component::Responder& responder, const Command& command, std::string id, Dialogue dialogue,
               std::vector<component::commands::Note> notes);
  void finish(const component::Responder& responder, const Command& command, std::string id, Dialogue dialogue);
  void make_room(const component::Jid& user);
  void drop_oldest(const std::function<bool(const Dialogue&)>& is_meant);
  std::set<std::string> largest_domains() const;

  std::vector<Command> commands_;
  Sessions sessions_;
};

}  // namespace mapping

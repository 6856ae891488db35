#include "mapping/attendance.hpp"

#include <algorithm>
#include <array>

#include "component/xeps/disco.hpp"

namespace mapping {

using component::Jid;
using component::Stanza;
using component::xml::Element;

namespace {

bool says_gone(const Stanza& answer) {
  constexpr std::array conditions{"service-unavailable", "recipient-unavailable", "item-not-found", "gone",
                                  "remote-server-not-found"};
  const Element* const error =
      answer.type() == "error" ? answer.xml().child("error", component::ns_component) : nullptr;
  return error && std::any_of(conditions.begin(), conditions.end(), [&](const char* condition) {
           return error->child(condition, component::ns_stanza_errors) != nullptr;
         });
}

}  // namespace

void Attendance::ask(const Jid& from, const Jid& client, Done done) {
  const auto [question, is_new] = questions_.try_emplace(client.str());
  question->second.waiting.push_back(std::move(done));
  if (!is_new) return;
  question->second.id = component::make_id();
  question->second.until = base::Clock::now() + patience;
  Element iq("iq");
  iq.set("type", "get").set("from", from.str()).set("to", client.str()).set("id", question->second.id);
  out_.send(iq.add(Element("query", component::disco::ns_info)));
  watch();
}

bool Attendance::on_answer(const Stanza& answer) {
  const auto question = questions_.find(answer.from().str());
  if (question == questions_.end() || question->second.id != answer.id()) return false;
  finish(question, says_gone(answer));
  return true;
}

void Attendance::finish(std::map<std::string, Question>::iterator question, bool is_gone) {
  const auto node = questions_.extract(question);
  for (const Done& done : node.mapped().waiting) done(is_gone);
}

void Attendance::watch() {
  if (questions_.empty() || std::exchange(is_watching_, true)) return;
  timer_.expires_after(patience);
  timer_.async_wait([this, alive = std::weak_ptr(alive_)](const base::error_code& cancelled) {
    if (cancelled || !alive.lock()) return;
    is_watching_ = false;
    const auto now = base::Clock::now();
    for (auto next = questions_.begin(); next != questions_.end();) {
      const auto question = next++;
      if (question->second.until <= now) finish(question, false);
    }
    watch();
  });
}

}  // namespace mapping

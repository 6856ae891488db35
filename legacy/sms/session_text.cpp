// Texts of the user: whether they may go, in how many pieces, and what people answer who want no more of them.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "legacy/sms/gsm7.hpp"
#include "legacy/sms/pieces.hpp"
#include "legacy/sms/segments.hpp"
#include "legacy/sms/session.hpp"

namespace sms {

namespace {

constexpr std::chrono::hours answer_pause{1};

// Of a code that was not sent.
Errc error_of(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::refused) return verdict.reason;
  return verdict.kind == Verdict::Kind::stopped ? Errc::service_down : Errc::busy;
}

}  // namespace

Errc Session::refusal() const {
  if (is_closing_) return Errc::disconnected;
  if (number_.empty()) return Errc::needs_registration;
  return is_enrolled_ ? Errc::none : Errc::not_allowed;
}

void Session::on(legacy::Ref ref, const legacy::SendText& request) {
  const bool is_group = request.to.kind == legacy::ChatKind::room;
  if (request.to.kind == legacy::ChatKind::network || is_group != Group::is_group(request.to.id))
    return finish(ref, Errc::unsupported);
  if (const Errc error = refusal(); error != Errc::none) return finish(ref, error);
  if (request.text.empty()) return finish(ref, Errc::bad_request);
  if (queue_.is_full()) return finish(ref, Errc::queue_full);
  const auto to = addressee(request.to.id);
  if (!to) return finish(ref, to.error());
  Guard& guard = network_.guard_;
  const auto letter = letter_of(request);
  const auto& pieces = letter.pieces;
  if (pieces.empty() || count_all(pieces, !letter.media.empty()) > guard.rules().most_segments) {
    return finish(ref, Errc::too_long,
                  fmt::format("This is longer than {} short messages.", guard.rules().most_segments));
  }
  auto refused = guard.check(sender(), to->numbers, pieces, wall_now(), letter.media);
  if (const auto report = guard.take_report(); !report.empty()) {
    network_.tell_admins(fmt::format("{}: a text of {} was not sent: {}", network_.name(), user(), report));
  }
  if (refused.error != Errc::none) return finish(ref, refused.error, std::move(refused.words));
  enqueue(ref, *to, letter, request);
}

// What can be sent as MMS needs no link in the text; what is too much for one message stays a link.
Session::Letter Session::letter_of(const legacy::SendText& request) const {
  const auto traits = provider().traits();
  Letter out;
  const auto count = network_.guard_.rules().mms ? std::min(request.media.size(), traits.most_media) : 0;
  out.media.assign(request.media.begin(), request.media.begin() + static_cast<std::ptrdiff_t>(count));
  out.pieces = cut(to_gsm7(without_links(request.text, out.media), network_.guard_.rules().transliterate), traits);
  return out;
}

void Session::enqueue(legacy::Ref ref, const Addressee& to, const Letter& letter, const legacy::SendText& request) {
  const auto now = wall_now();
  const auto& pieces = letter.pieces;
  const auto tokens = pieces.size() > 1 ? fates_.split(request.token, pieces.size(), now) : std::vector{request.token};
  Accepted accepted{
      {}, tokens.front(), network_.guard_.charge(sender(), to.numbers, pieces, now, !letter.media.empty())};
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const auto media = i == 0 ? letter.media : std::vector<std::string>{};
    accepted.ids.push_back(queue_.add({to.name, pieces[i], tokens[i], media}, now));
  }
  pending_[ref] = accepted;
  persist([this, ref, request, accepted = std::move(accepted)](bool is_saved) {
    pending_.erase(ref);
    if (is_saved) {
      for (const auto& id : accepted.ids) queue_.confirm(id);
      reflect(ref, request);
    } else {
      withdraw(accepted);
    }
    finish(ref, is_saved ? Errc::none : Errc::storage_failed);
    end_when_idle();
    serve();
  });
}

void Session::withdraw(const Accepted& accepted) {
  for (const auto& id : accepted.ids) queue_.withdraw(id);
  fates_.forget(accepted.token);
  network_.guard_.refund(sender(), accepted.amount, wall_now());
}

void Session::tell(legacy::Delivery delivery) {
  std::vector<legacy::Delivery> told;
  if (!fates_.fold(delivery, told)) return sink_.on_event(std::move(delivery));
  queue_.take(delivery.key, wall_now());
  persist();
  for (auto& whole : told) sink_.on_event(std::move(whole));
}

void Session::tell_user(std::string text) {
  legacy::Received received;
  received.chat = {legacy::ChatKind::network, network_.name()};
  received.text = std::move(text);
  received.is_vital = true;
  sink_.on_event(std::move(received));
}

// Many numbers can't send MMS, and it is the provider who knows: then the files are links, as without MMS, if what that
// takes more is allowed. A group is one by MMS alone.
bool Session::may_go_plain(const Queue::Send& send, const Verdict& verdict) {
  const bool is_refused = verdict.kind == Verdict::Kind::refused && verdict.reason == Errc::provider_refused;
  if (!is_refused || send.media.empty() || Group::is_group(send.to)) return false;
  const auto to = Number::parse(send.to, network_.numbering_);
  const auto pieces = cut(with_links(send.text, send.media), provider().traits());
  Guard& guard = network_.guard_;
  if (!to || pieces.size() != 1 || count_all(pieces) > guard.rules().most_segments) return false;
  return guard.charge_more(sender(), *to, pieces.front(), wall_now());
}

// True: something was saved. A text that is announced again after a restart changes nothing.
bool Session::heed(const legacy::Received& text) {
  const std::string said(said_text(text.text));
  const auto word = keyword_of(said);
  const bool is_in_group = text.chat.kind == legacy::ChatKind::room;
  const auto from = Number::parse(is_in_group ? text.nick : text.chat.id, network_.numbering_);
  if (word == Keyword::none || !from || from->kind() == Number::Kind::alphanumeric || number_.empty()) return false;
  const auto& rules = network_.guard_.rules();
  const auto& who = from->str();
  if (word == Keyword::stop) {
    const bool is_new = heed_stop(who, said);
    if (is_new) answer(who, rules.stop_reply, "stop");
    return is_new;
  }
  if (word == Keyword::start) {
    const bool is_new = network_.guard_.opt_outs().start(sender().line(), who);
    if (is_new) tell_user(who + " takes your texts again (" + said + ").");
    if (is_new) answer(who, rules.start_reply, "start");
    return is_new;
  }
  return answer(who, rules.help_reply, "help");
}

bool Session::heed_reply(const std::string& from, const std::string& text) {
  OptOuts& outs = network_.guard_.opt_outs();
  const auto word = keyword_of(text);
  if (word == Keyword::stop) outs.stop(number_, from, wall_now());
  if (word == Keyword::start) outs.start(number_, from);
  return word == Keyword::stop || word == Keyword::start;
}

bool Session::heed_stop(const std::string& who, const std::string& words) {
  if (who.empty() || !network_.guard_.opt_outs().stop(sender().line(), who, wall_now())) return false;
  const std::string quoted = words.empty() ? std::string{} : " (" + words + ")";
  queue_.fail_waiting(who, Errc::opted_out, who + " wants no more texts from your number");
  tell_user(who + " wants no more texts from your number" + quoted + "; yours are not sent there until START comes.");
  return true;
}

// True: it goes out. To one person once an hour for each word, and only where a text of the user's might go.
bool Session::answer(const std::string& to, const std::string& text, const std::string& word) {
  const auto number = Number::parse(to, network_.numbering_);
  if (text.empty() || !number || queue_.is_full()) return false;
  const auto now = wall_now();
  const auto key = "seen/" + word + " " + to;
  const auto answered = load_record(state_, key);
  const auto until = answered ? number_of(*answered, "until") : 0;
  const bool is_recent = until > to_millis(now) && until <= to_millis(now + answer_pause);  // else the clock was set
  if (is_recent) return false;
  if (!network_.guard_.may_answer(sender(), *number, text, now)) return false;
  boost::json::object record;
  record["until"] = to_millis(now + answer_pause);
  save_record(state_, key, record);
  network_.guard_.charge(sender(), {*number}, {text}, now);
  const auto id = queue_.add({to, text, {}}, now);
  persist([this, id](bool is_saved) {
    is_saved ? queue_.confirm(id) : queue_.withdraw(id);
    serve();
  });
  return true;
}

// Past the queue: what waited would arrive when it is of no use any more.
void Session::on(legacy::Ref ref, const legacy::SendCode& request) {
  const auto to = Number::parse(request.to.id, network_.numbering_);
  if (!to) return finish(ref, to.error());
  if (to->kind() == Number::Kind::alphanumeric || number_.empty() || is_closing_) return finish(ref, Errc::unsupported);
  if (trunk_.free_slots() == 0) return finish(ref, Errc::busy, "The gateway has much to send just now.");
  const Sender whose{tag_of(request.user), number_, false};
  auto refused = network_.guard_.check(whose, {*to}, {request.text}, wall_now());
  if (refused.error != Errc::none) return finish(ref, refused.error, std::move(refused.words));
  network_.guard_.charge(whose, {*to}, {request.text}, wall_now());
  codes_.insert(ref);
  ++slots_;
  trunk_.take_slot(count_segments(request.text).parts.size());
  const std::string id = tag_ + "." + base::random_id();
  trunk_.hand_over({id, number_, to->str(), request.text}, [this, alive = std::weak_ptr(alive_), ref,
                                                            to = to->str()](const Verdict& verdict) {
    if (alive.expired()) return;
    codes_.erase(ref);
    if (verdict.kind == Verdict::Kind::refused && verdict.reason == Errc::opted_out)
      network_.guard_.opt_outs().stop(number_, to, wall_now());
    const bool is_lost = verdict.kind != Verdict::Kind::accepted && verdict.kind != Verdict::Kind::unknown;
    finish(ref, is_lost ? error_of(verdict) : Errc::none, is_lost ? verdict.words : std::string{});
    give_slot();
  });
}

void Session::on(legacy::Ref ref, const legacy::Query& request) {
  legacy::Answer told;
  told.ref = ref;
  if (request.kind == legacy::Query::Kind::usage) {
    told.text = network_.guard_.usage(sender(), wall_now());
  } else if (request.kind == legacy::Query::Kind::cost) {
    const auto to = addressee(request.person.id);
    if (!to) return finish(ref, to.error());
    told.text = network_.guard_.cost(
        to->numbers, cut(to_gsm7(request.text, network_.guard_.rules().transliterate), provider().traits()),
        sender().is_own);
  } else {
    return finish(ref, Errc::unsupported);
  }
  sink_.on_event(std::move(told));
  finish(ref, Errc::none);
}

}  // namespace sms

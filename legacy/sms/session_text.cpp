// Texts of the user: whether they may go, in how many pieces, and what people answer who want no more of them.
#include <fmt/format.h>

#include <algorithm>

#include "base/random.hpp"
#include "base/utf8.hpp"
#include "legacy/sms/gsm7.hpp"
#include "legacy/sms/pieces.hpp"
#include "legacy/sms/segments.hpp"
#include "legacy/sms/session.hpp"

namespace sms {

namespace {

constexpr std::chrono::hours answer_pause{1};
constexpr std::string_view code_prefix = "code/";  // short codes that have texted the user

// Of a code that was not sent.
Errc error_of(const Verdict& verdict) {
  if (verdict.kind == Verdict::Kind::refused) return verdict.reason;
  return verdict.kind == Verdict::Kind::stopped ? Errc::service_down : Errc::busy;
}

// Nothing that a phone would show, also no zero-width signs.
bool is_blank(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto c = base::next_code_point(text, at);
    const bool is_space = c && (*c <= U' ' || *c == 0x7F || *c == 0xA0 || *c == 0x1680 ||
                                (*c >= 0x2000 && *c <= 0x200F) || (*c >= 0x2028 && *c <= 0x202F) ||
                                (*c >= 0x205F && *c <= 0x2064) || *c == 0x3000 || *c == 0xFEFF || *c == 0xAD);
    if (!is_space) return false;
  }
  return true;
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
  if (is_blank(request.text) && request.media.empty())
    return finish(ref, Errc::bad_request, "There is nothing in this text but blanks, so it was not sent.");
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
  const auto all = traits();
  Letter out;
  const auto count = network_.guard_.rules().mms ? std::min(request.media.size(), all.most_media) : 0;
  out.media.assign(request.media.begin(), request.media.begin() + static_cast<std::ptrdiff_t>(count));
  out.pieces = cut(to_gsm7(without_links(request.text, out.media), network_.guard_.rules().transliterate), all);
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
  const auto pieces = cut(with_links(send.text, send.media), traits());
  Guard& guard = network_.guard_;
  if (!to || pieces.size() != 1 || count_all(pieces) > guard.rules().most_segments) return false;
  return guard.charge_more(sender(), *to, pieces.front(), wall_now());
}

// Providers that heed a STOP themselves refuse our texts from then on; the others hear of it from nobody but us.
bool Session::is_stop(const std::string& said) const {
  switch (network_.guard_.rules().stop_words) {
    case config::StopWords::off: return false;
    case config::StopWords::all: return keyword_of(said) == Keyword::stop;
    case config::StopWords::provider: break;
  }
  return traits().holds_stops && keyword_of(said, true) == Keyword::stop;
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
    if (!is_stop(said)) return false;
    const bool is_held = traits().holds_stops && keyword_of(said, true) == Keyword::stop;
    const bool is_new = heed_stop(who, said, is_held);
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
  if (word == Keyword::stop) outs.stop(number_, from, wall_now(), traits().holds_stops);
  if (word == Keyword::start) outs.start(number_, from);
  return word == Keyword::stop || word == Keyword::start;
}

bool Session::heed_stop(const std::string& who, const std::string& words, bool is_held) {
  if (who.empty() || !network_.guard_.opt_outs().stop(sender().line(), who, wall_now(), is_held)) return false;
  const std::string quoted = words.empty() ? std::string{} : " (" + words + ")";
  queue_.fail_waiting(who, Errc::opted_out, who + " wants no more texts from your number");
  tell_user(who + " wants no more texts from your number" + quoted + "; yours are not sent there until START comes" +
            (is_held ? "." : ", or you write to me: lift " + who));
  return true;
}

void Session::on(legacy::Ref ref, const legacy::LiftStop& request) {
  const auto who = Number::parse(request.person.id, network_.numbering_);
  if (!who) return finish(ref, who.error());
  OptOuts& outs = network_.guard_.opt_outs();
  const std::string line = outs.is_out(sender().line(), who->str()) ? sender().line() : number_;
  if (!outs.is_out(line, who->str())) return finish(ref, Errc::not_found, who->str() + " has not asked for no texts.");
  if (outs.is_held(line, who->str()) && !request.by_admin)
    return finish(ref, Errc::opted_out,
                  "The provider holds the STOP of " + who->str() + ", too; only START from there ends it.");
  outs.start(line, who->str());
  persist([this, ref](bool is_saved) { finish(ref, is_saved ? Errc::none : Errc::storage_failed); });
}

void Session::on(legacy::Ref ref, const legacy::SetAllowance& request) {
  auto problem = network_.guard_.allow(tag_, request);
  if (!problem.empty()) return finish(ref, Errc::bad_request, std::move(problem));
  persist([this, ref](bool is_saved) { finish(ref, is_saved ? Errc::none : Errc::storage_failed); });
}

std::string Session::stops() const {
  OptOuts& outs = network_.guard_.opt_outs();
  std::string out;
  for (const auto& who : outs.senders(sender().line()))
    out +=
        who + (outs.is_held(sender().line(), who) ? " (START from there ends it)\n" : " (lift " + who + " ends it)\n");
  if (out.empty()) return "Nobody has asked for no more texts from your number.";
  out.pop_back();
  return out;
}

// Short codes cost extra, but who is asked by one may answer.
void Session::note_code(const std::string& from) {
  const auto code = Number::sender(from, network_.numbering_);
  const std::string key = std::string(code_prefix) + code.str();
  if (code.kind() == Number::Kind::short_code && !state_.load(key)) state_.save(key, "1");
}

Sender Session::sender() const {
  Sender out{tag_, number_, own_.trunk != nullptr};
  for (const auto& [key, value] : state_.list(code_prefix)) out.codes.insert(key.substr(code_prefix.size()));
  return out;
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
      network_.guard_.opt_outs().stop(number_, to, wall_now(), true);
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
  } else if (request.kind == legacy::Query::Kind::stops) {
    told.text = stops();
  } else if (request.kind == legacy::Query::Kind::cost) {
    const auto to = addressee(request.person.id);
    if (!to) return finish(ref, to.error());
    told.text = network_.guard_.cost(
        to->numbers, cut(to_gsm7(request.text, network_.guard_.rules().transliterate), traits()), sender().is_own);
  } else {
    return finish(ref, Errc::unsupported);
  }
  sink_.on_event(std::move(told));
  finish(ref, Errc::none);
}

}  // namespace sms

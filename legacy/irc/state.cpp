#include "legacy/irc/state.hpp"

#include <algorithm>

namespace irc {
namespace {

constexpr std::size_t max_batches = 64;
constexpr auto registration_time = std::chrono::seconds(60);
constexpr auto capability_time = std::chrono::seconds(5);  // a server without CAP may just say nothing

}  // namespace

// Sorted by command. A line with fewer parameters than its handler needs is shown like an unknown one.
const State::Row State::rows[] = {
    {"001", 1, &State::on_welcome},
    {"002", 2, &State::on_version},
    {"004", 3, &State::on_version},
    {"005", 2, &State::on_isupport},
    {"301", 3, &State::on_peer_away},
    {"303", 2, &State::on_ison},
    {"305", 1, &State::on_own_away},
    {"306", 1, &State::on_own_away},
    {"311", 6, &State::on_whois},
    {"312", 3, &State::on_whois},
    {"313", 2, &State::on_whois},
    {"315", 2, &State::on_end_of_who},
    {"317", 3, &State::on_whois},
    {"318", 2, &State::on_whois},
    {"319", 3, &State::on_whois},
    {"321", 0, &State::on_nothing},
    {"322", 3, &State::on_list_entry},
    {"323", 0, &State::on_list_end},
    {"324", 3, &State::on_mode_is},
    {"329", 0, &State::on_nothing},
    {"330", 3, &State::on_whois},
    {"331", 2, &State::on_no_topic},
    {"332", 3, &State::on_topic_is},
    {"333", 3, &State::on_topic_who},
    {"335", 2, &State::on_whois},
    {"338", 3, &State::on_whois},
    {"341", 3, &State::on_inviting},
    {"351", 2, &State::on_version},
    {"352", 8, &State::on_who},
    {"353", 4, &State::on_names},
    {"354", 9, &State::on_whox},
    {"366", 2, &State::on_end_of_names},
    {"367", 3, &State::on_ban_entry},
    {"368", 2, &State::on_ban_end},
    {"381", 1, &State::on_operator},
    {"396", 2, &State::on_host_hidden},
    {"421", 2, &State::on_not_registered},
    {"431", 0, &State::on_nick_refused},
    {"432", 0, &State::on_nick_refused},
    {"433", 0, &State::on_nick_refused},
    {"436", 0, &State::on_nick_refused},
    {"437", 0, &State::on_nick_refused},
    {"451", 0, &State::on_not_registered},
    {"462", 0, &State::on_nothing},
    {"464", 0, &State::on_rejected},
    {"465", 0, &State::on_banned},
    {"466", 0, &State::on_banned},
    {"470", 3, &State::on_moved},
    {"671", 2, &State::on_whois},
    {"717", 2, &State::on_remark},
    {"718", 2, &State::on_remark},
    {"730", 2, &State::on_monitor},
    {"731", 2, &State::on_monitor},
    {"734", 3, &State::on_monitor_full},
    {"900", 0, &State::on_logged_in},
    {"901", 0, &State::on_logged_out},
    {"902", 0, &State::on_sasl_failure},
    {"903", 0, &State::on_sasl_success},
    {"904", 0, &State::on_sasl_failure},
    {"905", 0, &State::on_sasl_failure},
    {"906", 0, &State::on_sasl_failure},
    {"907", 0, &State::on_sasl_success},
    {"908", 2, &State::on_sasl_mechanisms},
    {"ACCOUNT", 1, &State::on_account},
    {"ACK", 0, &State::on_nothing},
    {"AUTHENTICATE", 1, &State::on_authenticate},
    {"AWAY", 0, &State::on_away},
    {"BATCH", 1, &State::on_batch},
    {"CAP", 2, &State::on_cap},
    {"CHGHOST", 2, &State::on_chghost},
    {"ERROR", 0, &State::on_error},
    {"FAIL", 2, &State::on_fail},
    {"INVITE", 2, &State::on_invite},
    {"JOIN", 1, &State::on_join},
    {"KICK", 2, &State::on_kick},
    {"MODE", 2, &State::on_mode},
    {"NICK", 1, &State::on_nick},
    {"NOTE", 2, &State::on_remark},
    {"NOTICE", 2, &State::on_notice},
    {"PART", 1, &State::on_part},
    {"PING", 0, &State::on_ping},
    {"PONG", 0, &State::on_pong},
    {"PRIVMSG", 2, &State::on_privmsg},
    {"QUIT", 0, &State::on_quit},
    {"SETNAME", 0, &State::on_nothing},
    {"TAGMSG", 0, &State::on_nothing},
    {"TOPIC", 2, &State::on_topic},
    {"WARN", 2, &State::on_remark},
};

State::State(Identity identity) : identity_(std::move(identity)), greeting_(identity_.shows_greeting) {}

void State::receive(const Message& message, const Now& now) {
  while (work_.is_open()) work_on(now);
  now_ = now;
  work_.begin_turn();
  heard_at_ = now.steady;
  pinged_ = false;
  dispatch(message);
  // A labelled answer of one line is complete with it; one in a batch when the batch ends.
  const std::string label = message.tag("label");
  if (!label.empty() && message.command != "BATCH") settle_label(label);
}

void State::dispatch(const Message& message) {
  const auto row =
      std::lower_bound(std::begin(rows), std::end(rows), message.command,
                       [](const Row& known, const std::string& command) { return known.command < command; });
  const bool known = row != std::end(rows) && row->command == message.command;
  if (known && message.params.size() >= row->min_params && (this->*row->handler)(message)) return;
  if (on_numeric_error(message)) return;
  if (!known || message.is_numeric()) show_server_message(message);
}

bool State::on_numeric_error(const Message& message) {
  const auto numeric = find_numeric(numeric_code(message.command));
  if (!numeric) return false;
  Pending* const pending = match(*numeric, message);
  if (pending == nullptr) return refuse_written(*numeric, message);
  const bool is_ours = static_cast<Asks>(pending->ask) & (Ask::join | Ask::whois | Ask::who | Ask::ison);
  // What the user typed as a raw line has had its Outcome: then the server's words are shown.
  const bool is_awaited = pending->ref != 0 || (is_ours && !pending->is_typed);
  if (!is_awaited) show_server_message(message);
  const bool is_gone = numeric->code == LIBIRC_RFC_ERR_NOSUCHNICK;
  if (is_gone) note_present(pending->target, false);
  settle(*pending, meaning(*numeric, pending->ask, pending->target, pending->subject), plain(message.last()));
  return true;
}

// Some mean different things for different requests.
legacy::Errc State::meaning(const Numeric& numeric, Ask ask, const std::string& target,
                            const std::string& subject) const {
  using legacy::Errc;
  const bool to_unjoined = isupport_.is_channel(target) && !rooms_.contains(target);
  if (numeric.code == LIBIRC_RFC_ERR_CANNOTSENDTOCHAN && to_unjoined) return Errc::not_in_room;
  if (numeric.code == LIBIRC_RFC_ERR_UNAVAILRESOURCE && ask == Ask::join) return Errc::busy;
  const Room* const room = rooms_.find(target);
  const Person* const me = room != nullptr ? room->people.find(nick_) : nullptr;
  // Who may do such things, but not to this person.
  const bool is_about_person = room != nullptr && room->people.contains(subject);
  const bool is_outranked = me != nullptr && is_about_person && (ask == Ask::kick || ask == Ask::mode) &&
                            standing(isupport_, me->letters, false).role == legacy::Role::moderator;
  if (numeric.code == LIBIRC_RFC_ERR_CHANOPRIVSNEEDED && is_outranked) return Errc::not_allowed;
  const bool is_mode = ask == Ask::mode || ask == Ask::raw;
  if (numeric.code == LIBIRC_RFC_ERR_NOCHANMODES && is_mode) return Errc::unsupported;
  return numeric.error;
}

// The parameters as a person reads them; the first of a numeric is our own nick.
void State::show_server_message(const Message& message) {
  if (greeting_.hides(message, now_.steady)) return;
  std::string text = joined_words(message, message.is_numeric() ? 1 : 0);
  if (!message.is_numeric()) text = message.command + (text.empty() ? "" : " ") + text;
  if (!text.empty()) say_to_user(plain(text), legacy::Flavor::normal, asker(message));
}

// What a server tells everybody of himself when he comes: his modes, his host, his account.
void State::show_about_us(const Message& message) {
  if (asker(message) != 0 || !greeting_.hides_asides(now_.steady)) show_server_message(message);
}

bool State::on_ping(const Message& message) {
  send_now(text_line("PONG", {}, message.last()));
  return true;
}

bool State::on_pong(const Message& message) {
  if (!fence_.empty() && message.last() == fence_) end_fence(legacy::Errc::none, {});
  return true;
}

bool State::on_error(const Message& message) {
  error_text_ = plain(message.last());
  if (!drop_ && phase_ == Phase::registering) drop_ = refusal(error_text_);
  if (drop_ && drop_->reason == legacy::Errc::rejected_login && wants_pass()) ask_again_with_pass();
  if (!drop_) drop_ = Drop{legacy::Errc::disconnected, "the server closed the connection: " + error_text_, false};
  return true;
}

bool State::on_batch(const Message& message) {
  const std::string& reference = message.param(0);
  if (reference.size() < 2) return true;
  const std::string name = reference.substr(1);
  if (reference.front() == '+') {
    if (batches_.size() < max_batches)
      batches_[name] = Batch{message.param(1), label_of(message), message.tag("batch")};
    return true;
  }
  const auto found = batches_.find(name);
  if (found == batches_.end()) return true;
  const Batch batch = found->second;
  batches_.erase(found);
  if (!batch.label.empty() && !batches_.contains(batch.parent)) settle_label(batch.label);
  return true;
}

bool State::is_in_batch(const Message& message, std::string_view type) const {
  auto found = batches_.find(message.tag("batch"));
  for (int depth = 0; found != batches_.end() && depth < 8; ++depth) {
    if (found->second.type == type) return true;
    found = batches_.find(found->second.parent);
  }
  return false;
}

std::string State::label_of(const Message& message) const {
  if (const std::string label = message.tag("label"); !label.empty()) return label;
  const auto found = batches_.find(message.tag("batch"));
  return found == batches_.end() ? std::string{} : found->second.label;
}

// What was wanted meanwhile comes behind it.
void State::work_on(const Now& now) {
  now_ = now;
  work_.go_on();
  if (work_.is_open()) return;
  for (const CrowdWork::Held& held : work_.take_held()) submit(held.ref, held.request, now);
}

void State::tick(const Now& now) {
  if (work_.is_open()) return work_on(now);
  now_ = now;
  work_.begin_turn();
  expire();
  if (phase_ == Phase::offline) return;
  check_silence();
  if (phase_ == Phase::registering && now.steady >= opened_at_ + registration_time && !drop_)
    drop_ = Drop{legacy::Errc::timeout, "the server did not complete the registration in time", false};
  if (!introduced_ && now.steady >= opened_at_ + capability_time) introduce();
  if (away_due_ && now.steady >= *away_due_) send_away();
  if (watching_.due && now.steady >= *watching_.due) follow();
  if (watching_.poll_due && now.steady >= *watching_.poll_due) poll(false);
  if (who_due_ && now.steady >= *who_due_) ask_who();
  if (ranks_due_ && now.steady >= *ranks_due_) tell_late_ranks();
  if (!profiles_.queue.empty() && now.steady >= profiles_.next) send_whois();
  if (joins_due_ && now.steady >= *joins_due_) join_rooms();
  if (nick_due_ && now.steady >= *nick_due_) ask_for_nick();
}

void State::excuse(base::Clock::duration unread) {
  opened_at_ += unread;
  heard_at_ += unread;
  if (fence_deadline_) *fence_deadline_ += unread;
  pending_.postpone(unread);
}

void State::check_silence() {
  const auto silent = now_.steady - heard_at_;
  if (silent >= 2 * identity_.silence && pinged_) {
    if (!drop_) drop_ = Drop{legacy::Errc::timeout, "no answer from the server (ping timeout)", false};
  } else if (silent >= identity_.silence && !pinged_) {
    pinged_ = true;
    send_now("PING :alive");
  }
}

void State::tell_doubts(const Now& now) {
  now_ = now;
  speech_.tell_doubts(now.steady);
}

// What was said before we came, and with it perhaps what we have said ourselves.
bool State::may_play_back() const {
  return plays_back_ || isupport_.has("CHATHISTORY") || caps_.offers("draft/chathistory") ||
         caps_.offers("znc.in/playback");
}

std::optional<Time> State::deadline() const {
  if (work_.is_open()) return now_.steady;
  std::optional<Time> first;
  const auto consider = [&first](Time time) { first = first ? std::min(*first, time) : time; };
  if (pending_.earliest()) consider(*pending_.earliest());
  if (const auto doubts = speech_.deadline()) consider(*doubts);
  if (phase_ == Phase::offline) return first;
  if (fence_deadline_) consider(*fence_deadline_);
  consider(heard_at_ + identity_.silence * (pinged_ ? 2 : 1));
  if (phase_ == Phase::registering) consider(opened_at_ + registration_time);
  if (!introduced_) consider(opened_at_ + capability_time);
  for (const auto& due : {away_due_, watching_.due, watching_.poll_due, who_due_, ranks_due_, joins_due_, nick_due_})
    if (due) consider(*due);
  if (!profiles_.queue.empty()) consider(profiles_.next);
  return first;
}

// What was wanted meanwhile is asked for as if it had come in time, and fails with the rest.
void State::drop_work(const Now& now) {
  work_.drop();
  for (const CrowdWork::Held& held : work_.take_held()) {
    submit(held.ref, held.request, now);
    work_.drop();
  }
}

void State::closed(const Drop& why, const Now& now) {
  now_ = now;
  drop_work(now);
  phase_ = Phase::offline;
  drop_.reset();
  batches_.clear();
  rule_changes_ = 0;
  is_operator_ = false;
  ranks_due_.reset();
  fence_.clear();
  fence_deadline_.reset();
  lines_.clear();
  listing_.clear();
  away_due_.reset();
  away_asked_ = 0;
  who_due_.reset();
  stop_watching();
  joins_due_.reset();
  sasl_.reset();
  stop_watching_nick();
  speech_.forget_written();
  speech_.hold_doubts(!why.for_good && may_play_back());
  const auto left = farewell_ ? legacy::Left::Why::asked : legacy::Left::Why::connection_lost;
  for (auto& [key, room] : rooms_) {
    if (room.value.announced) emit(legacy::Left{room_chat(room.value.name), left, why.text, {}});
    room.value.joined = room.value.listed = room.value.announced = false;
    room.value.syncing_until = {};
    room.value.is_listed_again = false;
    work_.discard(room.value.people);
    room.value.early.clear();
    room.value.who_due.reset();
    room.value.ranks_due.reset();
  }
  if (why.again) return;  // nobody needs to know, and the joins go on waiting
  const legacy::Errc reason = why.reason == legacy::Errc::none ? legacy::Errc::disconnected : why.reason;
  fail_all(reason, why.text);
  fail_profiles(reason, why.text);
  speech_.tell_doubts(now.steady, why.for_good);
  std::vector<std::string> unwanted;
  for (const auto& [key, room] : rooms_)
    if (!room.value.asked || why.for_good) unwanted.push_back(room.name);
  for (const auto& name : unwanted) rooms_.erase(name);
  using Link = legacy::LinkState::Link;
  emit(legacy::LinkState{why.for_good ? Link::stopped : Link::offline, why.reason, why.text, {}});
}

}  // namespace irc

#include <algorithm>

#include "legacy/irc/codes.hpp"
#include "legacy/irc/names.hpp"
#include "legacy/irc/split.hpp"
#include "legacy/irc/state.hpp"

namespace irc {
namespace {

constexpr std::size_t action_overhead = 9;  // "\x01ACTION " and "\x01"
constexpr std::size_t margin = 10;          // while our own prefix is only estimated
constexpr std::size_t smallest_payload = 50;
constexpr auto answer_time = std::chrono::seconds(60);  // after a line was typed

constexpr std::string_view action_start = "/me ";
constexpr std::string_view mode_start = "/mode ";

// What would break the negotiation or the login if the user typed it.
constexpr std::string_view refused_raw[] = {"CAP", "PASS", "USER", "AUTHENTICATE", "SERVER", "BATCH", "WEBIRC"};

}  // namespace

// How many bytes of text fit, with the prefix that the server will put before it (spec section 1.13).
std::size_t State::payload(std::string_view command, std::string_view target) const {
  const std::size_t limit = std::clamp<std::size_t>(isupport_.line_length(), 512, 8192);
  const std::size_t user = std::min<std::size_t>(isupport_.user_length(), 30) + 1;
  const std::size_t host = isupport_.host_length();
  const std::size_t address = address_.empty() ? user + 1 + host + margin : address_.size();
  const std::size_t overhead = 2 + 1 + nick_.size() + 1 + address + 1 + command.size() + 1 + target.size() + 2;
  return overhead + smallest_payload < limit ? limit - overhead : smallest_payload;
}

Confirm State::confirmation(Ask ask, std::string_view target) const {
  if (ask != Ask::text && ask != Ask::raw) return Confirm::answer;
  if (caps_.has("labeled-response") && caps_.has("batch")) return Confirm::label;
  if (ask == Ask::text && caps_.has("echo-message")) return Confirm::echo;
  // COMPAT(ngIRCd): it slows down whoever sends PINGs. A room is worth that less than the news that nobody is there.
  const bool is_public = ask != Ask::text || isupport_.is_channel(target);
  return is_ngircd_ && is_public ? Confirm::written : Confirm::fence;
}

// `to`: the room under the name that we know it by, or whom the request names.
void State::say(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& text) {
  if (!text.spans.empty()) return say_styled(ref, to, text);
  const auto lines = line_views(text.text);
  if (lines.empty()) return outcome(ref, legacy::Errc::bad_request, "nothing to send");
  const std::size_t room = payload("PRIVMSG", to.id) - action_overhead;
  std::size_t pieces = 0;
  for (const auto& line : lines) pieces += line.size() / room + 1;
  if (pieces > max_lines) return outcome(ref, legacy::Errc::too_long, "this would become more than 100 lines on IRC");
  speech_.begin(ref, lines.size(), text.token);
  for (const std::string_view line : lines) say_line(ref, to, text, line);
  want_fence();
}

void State::say_line(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& request, std::string_view line) {
  const bool is_action = request.flavor == legacy::Flavor::normal && line.starts_with(action_start);
  std::string clean = strip_controls(is_action ? line.substr(action_start.size()) : line);
  const std::size_t room = payload("PRIVMSG", to.id) - (is_action ? action_overhead : 0);
  auto pieces = split_text(clean, room);
  if (is_action) clean.insert(0, action_start);
  say_pieces(Said{ref, to, std::move(clean), 0, false, {}, request.flavor}, is_action, std::move(pieces));
}

void State::say_pieces(Said&& said, bool is_action, std::vector<std::string>&& pieces) {
  const legacy::Ref ref = said.ref;
  const std::string to = said.chat.id;
  const char* const command = said.flavor == legacy::Flavor::notice ? "NOTICE" : "PRIVMSG";
  if (pieces.empty()) pieces.emplace_back(is_action ? "" : " ");
  said.pieces = pieces.size();
  said.is_split = pieces.size() > 1;
  said.at = now_.wall;
  const std::uint64_t id = ++serial_;
  speech_.add(id, std::move(said));
  for (const auto& piece : pieces) {
    Pending& pending = await(Ask::text, ref, to);
    pending.line = id;
    send_for(pending, text_line(command, {to}, is_action ? format_ctcp("ACTION", piece) : piece));
  }
}

// Each line and each piece of a line has its codes for itself.
void State::say_styled(legacy::Ref ref, const legacy::Chat& to, const legacy::SendText& text) {
  struct Ready {
    Said said;
    bool is_action;
    std::vector<std::string> pieces;
  };
  const Styled whole{text.text, text.spans};
  std::vector<Ready> lines;
  std::size_t count = 0;
  for (const std::string_view view : line_views(whole.text)) {
    const auto start = static_cast<std::size_t>(view.data() - whole.text.data());
    const bool is_action = text.flavor == legacy::Flavor::normal && view.starts_with(action_start);
    const std::size_t skip = is_action ? action_start.size() : 0;
    const Styled line = slice(whole, start + skip, view.size() - skip);
    Ready ready{{ref, to, {}, 0, false, {}, text.flavor}, is_action, {}};
    for (const Styled& piece : split_styled(line, payload("PRIVMSG", to.id) - (is_action ? action_overhead : 0)))
      ready.pieces.push_back(write_codes(piece));
    Styled shown = read_codes(write_codes(line));
    ready.said.text = (is_action ? std::string(action_start) : std::string{}) + shown.text;
    for (legacy::Span& span : shown.spans) span.start += skip, span.end += skip;
    ready.said.spans = std::move(shown.spans);
    count += ready.pieces.size();
    lines.push_back(std::move(ready));
    if (count > max_lines) return outcome(ref, legacy::Errc::too_long, "this would become more than 100 lines on IRC");
  }
  if (lines.empty()) return outcome(ref, legacy::Errc::bad_request, "nothing to send");
  speech_.begin(ref, lines.size(), text.token);
  for (auto& line : lines) say_pieces(std::move(line.said), line.is_action, std::move(line.pieces));
  want_fence();
}

// A PING behind what was said: its PONG says that everything before it has been dealt with. One at a time.
void State::want_fence() {
  if (!fence_.empty() || !pending_.wants_fence()) return;
  fenced_ = serial_;
  fence_mark_ = ++serial_;
  fence_ = "fence" + std::to_string(fence_mark_);
  lines_.push_back({text_line("PING", {}, fence_), false, fence_mark_, Line::Turn::text});
}

// Everything that the fence covers has been dealt with, or has had no answer.
void State::end_fence(legacy::Errc error, const std::string& text) {
  fence_.clear();
  fence_deadline_.reset();
  for (auto next = pending_.begin(); next != pending_.end();) {
    Pending& pending = *next++;
    if (pending.confirm != Confirm::fence || pending.serial > fenced_) continue;
    error == legacy::Errc::none ? settle(pending, error) : settle_unanswered(pending, error, text);
  }
  want_fence();
}

// COMPAT(ngIRCd): 404 for a text that counted as said. The latest one, because what made the server refuse it has just
// happened.
bool State::refuse_written(const Numeric& numeric, const Message& message) {
  if (numeric.code != LIBIRC_RFC_ERR_CANNOTSENDTOCHAN) return false;
  const auto is_target = [&](const std::string& target) { return names(message, target); };
  Written* const found = speech_.find_written(is_target, now_.steady);
  if (found == nullptr) return false;
  speech_.refuse(*found, meaning(numeric, Ask::text, found->target, {}), plain(message.last()));
  return true;
}

// "/mode +o nick" typed in a room.
void State::set_modes_by_hand(legacy::Ref ref, const Room& room, const std::string& text) {
  auto params = words(text.substr(mode_start.size()));
  if (params.empty() || !std::all_of(params.begin(), params.end(), is_middle))
    return outcome(ref, legacy::Errc::bad_request, "write /mode +o nick");
  params.insert(params.begin(), room.name);
  std::string line = command_line("MODE", std::move(params));
  if (line.size() > max_line - 2) return outcome(ref, legacy::Errc::too_long, "the line is too long");
  Pending& pending = await(Ask::raw, ref, room.name);
  pending.typed_by = ref;
  pending_.note_typed(ref, now_.steady + answer_time);
  send_for(pending, std::move(line));
  want_fence();
}

// A line as the user typed it. What changes our own state is noted as asked for.
void State::say_raw(legacy::Ref ref, const std::string& text) {
  const std::string line = wire_safe(text);
  if (line.size() > max_line - 2) return outcome(ref, legacy::Errc::too_long, "the line is too long");
  const auto message = Message::parse(line);
  if (!message || !message->tags.empty() || !message->source.nick.empty())
    return outcome(ref, legacy::Errc::bad_request, "this is no IRC command");
  const std::string& command = message->command;
  if (std::find(std::begin(refused_raw), std::end(refused_raw), command) != std::end(refused_raw))
    return outcome(ref, legacy::Errc::not_allowed, command + " is wherry's business");
  outcome(ref, legacy::Errc::none);
  if (command == "QUIT") {
    farewell_ = message->param(0);
    return;
  }
  pending_.note_typed(ref, now_.steady + answer_time);
  std::uint64_t mark = 0;
  if (command == "NICK") mark = await(Ask::nick, 0, message->param(0)).serial;
  if (command == "PART") mark = await(Ask::part, 0, message->param(0)).serial;
  const bool is_labelled = ref != 0 && caps_.has("labeled-response") && caps_.has("batch");
  if (!is_labelled) note_typed(ref, *message, mark);
  const std::string label = is_labelled ? "@label=" + (typed_label + std::to_string(ref)) + " " : std::string{};
  lines_.push_back({label + line, false, mark});
}

}  // namespace irc

#include "legacy/sms/fates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/random.hpp"

namespace sms {
namespace {

using State = legacy::Delivery::State;

constexpr std::string_view prefix = "many/";
// No token of the mapping starts with a control character.
constexpr char mark = '\x01';

struct Piece {
  std::string group;
  std::size_t number = 0;
};

std::string token_of(const Piece& piece) {
  return fmt::format("{}{}/{}", mark, piece.group, piece.number);
}

bool parse(const std::string& token, Piece& into) {
  const auto slash = token.rfind('/');
  if (token.empty() || token.front() != mark || slash == token.npos) return false;
  into.group = token.substr(1, slash - 1);
  std::from_chars(token.data() + slash + 1, token.data() + token.size(), into.number);
  return true;
}

std::string key_of(const std::string& group) {
  return std::string{prefix} + group;
}

constexpr std::array<std::string_view, 3> names{"delivered", "failed", "uncertain"};

std::string_view name(State state) {
  return names.at(static_cast<std::size_t>(state));
}

// A failure of one is a failure of the whole at once; for anything else all must have ended.
std::string_view fate_of(const boost::json::object& record) {
  const auto& pieces = record.at("pieces").as_object();
  const auto ended_as = [&](State state) {
    return std::count_if(pieces.begin(), pieces.end(),
                         [&](const auto& piece) { return std::string_view{piece.value().as_string()} == name(state); });
  };
  if (ended_as(State::failed) > 0) return name(State::failed);
  if (static_cast<std::int64_t>(pieces.size()) < number_of(record, "total")) return {};
  return name(ended_as(State::uncertain) > 0 ? State::uncertain : State::delivered);
}

legacy::Delivery delivery_of(const std::string& key, const boost::json::object& record) {
  legacy::Delivery out;
  const auto fate = text_of(record, "fate");
  out.token = text_of(record, "token");
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names.at(i) == fate) out.state = static_cast<State>(i);
  }
  out.reason = static_cast<legacy::Errc>(number_of(record, "reason"));
  out.text = text_of(record, "words");
  out.key = key + "/" + fate;
  return out;
}

}  // namespace

std::vector<std::string> Fates::split(const std::string& token, std::size_t pieces, base::WallTime now) {
  const auto group = base::random_id();
  boost::json::object record;
  record["token"] = token;
  record["total"] = static_cast<std::int64_t>(pieces);
  record["pieces"] = boost::json::object{};
  record["until"] = to_millis(now + 2 * keep_traces);
  save_record(state_, key_of(group), record);
  std::vector<std::string> out;
  for (std::size_t i = 1; i <= pieces; ++i) out.push_back(token_of({group, i}));
  return out;
}

void Fates::forget(const std::string& piece_token) {
  Piece piece;
  if (parse(piece_token, piece)) state_.erase(key_of(piece.group));
}

bool Fates::fold(const legacy::Delivery& delivery, std::vector<legacy::Delivery>& out) {
  Piece piece;
  if (!parse(delivery.token, piece)) return false;
  const auto key = key_of(piece.group);
  auto record = load_record(state_, key);
  if (!record) return true;
  record->at("pieces").as_object()[std::to_string(piece.number)] = name(delivery.state);
  const auto fate = std::string{fate_of(*record)};
  const bool is_news = !fate.empty() && fate != text_of(*record, "fate");
  if (delivery.state != State::delivered && (is_news || text_of(*record, "fate").empty())) {
    const auto total = number_of(*record, "total");
    (*record)["reason"] = static_cast<int>(delivery.reason);
    (*record)["words"] =
        delivery.text.empty() ? std::string{} : fmt::format("part {} of {}: {}", piece.number, total, delivery.text);
  }
  if (is_news) {
    (*record)["fate"] = fate;
    (*record)["is_told"] = 0;
    if (fate == name(State::delivered)) (*record)["reason"] = 0, (*record)["words"] = "";
    out.push_back(delivery_of(key, *record));
  }
  save_record(state_, key, *record);
  return true;
}

std::vector<legacy::Delivery> Fates::untold() {
  std::vector<legacy::Delivery> out;
  for (const auto& [key, value] : state_.list(prefix)) {
    const auto record = parse_record(key, value);
    if (record && !text_of(*record, "fate").empty() && number_of(*record, "is_told") == 0)
      out.push_back(delivery_of(key, *record));
  }
  return out;
}

bool Fates::take(const std::string& key) {
  if (!key.starts_with(prefix)) return false;
  const auto slash = key.rfind('/');
  const auto record_key = key.substr(0, slash);
  auto record = load_record(state_, record_key);
  if (!record || text_of(*record, "fate") != key.substr(slash + 1)) return true;
  const auto& pieces = record->at("pieces").as_object();
  const bool is_over = static_cast<std::int64_t>(pieces.size()) == number_of(*record, "total") &&
                       text_of(*record, "fate") == name(State::delivered);
  if (is_over) {
    state_.erase(record_key);
  } else {
    (*record)["is_told"] = 1;
    save_record(state_, record_key, *record);
  }
  return true;
}

void Fates::sweep(base::WallTime now) {
  for (const auto& [key, value] : state_.list(prefix)) {
    const auto record = parse_record(key, value);
    if (record && number_of(*record, "until") <= to_millis(now)) state_.erase(key);
  }
}

}  // namespace sms

// Group texts: a group is there without being joined; who is in its room only sees who else is.
#include <fmt/format.h>

#include <algorithm>

#include "legacy/sms/network.hpp"
#include "legacy/sms/session.hpp"

namespace sms {

bool Session::has_groups() const {
  return network_.guard_.rules().mms && traits().most_recipients > 0;
}

// Errors: unsupported, moved (a name with our own number in it), and those of Group.
base::Result<Group, legacy::Outcome> Session::group_of(const std::string& name) const {
  const auto fail = [](Errc error, std::string words, std::string moved_to = {}) {
    return legacy::Outcome{0, error, std::move(words), std::move(moved_to)};
  };
  if (!has_groups()) return fail(Errc::unsupported, "This gateway carries no group texts; write to each number.");
  const auto group = Group::parse(name, network_.numbering_);
  if (!group) return fail(group.error(), {});
  if (!group->has(number_)) return *group;
  const auto others = group->without(number_);
  if (!others) return fail(others.error(), "A group is you and at least two others.");
  return fail(Errc::moved, "Your own number is not part of a group's address: this is " + others->str() + ".",
              others->str());
}

std::string Session::group_of(const Inbound& message, const std::string& from) const {
  if (message.others.empty() || !has_groups()) return {};
  std::string name = from;
  for (const auto& other : message.others) name += "," + Number::sender(other, network_.numbering_).str();
  const auto members = Group::parse(name, network_.numbering_);
  if (!members) return {};
  const auto group = members->without(number_);
  return group ? group->str() : std::string{};
}

base::Result<Session::Addressee, legacy::Outcome> Session::addressee(const std::string& name) const {
  if (!Group::is_group(name)) {
    const auto number = Number::parse(name, network_.numbering_);
    if (!number) return legacy::Outcome{0, number.error(), {}};
    if (number->kind() == Number::Kind::alphanumeric)
      return legacy::Outcome{0, Errc::unsupported, "This sender is a name and not a number; it can't be replied to."};
    return Addressee{number->str(), {*number}};
  }
  const auto group = group_of(name);
  if (!group) return group.error();
  const auto most = traits().most_recipients;
  if (group->members().size() > most)
    return legacy::Outcome{
        0, Errc::against_policy,
        fmt::format("A group text goes to {} numbers at most; this group has {}.", most, group->members().size())};
  return Addressee{group->str(), group->members()};
}

void Session::on(legacy::Ref ref, const legacy::Join& request) {
  if (const Errc error = refusal(); error != Errc::none) return finish(ref, error);
  const auto group = group_of(request.room.id);
  if (!group) return finish(ref, group.error());
  legacy::Joined joined;
  joined.room = {legacy::ChatKind::room, group->str()};
  joined.nick = request.nick.empty() || group->has(request.nick) ? number_ : request.nick;
  joined.traits.hidden = true;
  const auto seat = [&joined](const std::string& nick, const std::string& number) {
    legacy::Member member;
    member.nick = nick;
    member.affiliation = legacy::Affiliation::member;
    member.person = number;
    joined.members.push_back(std::move(member));
  };
  seat(joined.nick, number_);
  for (const Number& number : group->members()) seat(number.str(), number.str());
  sink_.on_event(std::move(joined));
  finish(ref, Errc::none);
}

void Session::on(legacy::Ref ref, const legacy::Leave&) {
  finish(ref, Errc::none);
}

// A text is said in its group once it is on the disk.
void Session::reflect(legacy::Ref ref, const legacy::SendText& request) {
  if (request.to.kind != legacy::ChatKind::room) return;
  legacy::Received own;
  own.chat = request.to;
  own.nick = number_;
  own.text = request.text;
  own.own = true;
  own.ref = ref;
  sink_.on_event(std::move(own));
}

Outbound Session::outbound_of(const Queue::Send& send) const {
  auto numbers = numbers_in(send.to);
  Outbound out{send.id, number_, numbers.front(), send.text, send.media};
  out.others.assign(numbers.begin() + 1, numbers.end());
  return out;
}

// Empty: it is not known which one of a group it is about.
std::string Session::recipient_of(const std::string& id, const std::string& segment) const {
  const auto name = queue_.recipient(id);
  if (!Group::is_group(name)) return name;
  return segment.empty() ? std::string{} : Number::sender(segment, network_.numbering_).str();
}

}  // namespace sms

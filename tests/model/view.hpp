// What one resource of the user has been told of one room, and whether it could be told so (XEP-0045 sections 7.2, 7.6,
// 7.14). Throws Wrong when it could not.
#pragma once

#include <map>
#include <stdexcept>
#include <string>

#include "component/xml.hpp"

namespace model {

struct Wrong : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class View {
 public:
  struct Seen {
    std::string affiliation, role;
    bool operator==(const Seen&) const = default;
  };

  // The resource has sent a join, or has left.
  void ask() { asked_ = true; }
  void leave() { asked_ = is_expected_ = false; }
  void forget() { *this = {}; }
  void take(const component::xml::Element& stanza);

  bool is_in() const { return in_; }
  bool is_waiting() const { return asked_ && !in_; }
  bool is_expected() const { return is_expected_; }  // dropped by a lost connection; the room is kept for it
  const std::string& nick() const { return nick_; }
  const std::string& topic() const { return topic_; }
  const std::map<std::string, Seen>& people() const { return people_; }

 private:
  void presence(const component::xml::Element& stanza);
  void available(const std::string& nick, const component::xml::Element& x);
  void unavailable(const std::string& nick, const component::xml::Element& x);

  bool asked_ = false, in_ = false, is_expected_ = false;
  std::string nick_, topic_, next_;  // next_: the nick that a 303 has announced
  std::map<std::string, Seen> people_;
};

}  // namespace model

// As little XMPP as will do: Expat with namespaces for what comes in, appended strings for what goes out.
#pragma once

#include <expat.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace bottom {

inline constexpr std::string_view stream_header =
    "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' "
    "from='irc.localhost' id='3f2a'>";
inline constexpr std::string_view room_suffix = "%irc.localhost@gateway.localhost";

struct Stanza {
  std::string name, from, to, type, id, body;
  void clear();
};

class StanzaReader {
 public:
  using Taker = std::function<void(const Stanza&)>;

  explicit StanzaReader(Taker taker);
  // Throws std::runtime_error when it is not XML.
  void feed(std::string_view bytes);
  const std::string& stream_id() const { return stream_id_; }

 private:
  static void on_start(void* self, const XML_Char* name, const XML_Char** attributes);
  static void on_end(void* self, const XML_Char* name);
  static void on_text(void* self, const XML_Char* text, int size);
  void open(std::string_view name, const XML_Char** attributes);

  std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser_;
  Taker taker_;
  Stanza stanza_;
  std::string stream_id_;
  int depth_ = 0;
  bool is_body_ = false;
};

void append_escaped(std::string& out, std::string_view text);
// From an occupant of a channel to one user.
void append_groupchat(std::string& out, std::string_view channel, std::string_view nick, std::string_view to,
                      std::string_view id, std::string_view text);
// `address` is "user@host", empty when unknown. `rest` comes after the item.
void append_presence(std::string& out, std::string_view channel, std::string_view nick, std::string_view to,
                     std::string_view type, std::string_view address, std::string_view rest = {});

}  // namespace bottom
